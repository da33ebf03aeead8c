//! From the numbers of all parts to a picture: palettes looked up, inverted gray turned, alpha told
//! from other channels.

use super::{
    layout::{Beyond, Colors, Layout},
    numbers::{Number, unpredict},
    unpack,
};
use crate::{
    Limits,
    codec::{Fault, Pixels},
    photo::Extra,
    sample::Sample,
};

/// Decodes a page.
pub(super) fn picture<S: Number + Stored>(
    file: &[u8],
    layout: &Layout,
    limits: &Limits,
) -> Result<Pixels, Fault> {
    let numbers = gathered::<S>(file, layout, limits)?;
    let (width, height) = (layout.width, layout.height);
    let beyond = layout.colors_in()..layout.samples;
    let others = beyond
        .zip(&layout.beyond)
        .filter(|(_, kind)| **kind == Beyond::Other);
    let extra: Vec<Extra> = others
        .map(|(channel, _)| {
            let plane = numbers.iter().skip(channel).step_by(layout.samples);
            S::plane(plane.copied().collect())
        })
        .collect();
    let associated = layout.beyond.contains(&Beyond::Associated);
    let side = |length: usize| u32::try_from(length).map_err(|_| Fault::ends_early());
    let (width, height) = (side(width)?, side(height)?);
    let channels = layout.channels_out();
    let image = if layout.colors == Colors::Palette {
        let samples = looked_up(&numbers, layout);
        u8::into_image(width, height, channels, samples)
    } else if layout.samples == channels && layout.colors != Colors::Inverted && !associated {
        S::into_image(width, height, channels, numbers)
    } else {
        let samples = pixels(&numbers, layout, associated);
        S::into_image(width, height, channels, samples)
    };
    Ok(Pixels {
        extra,
        associated,
        ..image.ok_or_else(Fault::ends_early)?.into()
    })
}

/// Sample types by what an index of a palette is.
pub(super) trait Stored: Sample {
    fn index(self) -> usize;
}

impl Stored for u8 {
    fn index(self) -> usize {
        self.into()
    }
}

impl Stored for u16 {
    fn index(self) -> usize {
        self.into()
    }
}

impl Stored for f32 {
    fn index(self) -> usize {
        0
    }
}

/// The samples of all parts, channel by channel within each pixel.
fn gathered<S: Number>(file: &[u8], layout: &Layout, limits: &Limits) -> Result<Vec<S>, Fault> {
    let (width, height) = (layout.width, layout.height);
    let (wide, high) = layout.part;
    let in_part = if layout.planes { 1 } else { layout.samples };
    let bytes = (wide as u64)
        .saturating_mul(high as u64)
        .saturating_mul(in_part as u64)
        .saturating_mul(layout.bits as u64)
        / 8;
    // A tile may be larger than the picture, but not much.
    if bytes > limits.max_alloc {
        return Err(Fault::TooHeavy(bytes));
    }
    let (across, down) = (width.div_ceil(wide), height.div_ceil(high));
    let planes = if layout.planes { layout.samples } else { 1 };
    if layout.offsets.len() < across.saturating_mul(down).saturating_mul(planes) {
        return Err(Fault::ends_early());
    }
    let mut out = vec![S::from_unit(0.0); width * height * layout.samples];
    let mut numbers = Vec::new();
    for index in 0..across * down * planes {
        let (plane, place) = (index / (across * down), index % (across * down));
        let (left, top) = (place % across * wide, place / across * high);
        let rows = high.min(height - top);
        let stored = if layout.tiled { high } else { rows };
        let mut part = unpack::part(file, layout, index, stored, in_part)?;
        let columns = wide.min(width - left);
        for y in 0..rows {
            let row = &mut part.bytes[y * part.stride..(y + 1) * part.stride];
            if !part.finished {
                unpredict(row, layout, in_part);
            }
            numbers.clear();
            numbers.resize(columns * in_part, S::from_unit(0.0));
            S::row(row, layout, layout.colors == Colors::Palette, &mut numbers);
            let first = ((top + y) * width + left) * layout.samples + plane;
            if layout.planes {
                let places = out[first..].iter_mut().step_by(layout.samples);
                places.zip(&numbers).for_each(|(out, new)| *out = *new);
            } else {
                out[first..first + numbers.len()].copy_from_slice(&numbers);
            }
        }
    }
    Ok(out)
}

/// Colours of indices, with alpha if there is any. Palettes that were written with 8 bits hold no
/// value above 255.
fn looked_up<S: Stored>(numbers: &[S], layout: &Layout) -> Vec<u8> {
    let entries = layout.palette.len() / 3;
    let short = layout.palette.iter().all(|value| *value < 256);
    let color = |index: usize, channel: usize| {
        let value = layout.palette[channel * entries + index.min(entries - 1)];
        if short { value as u8 } else { value.to_byte() }
    };
    let mut out = Vec::with_capacity(numbers.len() / layout.samples * layout.channels_out());
    for pixel in numbers.chunks_exact(layout.samples) {
        let index = pixel[0].index();
        out.extend((0..3).map(|channel| color(index, channel)));
        out.extend(layout.alpha().map(|alpha| pixel[alpha].to_byte()));
    }
    out
}

/// Pixels of the picture's channels: floats have no gray, and other channels are left out.
fn pixels<S: Sample>(numbers: &[S], layout: &Layout, associated: bool) -> Vec<S> {
    let out = layout.channels_out();
    let alpha = layout.alpha();
    let colors = out - usize::from(alpha.is_some());
    let gray = layout.colors_in() == 1;
    let mut samples = Vec::with_capacity(numbers.len() / layout.samples * out);
    for pixel in numbers.chunks_exact(layout.samples) {
        let opacity = alpha.map(|alpha| pixel[alpha]);
        for channel in 0..colors {
            let mut value = pixel[if gray { 0 } else { channel }];
            if let Some(opacity) = opacity.filter(|_| associated) {
                value = value.divided(opacity);
            }
            if layout.colors == Colors::Inverted {
                value = value.inverted();
            }
            samples.push(value);
        }
        samples.extend(opacity);
    }
    samples
}
