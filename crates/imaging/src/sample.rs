//! One number of one pixel, at the three depths photographs come in.
//!
//! Invariant: an 8- or 16-bit sample survives the way to a unit float and back exactly, and 8 bits
//! survive a detour through 16.

use image::{ColorType, DynamicImage, ImageBuffer, Pixel};
use serde::{Deserialize, Serialize};

use crate::photo::Extra;

/// Bits per sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Depth {
    /// 8-bit integers, `0..=255`.
    Eight,
    /// 16-bit integers, `0..=65535`.
    Sixteen,
    /// 32-bit floats, nominally in `[0, 1]`; values beyond are kept as they are.
    Float,
}

impl std::fmt::Display for Depth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Eight => "8-bit",
            Self::Sixteen => "16-bit",
            Self::Float => "32-bit float",
        })
    }
}

/// A sample type a photo may be made of.
pub(crate) trait Sample: Copy + 'static {
    /// The value in `[0, 1]`; floats outside are clipped, NaN becomes 0.
    fn to_unit(self) -> f32;
    /// The nearest value to a number in `[0, 1]`; numbers outside are clipped, NaN becomes 0.
    fn from_unit(value: f32) -> Self;
    /// As `u8::from_unit` of the value in `[0, 1]`, without the way through floats where there is
    /// none: every tile on a canvas passes here.
    fn to_byte(self) -> u8;
    /// Black for white and white for black.
    fn inverted(self) -> Self;
    /// The value that was multiplied by `alpha`; 0 where alpha is 0.
    fn divided(self, alpha: Self) -> Self;
    /// The value multiplied by `alpha`. Of integers this undoes [`Sample::divided`] exactly.
    fn multiplied(self, alpha: Self) -> Self;
    /// A channel that is neither colour nor alpha.
    fn plane(samples: Vec<Self>) -> Extra;
    /// Samples of `channels` (1 gray, 2 gray + alpha, 3 RGB, 4 RGBA) interleaved channels as a
    /// picture, or `None` if the count is not `width * height * channels` or the picture type has
    /// no such layout (gray floats).
    fn into_image(
        width: u32,
        height: u32,
        channels: usize,
        samples: Vec<Self>,
    ) -> Option<DynamicImage>;
}

fn buffer<P: Pixel>(
    width: u32,
    height: u32,
    samples: Vec<P::Subpixel>,
) -> Option<ImageBuffer<P, Vec<P::Subpixel>>> {
    // `from_raw` accepts longer buffers; a photo never carries such a tail.
    let wanted = (width as usize)
        .checked_mul(height as usize)?
        .checked_mul(usize::from(P::CHANNEL_COUNT))?;
    if samples.len() != wanted {
        return None;
    }
    ImageBuffer::from_raw(width, height, samples)
}

impl Sample for u8 {
    fn to_unit(self) -> f32 {
        f32::from(self) / 255.0
    }

    fn from_unit(value: f32) -> Self {
        // `as` saturates and sends NaN to 0.
        (value * 255.0).round() as u8
    }

    fn to_byte(self) -> u8 {
        self
    }

    fn inverted(self) -> Self {
        Self::MAX - self
    }

    fn divided(self, alpha: Self) -> Self {
        let (value, by) = (u32::from(self) * 255, u32::from(alpha));
        let quotient = (value + by / 2).checked_div(by).unwrap_or(0);
        Self::try_from(quotient).unwrap_or(Self::MAX)
    }

    fn multiplied(self, alpha: Self) -> Self {
        let product = u32::from(self) * u32::from(alpha);
        // At most the largest value, for neither factor is more.
        ((product + 255 / 2) / 255) as Self
    }

    fn plane(samples: Vec<Self>) -> Extra {
        Extra::Eight(samples)
    }

    fn into_image(
        width: u32,
        height: u32,
        channels: usize,
        samples: Vec<Self>,
    ) -> Option<DynamicImage> {
        match channels {
            1 => buffer(width, height, samples).map(DynamicImage::ImageLuma8),
            2 => buffer(width, height, samples).map(DynamicImage::ImageLumaA8),
            3 => buffer(width, height, samples).map(DynamicImage::ImageRgb8),
            4 => buffer(width, height, samples).map(DynamicImage::ImageRgba8),
            _ => None,
        }
    }
}

impl Sample for u16 {
    fn to_unit(self) -> f32 {
        f32::from(self) / 65535.0
    }

    fn from_unit(value: f32) -> Self {
        (value * 65535.0).round() as u16
    }

    fn to_byte(self) -> u8 {
        // 65535 = 255 * 257; halves do not occur, for 257 is odd.
        ((u32::from(self) + 128) / 257) as u8
    }

    fn inverted(self) -> Self {
        Self::MAX - self
    }

    fn divided(self, alpha: Self) -> Self {
        let (value, by) = (u64::from(self) * 65_535, u64::from(alpha));
        let quotient = (value + by / 2).checked_div(by).unwrap_or(0);
        Self::try_from(quotient).unwrap_or(Self::MAX)
    }

    fn multiplied(self, alpha: Self) -> Self {
        let product = u64::from(self) * u64::from(alpha);
        // At most the largest value, for neither factor is more.
        ((product + 65_535 / 2) / 65_535) as Self
    }

    fn plane(samples: Vec<Self>) -> Extra {
        Extra::Sixteen(samples)
    }

    fn into_image(
        width: u32,
        height: u32,
        channels: usize,
        samples: Vec<Self>,
    ) -> Option<DynamicImage> {
        match channels {
            1 => buffer(width, height, samples).map(DynamicImage::ImageLuma16),
            2 => buffer(width, height, samples).map(DynamicImage::ImageLumaA16),
            3 => buffer(width, height, samples).map(DynamicImage::ImageRgb16),
            4 => buffer(width, height, samples).map(DynamicImage::ImageRgba16),
            _ => None,
        }
    }
}

impl Sample for f32 {
    fn to_unit(self) -> f32 {
        if self.is_nan() {
            0.0
        } else {
            self.clamp(0.0, 1.0)
        }
    }

    fn from_unit(value: f32) -> Self {
        value.to_unit()
    }

    fn to_byte(self) -> u8 {
        u8::from_unit(self.to_unit())
    }

    fn inverted(self) -> Self {
        1.0 - self
    }

    fn divided(self, alpha: Self) -> Self {
        if alpha == 0.0 { 0.0 } else { self / alpha }
    }

    fn multiplied(self, alpha: Self) -> Self {
        self * alpha
    }

    fn plane(samples: Vec<Self>) -> Extra {
        Extra::Float(samples)
    }

    fn into_image(
        width: u32,
        height: u32,
        channels: usize,
        samples: Vec<Self>,
    ) -> Option<DynamicImage> {
        match channels {
            3 => buffer(width, height, samples).map(DynamicImage::ImageRgb32F),
            4 => buffer(width, height, samples).map(DynamicImage::ImageRgba32F),
            _ => None,
        }
    }
}

/// Runs a body with the interleaved samples and the channel count of a picture, whatever its depth:
/// `with_samples!(&image, |samples, channels| …)` binds `&[S]`, `with_samples!(mut &mut image, …)`
/// binds `&mut [S]`, for `S` one of `u8`, `u16`, `f32`.
macro_rules! with_samples {
    ($image:expr, |$samples:ident, $channels:ident| $body:expr) => {
        $crate::sample::with_samples!(@ $image, p, { &**p }, |$samples, $channels| $body)
    };
    (mut $image:expr, |$samples:ident, $channels:ident| $body:expr) => {
        $crate::sample::with_samples!(@ $image, p, { &mut **p }, |$samples, $channels| $body)
    };
    (@ $image:expr, $p:ident, $slice:block, |$samples:ident, $channels:ident| $body:expr) => {
        match $image {
            image::DynamicImage::ImageLuma8($p) => { let ($samples, $channels) = ($slice, 1_usize); $body }
            image::DynamicImage::ImageLuma16($p) => { let ($samples, $channels) = ($slice, 1_usize); $body }
            image::DynamicImage::ImageLumaA8($p) => { let ($samples, $channels) = ($slice, 2_usize); $body }
            image::DynamicImage::ImageLumaA16($p) => { let ($samples, $channels) = ($slice, 2_usize); $body }
            image::DynamicImage::ImageRgb8($p) => { let ($samples, $channels) = ($slice, 3_usize); $body }
            image::DynamicImage::ImageRgb16($p) => { let ($samples, $channels) = ($slice, 3_usize); $body }
            image::DynamicImage::ImageRgb32F($p) => { let ($samples, $channels) = ($slice, 3_usize); $body }
            image::DynamicImage::ImageRgba8($p) => { let ($samples, $channels) = ($slice, 4_usize); $body }
            image::DynamicImage::ImageRgba16($p) => { let ($samples, $channels) = ($slice, 4_usize); $body }
            image::DynamicImage::ImageRgba32F($p) => { let ($samples, $channels) = ($slice, 4_usize); $body }
            // The enum is open to new layouts; the exactly pinned decoders produce only these ten.
            _ => unreachable!("a picture layout the decoders do not produce"),
        }
    };
}
pub(crate) use with_samples;

/// The depth of a picture's samples.
pub(crate) fn depth_of(image: &DynamicImage) -> Depth {
    match image.color() {
        ColorType::L8 | ColorType::La8 | ColorType::Rgb8 | ColorType::Rgba8 => Depth::Eight,
        ColorType::Rgb32F | ColorType::Rgba32F => Depth::Float,
        _ => Depth::Sixteen,
    }
}

/// Interleaved channels per pixel: 1 gray, 2 gray + alpha, 3 RGB, 4 RGBA.
pub(crate) fn channels_of(image: &DynamicImage) -> usize {
    usize::from(image.color().channel_count())
}

/// Rec. 601 luma of an sRGB-encoded colour: the gray an old photograph's restoration is stored as.
/// Equal channels keep their value to within float rounding, far below half a 16-bit step.
pub(crate) fn luma(red: f32, green: f32, blue: f32) -> f32 {
    0.299 * red + 0.587 * green + 0.114 * blue
}

/// The same picture at another depth and channel count.
///
/// Integer depths round to nearest; widening from 8 to 16 bits and back is exact. Colour becomes
/// gray as [`luma`]; gray becomes colour by repetition; alpha that is taken away is blended over
/// white, alpha that is added is opaque. Floats have no gray layout: `channels` is then 3 or 4.
pub(crate) fn converted(image: &DynamicImage, depth: Depth, channels: usize) -> DynamicImage {
    let (width, height) = (image.width(), image.height());
    let result = with_samples!(image, |samples, found| match depth {
        Depth::Eight => u8::into_image(width, height, channels, mapped(samples, found, channels)),
        Depth::Sixteen =>
            u16::into_image(width, height, channels, mapped(samples, found, channels)),
        Depth::Float => f32::into_image(width, height, channels, mapped(samples, found, channels)),
    });
    result.expect("every pixel was mapped, and gray floats are never asked for")
}

fn mapped<S: Sample, T: Sample>(samples: &[S], from: usize, to: usize) -> Vec<T> {
    let mut out = Vec::with_capacity(samples.len() / from * to);
    for pixel in samples.chunks_exact(from) {
        let (gray, alpha) = (from <= 2, from.is_multiple_of(2));
        let opacity = if alpha {
            pixel[from - 1].to_unit()
        } else {
            1.0
        };
        let mut color = [
            pixel[0],
            pixel[if gray { 0 } else { 1 }],
            pixel[if gray { 0 } else { 2 }],
        ]
        .map(S::to_unit);
        if !to.is_multiple_of(2) {
            color = color.map(|value| value * opacity + (1.0 - opacity));
        }
        match (to <= 2, gray) {
            (true, true) => out.push(T::from_unit(color[0])),
            (true, false) => out.push(T::from_unit(luma(color[0], color[1], color[2]))),
            (false, _) => out.extend(color.map(T::from_unit)),
        }
        if to.is_multiple_of(2) {
            out.push(T::from_unit(opacity));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_survive_the_way_to_floats_and_back() {
        assert!((0..=u8::MAX).all(|v| u8::from_unit(v.to_unit()) == v));
        assert!((0..=u16::MAX).all(|v| u16::from_unit(v.to_unit()) == v));
        assert!((0..=u8::MAX).all(|v| u8::from_unit(u16::from_unit(v.to_unit()).to_unit()) == v));
        assert!((0..=u16::MAX).all(|v| u16::from_unit(luma(
            v.to_unit(),
            v.to_unit(),
            v.to_unit()
        )) == v));
    }

    #[test]
    fn alpha_is_undone_and_redone() {
        for alpha in 0..=u8::MAX {
            assert!((0..=alpha).all(|v| v.divided(alpha).multiplied(alpha) == v));
        }
        for alpha in (0..=u16::MAX).step_by(251) {
            let sound = |v: u16| v.divided(alpha).multiplied(alpha) == v;
            assert!((0..=alpha).step_by(7).all(sound), "{alpha}");
        }
        // More than alpha allows is full.
        assert_eq!((9_u8.divided(3), 9_u8.divided(0)), (255, 0));
        assert_eq!((0.2_f32.divided(0.5), 0.2_f32.divided(0.0)), (0.4, 0.0));
    }

    #[test]
    fn the_short_way_to_bytes_is_exact() {
        assert!((0..=u16::MAX).all(|v| v.to_byte() == u8::from_unit(v.to_unit())));
        assert_eq!([0.25_f32, f32::NAN, 9.0].map(Sample::to_byte), [64, 0, 255]);
    }

    #[test]
    fn wild_floats_are_clipped() {
        assert_eq!(f32::NAN.to_unit(), 0.0);
        assert_eq!(f32::INFINITY.to_unit(), 1.0);
        assert_eq!(u8::from_unit(f32::NAN), 0);
        assert_eq!(u16::from_unit(7.0), u16::MAX);
        assert_eq!(u16::from_unit(-7.0), 0);
    }

    #[test]
    fn taking_alpha_away_blends_over_white() {
        let image = u8::into_image(1, 1, 4, vec![255, 0, 0, 0]).expect("one pixel");
        assert_eq!(
            converted(&image, Depth::Eight, 3).as_bytes(),
            [255, 255, 255]
        );
        let half = u8::into_image(1, 1, 2, vec![0, 51]).expect("one pixel");
        assert_eq!(converted(&half, Depth::Eight, 1).as_bytes(), [204]);
        assert_eq!(converted(&half, Depth::Eight, 4).as_bytes(), [0, 0, 0, 51]);
    }
}
