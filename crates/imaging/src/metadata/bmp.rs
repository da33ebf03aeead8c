//! What the header of a bitmap says beside its size: pixels in a metre, and the profile of its last
//! version (Microsoft, "BITMAPV5HEADER").

use super::said::Parts;
use super::{Metadata, Resolution, png};
use crate::Loss;

/// Where the header has its pixels in a metre, across and down.
const PER_METRE: std::ops::Range<usize> = 38..46;
/// Where the header begins; it begins with its own length.
const HEADER: usize = 14;

fn long(file: &[u8], at: usize) -> Option<u32> {
    let bytes = file.get(at..at.checked_add(4)?)?.first_chunk()?;
    Some(u32::from_le_bytes(*bytes))
}

/// Resolution, profile, and what it says of colours that cannot be kept.
pub(crate) fn read(file: &[u8]) -> Parts {
    let mut parts = Parts {
        metadata: Metadata {
            resolution: resolution(file),
            ..Metadata::default()
        },
        ..Parts::default()
    };
    let length = long(file, HEADER).unwrap_or(0);
    match (length, long(file, HEADER + 56)) {
        // "MBED": the profile lies in the file.
        (124.., Some(0x4D42_4544)) => {
            parts.metadata.icc = profile(file);
            parts.damaged_profile = parts.metadata.icc.is_none();
        }
        // "LINK": it lies in another file.
        (124.., Some(0x4C49_4E4B)) => parts.left.push(Loss::LinkedProfile),
        // Colours by their own primaries and gamma; most writers leave them empty.
        (108.., Some(0)) => {
            let said = file.get(HEADER + 60..HEADER + 108);
            if said.is_some_and(|said| said.iter().any(|byte| *byte != 0)) {
                parts.left.push(Loss::CalibratedColors);
            }
        }
        _ => {}
    }
    parts
}

fn profile(file: &[u8]) -> Option<Vec<u8>> {
    let at = HEADER.checked_add(usize::try_from(long(file, HEADER + 112)?).ok()?)?;
    let length = usize::try_from(long(file, HEADER + 116)?).ok()?;
    Some(file.get(at..at.checked_add(length)?)?.to_vec())
}

fn resolution(file: &[u8]) -> Option<Resolution> {
    // Older headers are too short to have it.
    (long(file, HEADER)? >= 40).then_some(())?;
    let number = |at: usize| Some(f64::from(long(file, at)?) * 0.0254);
    Resolution::new(number(PER_METRE.start)?, number(PER_METRE.start + 4)?)
}

/// Writes the resolution into a file.
pub(super) fn put_resolution(file: &mut [u8], resolution: &Resolution) {
    if let Some(place) = file.get_mut(PER_METRE) {
        let dims = png::pixel_dims(resolution);
        place[..4].copy_from_slice(&dims.xppu.to_le_bytes());
        place[4..].copy_from_slice(&dims.yppu.to_le_bytes());
    }
}
