//! EXIF blocks: the camera's notes, carried along as bytes.
//!
//! Invariants: a stored block starts at its TIFF header (`II*\0` or `MM\0*`); its orientation, if
//! any, reads "upright", because the pixels beside it have been turned already; it has no thumbnail,
//! because that would show the picture before it was restored. A saved block says the size of the
//! picture that it is saved with.
//!
//! Everything is changed in place: a maker's notes point into the block by position.
//! Source: CIPA DC-008 (EXIF 2.32), sections 4.5 and 4.6.

use image::metadata::Orientation;

use crate::{
    metadata::ifd::{Form, Order, Place},
    previews,
};

const PREFIX: &[u8] = b"Exif\0\0";

const WIDTH: u16 = 0x0100;
const HEIGHT: u16 = 0x0101;
const ORIENTATION: u16 = 0x0112;
const EXIF: u16 = 0x8769;
const GPS: u16 = 0x8825;
const PIXEL_X: u16 = 0xA002;
const PIXEL_Y: u16 = 0xA003;
const INTEROPERABILITY: u16 = 0xA005;
const RELATED_WIDTH: u16 = 0x1001;
const RELATED_HEIGHT: u16 = 0x1002;
/// Where the thumbnail in the second directory lies, as JPEG or as strips, and how long it is.
const THUMBNAILS: [(u16, u16); 2] = [(0x0201, 0x0202), (0x0111, 0x0117)];

/// Takes the prefix `Exif\0\0` off a block: in JPEG files it stands before every block, and some
/// writers put it into WebP and PNG files, where it hides the TIFF header from readers.
pub(crate) fn bare(block: &[u8]) -> &[u8] {
    block.strip_prefix(PREFIX).unwrap_or(block)
}

/// The orientation a block asks for; `None` where it says nothing, or nonsense.
pub(crate) fn orientation(block: &[u8]) -> Option<Orientation> {
    let form = readable(block)?;
    let places = form.places(block, form.start(block)?)?;
    let place = places.iter().find(|place| place.tag == ORIENTATION)?;
    let number = value(block, form.order, place)?;
    Orientation::from_exif(u8::try_from(number).ok()?)
}

/// A block of a picture that has been turned upright: its orientation says so, and the thumbnail and
/// previews are gone. What is no EXIF block stays as it is.
pub(crate) fn upright(mut block: Vec<u8>) -> Vec<u8> {
    let Some(form) = readable(&block) else {
        return block;
    };
    let Some(start) = form.start(&block) else {
        return block;
    };
    set(&mut block, form, start, ORIENTATION, 1);
    without_thumbnail(&mut block, form, start);
    previews::blank(&mut block);
    block
}

/// A block with the picture's size wherever it says one.
pub(crate) fn sized(mut block: Vec<u8>, (width, height): (u32, u32)) -> Vec<u8> {
    let Some(form) = readable(&block) else {
        return block;
    };
    let Some(start) = form.start(&block) else {
        return block;
    };
    set(&mut block, form, start, WIDTH, width);
    set(&mut block, form, start, HEIGHT, height);
    if let Some(exif) = below(&block, form, start, EXIF) {
        set(&mut block, form, exif, PIXEL_X, width);
        set(&mut block, form, exif, PIXEL_Y, height);
        if let Some(other) = below(&block, form, exif, INTEROPERABILITY) {
            set(&mut block, form, other, RELATED_WIDTH, width);
            set(&mut block, form, other, RELATED_HEIGHT, height);
        }
    }
    block
}

/// How a block counts; BigTIFF is not allowed in EXIF.
fn readable(block: &[u8]) -> Option<Form> {
    Form::of(block).filter(|form| !form.wide)
}

/// A whole number of one value.
fn value(block: &[u8], order: Order, place: &Place) -> Option<u32> {
    match (place.kind, place.length) {
        (3, 2..) => order.u16(block, place.from).map(u32::from),
        (4, 4..) => order.u32(block, place.from),
        _ => None,
    }
}

/// The directory that a tag points to.
fn below(block: &[u8], form: Form, at: usize, tag: u16) -> Option<usize> {
    let places = form.places(block, at)?;
    let place = places.iter().find(|place| place.tag == tag)?;
    usize::try_from(value(block, form.order, place)?).ok()
}

/// Gives a tag another number, if the directory has the tag with one number; a SHORT that is too
/// short becomes a LONG, for which an entry has room.
fn set(block: &mut [u8], form: Form, at: usize, tag: u16, number: u32) {
    let Some(places) = form.places(block, at) else {
        return;
    };
    for place in places.iter().filter(|place| place.tag == tag) {
        let (kind, bytes) = match (place.kind, place.length, u16::try_from(number)) {
            (3, 2, Ok(short)) => {
                let [a, b] = form.order.put16(short);
                (3, [a, b, 0, 0])
            }
            (3, 2, Err(_)) | (4, 4, _) => (4, form.order.put32(number)),
            _ => continue,
        };
        let entry = &mut block[place.entry..place.entry + 12];
        entry[2..4].copy_from_slice(&form.order.put16(kind));
        entry[8..].copy_from_slice(&bytes);
    }
}

/// Unlinks the second directory, blanks it and its picture, and cuts them off where nothing else
/// lies behind them.
fn without_thumbnail(block: &mut Vec<u8>, form: Form, start: usize) {
    let Some(second) = form.next(block, start) else {
        return;
    };
    let Some(count) = form.order.u16(block, start).map(usize::from) else {
        return;
    };
    let link = start + 2 + 12 * count;
    block[link..link + 4].fill(0);
    // A damaged block may point back at itself.
    let mut kept = extent(block, form, start);
    for tag in [EXIF, GPS] {
        if let Some(at) = below(block, form, start, tag) {
            kept = kept.max(extent(block, form, at));
            if let Some(other) = below(block, form, at, INTEROPERABILITY) {
                kept = kept.max(extent(block, form, other));
            }
        }
    }
    let mut gone = Vec::new();
    if let Some(places) = form.places(block, second) {
        gone.push((second, 2 + 12 * places.len() + 4));
        gone.extend(places.iter().map(|place| (place.from, place.length)));
        for (offset, length) in THUMBNAILS {
            let number = |tag| {
                let place = places.iter().find(|place| place.tag == tag)?;
                usize::try_from(value(block, form.order, place)?).ok()
            };
            gone.extend(number(offset).zip(number(length)));
        }
    }
    let behind = |at: &usize| *at >= kept;
    for (at, length) in gone.iter().filter(|(at, _)| behind(at)) {
        let end = at.saturating_add(*length).min(block.len());
        if let Some(bytes) = block.get_mut(*at..end) {
            bytes.fill(0);
        }
    }
    let first = gone.iter().map(|(at, _)| *at).filter(behind).min();
    block.truncate(first.unwrap_or(block.len()));
}

/// Where a directory and the values of its tags end.
fn extent(block: &[u8], form: Form, at: usize) -> usize {
    let places = form.places(block, at).unwrap_or_default();
    let values = places.iter().map(|place| place.from + place.length);
    let count = form.order.u16(block, at).map_or(0, usize::from);
    values.max().unwrap_or(0).max(at + 2 + 12 * count + 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A block with orientation, a directory below it with the picture's size, and a thumbnail.
    fn block(orientation: u8) -> Vec<u8> {
        let mut bytes = b"II*\0\x08\0\0\0\x02\0".to_vec();
        bytes.extend([0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]);
        bytes.extend([0x69, 0x87, 4, 0, 1, 0, 0, 0, 38, 0, 0, 0]);
        bytes.extend([68, 0, 0, 0]);
        bytes.extend([2, 0]);
        bytes.extend([2, 0xA0, 3, 0, 1, 0, 0, 0, 64, 0, 0, 0]);
        bytes.extend([3, 0xA0, 4, 0, 1, 0, 0, 0, 48, 0, 0, 0]);
        bytes.extend([0, 0, 0, 0]);
        assert_eq!(bytes.len(), 68);
        bytes.extend([2, 0]);
        bytes.extend([1, 2, 4, 0, 1, 0, 0, 0, 98, 0, 0, 0]);
        bytes.extend([2, 2, 4, 0, 1, 0, 0, 0, 9, 0, 0, 0]);
        bytes.extend([0, 0, 0, 0]);
        bytes.extend(b"THUMBNAIL");
        bytes
    }

    #[test]
    fn the_orientation_is_read_and_reset() {
        assert_eq!(orientation(&block(6)), Some(Orientation::Rotate90));
        let kept = upright(block(6));
        assert_eq!(orientation(&kept), Some(Orientation::NoTransforms));
        assert_eq!(orientation(&block(0)), None);
        assert_eq!(upright(kept.clone()), kept);
    }

    #[test]
    fn the_thumbnail_goes_and_the_rest_keeps_its_place() {
        let kept = upright(block(1));
        let mut expected = block(1)[..68].to_vec();
        expected[34..38].fill(0);
        assert_eq!(kept, expected);
    }

    #[test]
    fn a_thumbnail_before_other_notes_is_only_unlinked() {
        let mut early = block(1);
        // The directory with the size lies behind the thumbnail.
        early[30] = 107;
        let size = early[38..68].to_vec();
        early.extend(size);
        let kept = upright(early.clone());
        assert_eq!(kept.len(), early.len());
        assert_eq!(kept[34..38], [0; 4]);
        let sized = sized(kept, (7, 5));
        assert_eq!((sized[107 + 10], sized[107 + 22]), (7, 5));
    }

    #[test]
    fn sizes_follow_the_picture() {
        let new = sized(block(1), (70_000, 20));
        assert_eq!(new[40..52], [2, 0xA0, 4, 0, 1, 0, 0, 0, 0x70, 0x11, 1, 0]);
        assert_eq!(new[52..64], [3, 0xA0, 4, 0, 1, 0, 0, 0, 20, 0, 0, 0]);
    }

    #[test]
    fn the_prefix_is_taken_off() {
        let prefixed = [PREFIX, &block(3)].concat();
        assert_eq!(bare(&prefixed), block(3));
        assert_eq!(bare(&block(3)), block(3));
    }

    #[test]
    fn nonsense_is_kept_as_it_is() {
        let endless = b"II*\0\x08\0\0\0\0\0\x08\0\0\0".to_vec();
        for bytes in [vec![1, 2, 3], b"II*\0\xFF\xFF\xFF\xFF".to_vec()] {
            assert_eq!(upright(bytes.clone()), bytes);
            assert_eq!(sized(bytes.clone(), (1, 1)), bytes);
            assert_eq!(orientation(&bytes), None);
        }
        // One that ends within the entry of its orientation.
        for length in 20..22 {
            let cut = block(6)[..length].to_vec();
            assert_eq!(upright(cut.clone()), cut);
        }
        // A directory that says it follows itself.
        assert!(upright(endless).len() >= 14);
    }
}
