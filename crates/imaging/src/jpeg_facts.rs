//! How a JPEG file was compressed, read from its tables (ITU-T T.81, annexes B and K).
//!
//! The quality is that of libjpeg, which scales the tables of Annex K; most programs and cameras
//! take tables from it or near it. Of tables that are none of these no quality is told.

use serde::{Deserialize, Serialize};

use crate::{
    FileFormat,
    metadata::jpeg::{Segment, segments},
};

/// What is known of the compression of a photo's file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JpegFacts {
    /// libjpeg's quality, 1 to 100, of the tables nearest to the file's.
    pub quality: Option<u8>,
    /// Whether colours are at half the size in both directions (4:2:0) or at full size (4:4:4);
    /// `None` for anything else, and for gray.
    pub halved: Option<bool>,
}

impl JpegFacts {
    /// Of a file; nothing of files that are no JPEG.
    pub(crate) fn of(bytes: &[u8], format: FileFormat) -> Self {
        if format != FileFormat::Jpeg {
            return Self::default();
        }
        let frame = segments(bytes).find_map(|segment| segment.frame());
        // Three bytes for each component: its number, its sampling, its table.
        let luma = frame.and_then(|frame| frame.get(8)).copied();
        Self {
            quality: luma.and_then(|number| quality(&table(bytes, number)?)),
            halved: frame.and_then(halved),
        }
    }
}

fn halved(frame: &[u8]) -> Option<bool> {
    if frame.get(5) != Some(&3) {
        return None;
    }
    let sampling = [7, 10, 13].map(|at| frame.get(at).copied());
    match sampling {
        [Some(0x22), Some(0x11), Some(0x11)] => Some(true),
        [Some(first), Some(second), Some(third)] if first == second && second == third => {
            Some(false)
        }
        _ => None,
    }
}

/// The steps of a table in zigzag order, the last of its number before the scan.
fn table(bytes: &[u8], number: u8) -> Option<[u16; 64]> {
    let tables = segments(bytes).filter(|segment| segment.marker == 0xDB);
    tables
        .flat_map(|segment| tables_of(&segment))
        .filter(|(found, _)| *found == number)
        .last()
        .map(|(_, steps)| steps)
}

/// All tables of a segment with their numbers: one byte says how wide steps are and which number,
/// 64 steps follow.
fn tables_of(segment: &Segment<'_>) -> Vec<(u8, [u16; 64])> {
    let mut rest = segment.body;
    let mut found = Vec::new();
    while let [head, after @ ..] = rest {
        let wide = head >> 4 != 0;
        let length = if wide { 128 } else { 64 };
        let Some(data) = after.get(..length) else {
            break;
        };
        let step = |at: usize| match wide {
            true => u16::from_be_bytes([data[2 * at], data[2 * at + 1]]),
            false => u16::from(data[at]),
        };
        found.push((head & 15, std::array::from_fn(step)));
        rest = &after[length..];
    }
    found
}

/// The quality whose scaled table is nearest, if no step is more than one off: programs round
/// differently.
fn quality(steps: &[u16; 64]) -> Option<u8> {
    let distance = |quality: u8| {
        let scaled = scaled(quality);
        let each = steps.iter().zip(scaled).map(|(a, b)| a.abs_diff(b));
        each.clone()
            .all(|off| off <= 1)
            .then(|| each.map(u32::from).sum::<u32>())
    };
    let near = (1..=100_u8).filter_map(|quality| Some((distance(quality)?, quality)));
    // Of several, the best: the tables of the highest qualities differ by little.
    near.min_by_key(|(distance, quality)| (*distance, 100 - quality))
        .map(|(_, quality)| quality)
}

/// Table K.1 in zigzag order, scaled as libjpeg's `jpeg_quality_scaling` does, to 8 bits.
fn scaled(quality: u8) -> [u16; 64] {
    let quality = u32::from(quality);
    let percent = if quality < 50 {
        5000 / quality
    } else {
        200 - 2 * quality
    };
    LUMINANCE.map(|step| {
        let step = (u32::from(step) * percent + 50) / 100;
        u16::try_from(step.clamp(1, 255)).expect("at most 255")
    })
}

/// Table K.1, as files have it: in zigzag order.
const LUMINANCE: [u8; 64] = [
    16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37,
    29, 40, 58, 51, 61, 60, 57, 51, 56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81,
    87, 95, 98, 103, 104, 103, 62, 77, 113, 121, 112, 100, 120, 92, 101, 103, 99,
];

#[cfg(test)]
mod tests {
    use image::{DynamicImage, ExtendedColorType, codecs::jpeg::JpegEncoder};

    use super::*;
    use crate::Photo;

    fn file(quality: u8) -> Vec<u8> {
        let mut bytes = Vec::new();
        let gray = DynamicImage::new_luma8(8, 8);
        JpegEncoder::new_with_quality(&mut bytes, quality)
            .encode(gray.as_bytes(), 8, 8, ExtendedColorType::L8)
            .expect("encoded");
        bytes
    }

    /// The encoder scales its own copy of the tables.
    #[test]
    fn the_quality_of_every_file_is_found() {
        for quality in 1..=100 {
            let photo = Photo::decode(&file(quality), "a.jpg").expect("valid");
            let found = photo.jpeg().quality.expect("tables of Annex K");
            // Where two qualities have the same table nobody can tell them apart.
            assert_eq!(scaled(found), scaled(quality), "{quality} is not {found}");
            assert_eq!(photo.jpeg().halved, None, "gray has no colours");
        }
        assert_eq!(scaled(74)[..4], [8, 6, 6, 7]);
    }

    #[test]
    fn tables_of_other_programs_have_no_quality() {
        let mut bytes = file(50);
        let table = bytes.windows(2).position(|pair| pair == [0xFF, 0xDB]);
        let table = table.expect("a table") + 5;
        bytes[table + 7] = 40;
        let photo = Photo::decode(&bytes, "a.jpg").expect("valid");
        assert_eq!(photo.jpeg(), JpegFacts::default());
        // Rounded otherwise, it is still the same.
        bytes[table + 7] = 13;
        let photo = Photo::decode(&bytes, "a.jpg").expect("valid");
        assert_eq!(photo.jpeg().quality, Some(50));
    }

    #[test]
    fn the_size_of_colours_is_read() {
        for (sampling, expected) in [
            ([0x22, 0x11, 0x11], Some(true)),
            ([0x11, 0x11, 0x11], Some(false)),
            ([0x21, 0x11, 0x11], None),
        ] {
            let mut frame = vec![8, 0, 16, 0, 16, 3];
            for (number, sampling) in sampling.into_iter().enumerate() {
                frame.extend([number as u8 + 1, sampling, 0]);
            }
            assert_eq!(halved(&frame), expected);
        }
    }

    #[test]
    fn new_pixels_have_no_past() {
        let photo = Photo::decode(&file(30), "a.jpg").expect("valid");
        let made = photo.with_pixels(&photo.planar(photo.bounds()));
        assert_eq!(made.jpeg(), JpegFacts::default());
    }
}
