//! The chunks of WebP files that hold metadata (RFC 9649, section 2.7): profile, EXIF, XMP, and the
//! frames of an animation, of which the first is opened.

use super::said::Parts;
use crate::{Loss, exif};

/// Everything a file says.
pub(crate) fn read(file: &[u8]) -> Parts {
    let mut parts = Parts::default();
    let mut frames = 0_u32;
    for (kind, data) in chunks(file) {
        let metadata = &mut parts.metadata;
        match kind {
            b"ICCP" if metadata.icc.is_none() => metadata.icc = Some(data.to_vec()),
            b"EXIF" if metadata.exif.is_none() => {
                metadata.exif = Some(exif::bare(data).to_vec());
            }
            b"XMP " if metadata.xmp.is_none() => metadata.xmp = Some(data.to_vec()),
            b"ANMF" => frames = frames.saturating_add(1),
            b"C2PA" => parts.left.push(Loss::Credentials),
            _ => {}
        }
    }
    if frames > 1 {
        parts.left.push(Loss::Frames { of: frames });
    }
    parts
}

/// Kinds and data, up to where the file is damaged.
fn chunks(file: &[u8]) -> impl Iterator<Item = (&[u8; 4], &[u8])> {
    let mut at = 12;
    std::iter::from_fn(move || {
        let kind = file.get(at..at + 4)?.first_chunk()?;
        let length = u32::from_le_bytes(*file.get(at + 4..at + 8)?.first_chunk()?);
        let end = (at + 8).checked_add(usize::try_from(length).ok()?)?;
        let data = file.get(at + 8..end)?;
        at = end.checked_next_multiple_of(2)?;
        Some((kind, data))
    })
}
