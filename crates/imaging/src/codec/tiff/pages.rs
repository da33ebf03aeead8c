//! Which of a TIFF file's directories holds the photograph.
//!
//! Directories follow one another, and each may have others below it. Some are thumbnails or
//! smaller copies: those that say so (NewSubfileType, bit 0; SubfileType 2), and one at the
//! beginning that says nothing but is followed by the same picture at twice its size or more.

use std::collections::HashSet;

use crate::metadata::ifd::{Form, Order, Place};

const NEW_SUBFILE: u16 = 254;
const SUBFILE: u16 = 255;
const WIDTH: u16 = 256;
const HEIGHT: u16 = 257;
const PHOTOMETRIC: u16 = 262;
const SUB_DIRECTORIES: u16 = 330;
const DNG_VERSION: u16 = 50706;
/// Colour filter array, and linear raw data.
const RAW: [u64; 2] = [32803, 34892];

/// More directories than any file has.
const MOST: usize = 10_000;
/// Directories below one.
const MOST_BELOW: usize = 32;

/// What the directories are.
pub(super) struct Pages {
    /// Where the directory of the photograph lies.
    pub(super) chosen: usize,
    /// Pages that are no smaller copies.
    pub(super) count: u32,
    /// Whether the file holds raw data of a camera's sensor.
    pub(super) raw: bool,
}

#[derive(Clone, Copy)]
struct Page {
    at: usize,
    reduced: bool,
    size: (u64, u64),
}

impl Pages {
    /// `None` for what is no TIFF, or has no directory.
    pub(super) fn of(file: &[u8]) -> Option<Self> {
        let form = Form::of(file)?;
        let mut raw = file.get(8..10) == Some(b"CR") && !form.wide;
        let mut known = HashSet::new();
        let (mut pages, mut below) = (Vec::new(), Vec::new());
        let mut next = form.start(file);
        while let Some(at) = next.filter(|at| known.len() < MOST && known.insert(*at)) {
            let Some(places) = form.places(file, at) else {
                break;
            };
            raw |= is_raw(file, form.order, &places);
            pages.push(page(file, form.order, at, &places));
            for at in sub_directories(file, form.order, &places) {
                if let Some(places) = form.places(file, at).filter(|_| known.insert(at)) {
                    raw |= is_raw(file, form.order, &places);
                    below.push(page(file, form.order, at, &places));
                }
            }
            next = form.next(file, at);
        }
        let count = pages.iter().filter(|page| !page.reduced).count();
        Some(Self {
            chosen: chosen(&pages, &below)?.at,
            count: u32::try_from(count).unwrap_or(u32::MAX),
            raw,
        })
    }
}

fn chosen(pages: &[Page], below: &[Page]) -> Option<Page> {
    let full = |page: &&Page| !page.reduced && page.size.0 > 0 && page.size.1 > 0;
    let first = pages.iter().find(full);
    let Some(first) = first else {
        // All are smaller copies: the photograph may be below them.
        let area = |page: &&Page| page.size.0.saturating_mul(page.size.1);
        let largest = below.iter().filter(full).max_by_key(area);
        return largest.or(pages.first()).copied();
    };
    let larger = |page: &&Page| {
        let (width, height) = page.size;
        let doubled = width >= 2 * first.size.0 && height >= 2 * first.size.1;
        let shape = |(width, height): (u64, u64)| width as f64 / height as f64;
        let same = (shape(page.size) / shape(first.size) - 1.0).abs() < 0.03;
        // Scanners' thumbnails are small; of pages in very different sizes the first is meant.
        doubled && same && first.size.0.max(first.size.1) <= 512
    };
    let all = pages.iter().chain(below);
    Some(*all.filter(full).find(larger).unwrap_or(first))
}

fn page(file: &[u8], order: Order, at: usize, places: &[Place]) -> Page {
    let number = |tag| number(file, order, places, tag).unwrap_or(0);
    Page {
        at,
        reduced: number(NEW_SUBFILE) & 1 == 1 || number(SUBFILE) == 2,
        size: (number(WIDTH), number(HEIGHT)),
    }
}

fn is_raw(file: &[u8], order: Order, places: &[Place]) -> bool {
    let photometric = number(file, order, places, PHOTOMETRIC);
    photometric.is_some_and(|value| RAW.contains(&value))
        || places.iter().any(|place| place.tag == DNG_VERSION)
}

/// The first value of a tag, of whole numbers.
fn number(file: &[u8], order: Order, places: &[Place], tag: u16) -> Option<u64> {
    let place = places.iter().find(|place| place.tag == tag)?;
    one(file, order, place, 0)
}

fn one(file: &[u8], order: Order, place: &Place, index: usize) -> Option<u64> {
    match place.kind {
        3 if place.length >= 2 * index + 2 => {
            order.u16(file, place.from + 2 * index).map(u64::from)
        }
        4 | 13 if place.length >= 4 * index + 4 => {
            order.u32(file, place.from + 4 * index).map(u64::from)
        }
        16 | 18 if place.length >= 8 * index + 8 => order.u64(file, place.from + 8 * index),
        _ => None,
    }
}

fn sub_directories(file: &[u8], order: Order, places: &[Place]) -> Vec<usize> {
    let place = places.iter().find(|place| place.tag == SUB_DIRECTORIES);
    let offsets = place
        .into_iter()
        .flat_map(|place| (0..MOST_BELOW).map_while(|index| one(file, order, place, index)));
    offsets
        .filter_map(|offset| usize::try_from(offset).ok())
        .collect()
}
