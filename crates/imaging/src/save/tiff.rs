//! TIFF files (TIFF 6.0): strips without compression, and tags that say what every channel is.
//!
//! Invariants: alpha is marked as alpha (ExtraSamples 2, or 1 where the colours are multiplied by it,
//! as they were in the file that was opened); other channels are marked as unspecified (0) and come
//! last, untouched. Bytes are little-endian. Metadata are added by the module of that name.

use image::DynamicImage;

use super::Failure;
use crate::{
    Depth, Photo,
    metadata::ifd::{self, Entry},
    photo::Extra,
    sample::{Sample, channels_of, depth_of, with_samples},
};

/// Bytes of a strip: readers hold one at a time.
const STRIP: usize = 1 << 20;

/// A file of `image` with the further channels of the photo that it was made of.
pub(super) fn written(image: &DynamicImage, photo: &Photo) -> Result<Vec<u8>, Failure> {
    let depth = depth_of(image);
    let extra: Vec<Extra> = photo.extra().iter().map(|plane| plane.at(depth)).collect();
    let channels = channels_of(image);
    let samples = channels + extra.len();
    let bytes = match depth {
        Depth::Eight => 1,
        Depth::Sixteen => 2,
        Depth::Float => 4,
    };
    let (width, height) = (image.width() as usize, image.height() as usize);
    let row = width * samples * bytes;
    // Counted before anything is written: offsets have 32 bits.
    let length = row
        .checked_mul(height)
        .and_then(|length| u32::try_from(length).ok());
    let length = length.ok_or("it would be longer than 4 GiB")?;
    let associated = photo.is_associated() && channels.is_multiple_of(2);
    let mut file = b"II*\0\0\0\0\0".to_vec();
    file.reserve(length as usize);
    with_samples!(image, |pixels, found| interleaved(
        pixels, found, &extra, associated, &mut file
    ));
    let rows = (STRIP / row).clamp(1, height);
    let mut entries = described(samples, bytes, (width, height), rows)?;
    let color = if channels <= 2 { 1 } else { 2 };
    entries.push(Entry::short(262, color));
    let alpha = channels
        .is_multiple_of(2)
        .then_some(if associated { 1 } else { 2 });
    let beyond = alpha.into_iter().chain(extra.iter().map(|_| 0_u16));
    entries.extend(shorts(338, beyond));
    let format = if depth == Depth::Float { 3 } else { 1 };
    entries.extend(shorts(339, (0..samples).map(|_| format)));
    entries.extend(strips(row, height, rows)?);
    let at = ifd::append(&mut file, entries, Vec::new()).ok_or("it would be longer than 4 GiB")?;
    ifd::lead(&mut file, at);
    Ok(file)
}

/// Size, bits, no compression, channels together.
fn described(
    samples: usize,
    bytes: usize,
    (width, height): (usize, usize),
    rows: usize,
) -> Result<Vec<Entry>, Failure> {
    let bits = u16::try_from(8 * bytes)?;
    let mut entries = vec![
        Entry::long(256, u32::try_from(width)?),
        Entry::long(257, u32::try_from(height)?),
        Entry::short(259, 1),
        Entry::short(277, u16::try_from(samples)?),
        Entry::long(278, u32::try_from(rows)?),
        Entry::short(284, 1),
    ];
    entries.extend(shorts(258, (0..samples).map(|_| bits)));
    Ok(entries)
}

/// A tag with these values; `None` without any.
fn shorts(tag: u16, values: impl Iterator<Item = u16>) -> Option<Entry> {
    let data: Vec<u8> = values.flat_map(u16::to_le_bytes).collect();
    (!data.is_empty()).then(|| Entry::new(tag, 3, &data))
}

/// Where the strips lie, and how long they are.
fn strips(row: usize, height: usize, rows: usize) -> Result<[Entry; 2], Failure> {
    let (mut offsets, mut lengths) = (Vec::new(), Vec::new());
    for top in (0..height).step_by(rows) {
        let length = u32::try_from(row * rows.min(height - top))?;
        offsets.extend(u32::try_from(8 + row * top)?.to_le_bytes());
        lengths.extend(length.to_le_bytes());
    }
    Ok([Entry::new(273, 4, &offsets), Entry::new(279, 4, &lengths)])
}

/// A sample's bytes, the lowest first.
trait Bytes: Sample {
    fn push(self, out: &mut Vec<u8>);
    fn of(plane: &Extra, index: usize) -> Option<Self>;
}

macro_rules! bytes {
    ($($sample:ty, $plane:ident;)*) => {$(
        impl Bytes for $sample {
            fn push(self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_le_bytes());
            }

            fn of(plane: &Extra, index: usize) -> Option<Self> {
                match plane {
                    Extra::$plane(samples) => samples.get(index).copied(),
                    _ => None,
                }
            }
        }
    )*};
}
bytes! { u8, Eight; u16, Sixteen; f32, Float; }

fn interleaved<S: Bytes>(
    samples: &[S],
    channels: usize,
    extra: &[Extra],
    associated: bool,
    out: &mut Vec<u8>,
) {
    for (index, pixel) in samples.chunks_exact(channels).enumerate() {
        if associated {
            let (alpha, colors) = pixel.split_last().expect("a pixel has a channel");
            colors
                .iter()
                .for_each(|value| value.multiplied(*alpha).push(out));
            alpha.push(out);
        } else {
            pixel.iter().for_each(|value| value.push(out));
        }
        for plane in extra {
            // The planes were brought to this depth.
            S::of(plane, index).unwrap_or(S::from_unit(0.0)).push(out);
        }
    }
}
