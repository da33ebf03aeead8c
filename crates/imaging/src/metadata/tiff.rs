//! What TIFF files keep beside their pixels: the tags of EXIF in the directory of the picture and
//! in those below it, XMP in tag 700, Photoshop's resources (IPTC among them) in tag 34377.
//!
//! TIFF 6.0; EXIF 2.32, section 4.6; "XMP Specification Part 3", section 3.3. The tags that say how
//! pixels are stored belong to each file alone and are never carried over. A maker's own notes are
//! copied as bytes; where those point into the block they came from, readers may not follow.

use super::ifd::{self, Entry};
use super::{Metadata, Resolution};

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

fn described(block: &[u8]) -> Option<Described> {
    let all = ifd::first(block)?;
    let below = [EXIF, GPS].iter().filter_map(|tag| {
        let at = ifd::find(&all, *tag)?.number()?;
        let mut entries = ifd::directory(block, at)?;
        entries.retain(|entry| entry.tag != INTEROPERABILITY);
        (!entries.is_empty()).then_some((*tag, entries))
    });
    let below = below.collect();
    let describes = |entry: &Entry| DESCRIBING.contains(&entry.tag);
    let main = all.iter().filter(|entry| describes(entry)).cloned();
    Some(Described {
        main: main.collect(),
        below,
    })
}

/// The resolution in the first directory of an EXIF block or a TIFF file.
pub(super) fn resolution(block: &[u8]) -> Option<Resolution> {
    let all = ifd::first(block)?;
    let fraction = |tag| ifd::find(&all, tag)?.fraction();
    let unit = ifd::find(&all, RESOLUTION_UNIT).and_then(Entry::number);
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
    described(block).is_some()
}

/// What a TIFF file keeps, but for its profile and XMP, which the decoder hands over.
pub(super) fn read(file: &[u8]) -> Metadata {
    let Some(all) = ifd::first(file) else {
        return Metadata::default();
    };
    let exif = described(file).and_then(|mut found| {
        if found.main.is_empty() && found.below.is_empty() {
            return None;
        }
        // Whoever decodes turns the pixels upright.
        found.main.push(Entry::short(ORIENTATION, 1));
        ifd::block(found.main, found.below)
    });
    let bytes = |tag| ifd::find(&all, tag).map(|entry| entry.data.clone());
    let photoshop = bytes(PHOTOSHOP).or_else(|| bytes(IPTC).map(|data| resource(&data)));
    Metadata {
        exif,
        photoshop: photoshop.filter(|data| !data.is_empty()),
        resolution: resolution(file),
        ..Metadata::default()
    }
}

/// IPTC's records as one of Photoshop's resources (number 0x0404), as JPEG files keep them.
fn resource(records: &[u8]) -> Vec<u8> {
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
    let found = metadata.exif.as_deref().and_then(described);
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
