//! The chunks of PNG files that hold text and resolution (PNG, third edition, section 11.3).
//! Texts are carried along as they stand, compressed or not.

use super::{Metadata, Note, Resolution};

/// Metres in an inch.
const INCH: f64 = 0.0254;
const XMP: &[u8] = b"XML:com.adobe.xmp\0";

/// Everything but profile, EXIF and XMP, which the decoder hands over.
pub(super) fn read(file: &[u8]) -> Metadata {
    let mut found = Metadata::default();
    for (kind, data) in chunks(file) {
        match &kind {
            b"pHYs" => found.resolution = resolution(data),
            b"tEXt" | b"zTXt" | b"iTXt" if !data.starts_with(XMP) => {
                let data = data.to_vec();
                found.notes.push(Note { kind, data });
            }
            _ => {}
        }
    }
    found
}

/// Kinds and data, up to where the file is damaged.
fn chunks(file: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    let mut at = 8;
    std::iter::from_fn(move || {
        let length = u32::from_be_bytes(*file.get(at..at + 4)?.first_chunk()?);
        let kind = *file.get(at + 4..at + 8)?.first_chunk()?;
        let end = (at + 8).checked_add(usize::try_from(length).ok()?)?;
        let data = file.get(at + 8..end)?;
        // A checksum follows.
        at = end.checked_add(4)?;
        Some((kind, data))
    })
}

/// Two numbers, and 1 for pixels in a metre.
fn resolution(data: &[u8]) -> Option<Resolution> {
    let number = |at: usize| {
        let bytes = data.get(at..at + 4)?.first_chunk()?;
        Some(f64::from(u32::from_be_bytes(*bytes)) * INCH)
    };
    if data.get(8) != Some(&1) {
        return None;
    }
    Resolution::new(number(0)?, number(4)?)
}

/// The resolution as an encoder wants it.
pub(super) fn pixel_dims(resolution: &Resolution) -> png::PixelDimensions {
    // `as` saturates; a resolution beyond that is none.
    let number = |value: f64| (value / INCH).round() as u32;
    png::PixelDimensions {
        xppu: number(resolution.x),
        yppu: number(resolution.y),
        unit: png::Unit::Meter,
    }
}

/// The data of an uncompressed chunk of international text that holds XMP.
pub(super) fn xmp(packet: &[u8]) -> Vec<u8> {
    // Not compressed, by no method, in no language, under no other keyword.
    [XMP, &[0, 0, 0, 0], packet].concat()
}
