//! What TIFF files keep beside their pixels: the tags of EXIF in the directory of the picture and
//! in those below it, XMP in tag 700, Photoshop's resources (IPTC among them) in tag 34377.
//!
//! TIFF 6.0; EXIF 2.32, section 4.6; "XMP Specification Part 3", section 3.3. The tags that say how
//! pixels are stored belong to each file alone and are never carried over. A maker's own notes are
//! copied as bytes; where those point into the block they came from, readers may not follow.

use image::metadata::Orientation;

use super::ifd::{self, Entry, Form};
use super::said::Parts;
use super::{Metadata, Resolution};
use crate::Loss;

/// Tags of the picture's directory that describe the photograph and not its storage: title,
/// description, make, model, software, date, artist, host, rating, copyright, and Windows' own.
const DESCRIBING: [u16; 16] = [
    269, 270, 271, 272, 305, 306, 315, 316, 18246, 18249, 33432, 40091, 40092, 40093, 40094, 40095,
];
const ORIENTATION: u16 = 274;
const X_RESOLUTION: u16 = 282;
const Y_RESOLUTION: u16 = 283;
const RESOLUTION_UNIT: u16 = 296;
const XMP: u16 = 700;
const IPTC: u16 = 33723;
const PHOTOSHOP: u16 = 34377;
const LAYERS: u16 = 37724;
const EXIF: u16 = 34665;
const ICC: u16 = 34675;
const GPS: u16 = 34853;
/// Points from the EXIF directory to one on interoperability, which says nothing of the photograph.
const INTEROPERABILITY: u16 = 40965;

/// What an EXIF block, or the directory of a TIFF file, says about the photograph.
struct Described {
    main: Vec<Entry>,
    below: Vec<(u16, Vec<Entry>)>,
}

/// Of the block's directory with these entries.
fn described(block: &[u8], all: &[Entry]) -> Described {
    let below = [EXIF, GPS].iter().filter_map(|tag| {
        let at = ifd::find(all, *tag)?.number()?;
        let mut entries = ifd::directory(block, at)?;
        entries.retain(|entry| entry.tag != INTEROPERABILITY);
        (!entries.is_empty()).then_some((*tag, entries))
    });
    let below = below.collect();
    let describes = |entry: &&Entry| DESCRIBING.contains(&entry.tag);
    let main = all.iter().filter(describes).cloned();
    Described {
        main: main.collect(),
        below,
    }
}

/// The resolution in the first directory of an EXIF block.
pub(super) fn resolution(block: &[u8]) -> Option<Resolution> {
    resolution_of(&ifd::first(block)?)
}

fn resolution_of(all: &[Entry]) -> Option<Resolution> {
    let fraction = |tag| ifd::find(all, tag)?.fraction();
    let unit = ifd::find(all, RESOLUTION_UNIT).and_then(Entry::number);
    let per_inch = match unit.unwrap_or(2) {
        2 => 1.0,
        3 => 2.54,
        _ => return None,
    };
    let (x, y) = (fraction(X_RESOLUTION)?, fraction(Y_RESOLUTION)?);
    Resolution::new(x * per_inch, y * per_inch)
}

/// Whether a block can be taken apart into tags.
pub(super) fn is_readable(block: &[u8]) -> bool {
    ifd::first(block).is_some()
}

/// What a TIFF file says of the page at `page`. What the page's directory does not say, the first
/// one may: cameras put a thumbnail there and their notes beside it.
pub(crate) fn read(file: &[u8], page: usize) -> Parts {
    let Some(form) = Form::of(file) else {
        return Parts::default();
    };
    let own = form.directory(file, page).unwrap_or_default();
    let first = form.start(file).filter(|first| *first != page);
    let first = first.and_then(|first| form.directory(file, first));
    let first = first.unwrap_or_default();
    let described_first = described(file, &first);
    let mut found = described(file, &own);
    if found.main.is_empty() {
        found.main = described_first.main;
    }
    if found.below.is_empty() {
        found.below = described_first.below;
    }
    let entry = |tag| ifd::find(&own, tag).or_else(|| ifd::find(&first, tag));
    let bytes = |tag| entry(tag).map(|entry| entry.data.clone());
    let xmp = bytes(XMP);
    let turned = entry(ORIENTATION).and_then(Entry::number);
    let turned = turned.and_then(|number| Orientation::from_exif(u8::try_from(number).ok()?));
    let turned = turned.or_else(|| crate::xmp::orientation(xmp.as_deref()?));
    let empty = found.main.is_empty() && found.below.is_empty();
    let number = turned.map_or(1, Orientation::to_exif);
    found.main.push(Entry::short(ORIENTATION, number.into()));
    let exif = (!empty).then(|| ifd::block(found.main, found.below));
    let photoshop = bytes(PHOTOSHOP).or_else(|| bytes(IPTC).map(|data| resource(&data)));
    let layers = ifd::find(&own, LAYERS).map(|_| Loss::Layers);
    Parts {
        left: layers.into_iter().collect(),
        metadata: Metadata {
            icc: ifd::find(&own, ICC).map(|entry| entry.data.clone()),
            exif: exif.flatten(),
            xmp,
            photoshop: photoshop.filter(|data| !data.is_empty()),
            resolution: resolution_of(&own).or_else(|| resolution_of(&first)),
            ..Metadata::default()
        },
        orientation: turned,
        ..Parts::default()
    }
}

/// IPTC's records as one of Photoshop's resources (number 0x0404), as JPEG files keep them.
pub(super) fn resource(records: &[u8]) -> Vec<u8> {
    let mut out = b"8BIM\x04\x04\0\0".to_vec();
    out.extend(u32::try_from(records.len()).unwrap_or(0).to_be_bytes());
    out.extend(records);
    if !records.len().is_multiple_of(2) {
        out.push(0);
    }
    out
}

/// Puts metadata into a TIFF file that has none: a directory with everything is appended and made
/// the first. `None` when the file would be longer than TIFF can count.
pub(super) fn write(mut file: Vec<u8>, metadata: &Metadata) -> Option<Vec<u8>> {
    let mut entries = ifd::first(&file)?;
    let found = metadata
        .exif
        .as_deref()
        .and_then(|block| Some(described(block, &ifd::first(block)?)));
    let (main, below) = found.map_or_else(Default::default, |found| (found.main, found.below));
    let upright = metadata
        .exif
        .is_some()
        .then(|| Entry::short(ORIENTATION, 1));
    let bytes =
        |tag, kind, data: &Option<Vec<u8>>| data.as_deref().map(|data| Entry::new(tag, kind, data));
    let mut new = main;
    new.extend(upright);
    new.extend(bytes(XMP, 1, &metadata.xmp));
    new.extend(bytes(PHOTOSHOP, 1, &metadata.photoshop));
    new.extend(bytes(ICC, 7, &metadata.icc));
    if let Some(resolution) = &metadata.resolution {
        new.push(fraction(X_RESOLUTION, resolution.x));
        new.push(fraction(Y_RESOLUTION, resolution.y));
        new.push(Entry::short(RESOLUTION_UNIT, 2));
    }
    entries.retain(|entry| new.iter().all(|new| new.tag != entry.tag));
    entries.extend(new);
    let at = ifd::append(&mut file, entries, below)?;
    ifd::lead(&mut file, at);
    Some(file)
}

/// A positive number as a fraction, to a thousandth.
fn fraction(tag: u16, value: f64) -> Entry {
    let whole = (value - value.round()).abs() < 1e-9;
    let below: u32 = if whole { 1 } else { 1000 };
    // `as` saturates; a resolution beyond that is none.
    let above = (value * f64::from(below)).round() as u32;
    Entry::new(tag, 5, &[above.to_le_bytes(), below.to_le_bytes()].concat())
}
