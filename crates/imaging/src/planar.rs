//! RGB pictures as planes of floats: what samplers read and write.
//!
//! Layout `[3, height, width]`, row-major, sRGB-encoded, nominally in `[0, 1]`. Nothing here clips,
//! except where a function says so: an intermediate of a sampler may leave the range.

use image::{
    ImageBuffer, Luma,
    imageops::{self, FilterType},
};

use crate::{ImagingError, Rect, sample::Sample};

/// A planar RGB picture. Invariant: `data.len() == 3 * width * height`.
#[derive(Clone, Debug, PartialEq)]
pub struct Planar {
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Red plane, green plane, blue plane, each row by row.
    pub data: Vec<f32>,
}

impl Planar {
    /// A black picture.
    pub fn new(width: usize, height: usize) -> Self {
        Self {
            width,
            height,
            data: vec![0.0; 3 * width * height],
        }
    }

    /// Takes over samples laid out as `[3, height, width]`.
    ///
    /// # Errors
    /// [`ImagingError::SizeMismatch`] when `data` does not hold `3 * width * height` numbers.
    pub fn from_data(width: usize, height: usize, data: Vec<f32>) -> Result<Self, ImagingError> {
        let expected = width.saturating_mul(height).saturating_mul(3);
        if data.len() != expected {
            return Err(ImagingError::SizeMismatch {
                what: "a planar picture's data, in numbers",
                expected,
                found: data.len(),
            });
        }
        Ok(Self {
            width,
            height,
            data,
        })
    }

    /// The whole picture as a rectangle.
    pub const fn bounds(&self) -> Rect {
        Rect::new(0, 0, self.width, self.height)
    }

    /// One plane, `[height, width]`: 0 red, 1 green, 2 blue.
    ///
    /// # Panics
    /// When `channel` is not below 3.
    pub fn channel(&self, channel: usize) -> &[f32] {
        assert!(channel < 3, "channel {channel} of an RGB picture");
        let plane = self.width * self.height;
        &self.data[channel * plane..(channel + 1) * plane]
    }

    /// The part under `rect`.
    ///
    /// # Panics
    /// When `rect` reaches outside the picture.
    pub fn crop(&self, rect: Rect) -> Self {
        assert!(
            self.bounds().contains_rect(rect),
            "crop {rect:?} of {:?}",
            self.bounds()
        );
        let mut data = Vec::with_capacity(3 * rect.area());
        for channel in 0..3 {
            let plane = self.channel(channel);
            for y in rect.y..rect.bottom() {
                data.extend_from_slice(
                    &plane[y * self.width + rect.x..y * self.width + rect.right()],
                );
            }
        }
        Self {
            width: rect.width,
            height: rect.height,
            data,
        }
    }

    /// Copies `part` in with its top left pixel at `(x, y)`; what hangs over the edge is left out.
    pub fn paste(&mut self, x: usize, y: usize, part: &Self) {
        let Some(target) = self
            .bounds()
            .intersection(Rect::new(x, y, part.width, part.height))
        else {
            return;
        };
        for channel in 0..3 {
            for row in 0..target.height {
                let from = (channel * part.height + row) * part.width;
                let to = (channel * self.height + y + row) * self.width + x;
                self.data[to..to + target.width]
                    .copy_from_slice(&part.data[from..from + target.width]);
            }
        }
    }

    /// Packed 8-bit RGBA, `4 * width * height` bytes, opaque; values are clipped to `[0, 1]`.
    pub fn to_rgba8(&self) -> Vec<u8> {
        let (red, green, blue) = (self.channel(0), self.channel(1), self.channel(2));
        let mut out = Vec::with_capacity(4 * red.len());
        for ((&r, &g), &b) in red.iter().zip(green).zip(blue) {
            out.extend([
                u8::from_unit(r),
                u8::from_unit(g),
                u8::from_unit(b),
                u8::MAX,
            ]);
        }
        out
    }

    /// The mean of several pictures of one size, pixel by pixel: the posterior mean of samples.
    ///
    /// # Errors
    /// [`ImagingError::Empty`] without pictures, [`ImagingError::SizeMismatch`] when a size differs.
    pub fn mean(pictures: &[Self]) -> Result<Self, ImagingError> {
        let first = pictures.first().ok_or_else(|| ImagingError::Empty {
            name: "the list of pictures to average".to_owned(),
        })?;
        // Doubles: many nearly equal floats added up one by one would drift.
        let mut sums = vec![0.0_f64; first.data.len()];
        for picture in pictures {
            for (what, expected, found) in [
                (
                    "the width of a picture to average, in pixels",
                    first.width,
                    picture.width,
                ),
                (
                    "the height of a picture to average, in pixels",
                    first.height,
                    picture.height,
                ),
            ] {
                if expected != found {
                    return Err(ImagingError::SizeMismatch {
                        what,
                        expected,
                        found,
                    });
                }
            }
            for (sum, &value) in sums.iter_mut().zip(&picture.data) {
                *sum += f64::from(value);
            }
        }
        let count = pictures.len() as f64;
        Ok(Self {
            width: first.width,
            height: first.height,
            data: sums.into_iter().map(|sum| (sum / count) as f32).collect(),
        })
    }

    /// Resampled with a Lanczos filter of radius 3, widened when shrinking so that nothing aliases.
    /// The result is clipped to `[0, 1]`: the filter overshoots at edges. The same size is a copy.
    pub fn resized(&self, width: usize, height: usize) -> Self {
        if (width, height) == (self.width, self.height) {
            return self.clone();
        }
        let mut data = Vec::with_capacity(3 * width * height);
        for channel in 0..3 {
            data.extend(resized_plane(
                self.channel(channel),
                (self.width, self.height),
                (width, height),
            ));
        }
        Self {
            width,
            height,
            data,
        }
    }
}

/// One plane resampled from `(width, height)` to `(width, height)`, clipped to `[0, 1]`.
pub(crate) fn resized_plane(plane: &[f32], from: (usize, usize), to: (usize, usize)) -> Vec<f32> {
    let side =
        |pixels: usize| u32::try_from(pixels).expect("a picture that fits memory has 32-bit sides");
    let source: ImageBuffer<Luma<f32>, &[f32]> =
        ImageBuffer::from_raw(side(from.0), side(from.1), plane)
            .expect("a plane holds width * height numbers");
    imageops::resize(&source, side(to.0), side(to.1), FilterType::Lanczos3).into_raw()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(width: usize, height: usize) -> Planar {
        let data = (0..3 * width * height).map(|i| i as f32 / 1000.0).collect();
        Planar::from_data(width, height, data).expect("the size fits")
    }

    #[test]
    fn a_crop_pasted_back_changes_nothing() {
        let picture = numbered(7, 5);
        let part = picture.crop(Rect::new(2, 1, 4, 3));
        assert_eq!(part.channel(1)[0], picture.channel(1)[7 + 2]);
        let mut copy = picture.clone();
        copy.paste(2, 1, &Planar::new(4, 3));
        assert_ne!(copy, picture);
        copy.paste(2, 1, &part);
        assert_eq!(copy, picture);
    }

    #[test]
    fn pasting_over_the_edge_keeps_what_fits() {
        let mut picture = Planar::new(4, 4);
        let white = Planar::from_data(3, 3, vec![1.0; 27]).expect("the size fits");
        picture.paste(3, 2, &white);
        picture.paste(9, 9, &white);
        assert_eq!(picture.data.iter().sum::<f32>(), 3.0 * 2.0);
        assert_eq!(picture.channel(2)[2 * 4 + 3], 1.0);
    }

    #[test]
    fn the_mean_is_taken_per_pixel() {
        let a = Planar::from_data(1, 1, vec![0.0, 0.5, 1.0]).expect("the size fits");
        let b = Planar::from_data(1, 1, vec![1.0, 0.5, 0.5]).expect("the size fits");
        assert_eq!(
            Planar::mean(&[a.clone(), b]).expect("same sizes").data,
            [0.5, 0.5, 0.75]
        );
        assert!(matches!(Planar::mean(&[]), Err(ImagingError::Empty { .. })));
        assert!(matches!(
            Planar::mean(&[a, Planar::new(3, 1)]),
            Err(ImagingError::SizeMismatch {
                expected: 1,
                found: 3,
                ..
            })
        ));
    }

    #[test]
    fn resampling_keeps_flat_pictures_flat_and_in_range() {
        let flat = Planar::from_data(9, 6, vec![0.25; 9 * 6 * 3]).expect("the size fits");
        let small = flat.resized(4, 3);
        assert_eq!((small.width, small.height, small.data.len()), (4, 3, 36));
        assert!(small.data.iter().all(|v| (v - 0.25).abs() < 1e-5));
        let step = (0..3 * 64)
            .map(|i| if i % 8 < 4 { 0.0 } else { 1.0 })
            .collect();
        let wide = Planar::from_data(8, 8, step)
            .expect("the size fits")
            .resized(31, 17);
        assert!(wide.data.iter().all(|v| (0.0..=1.0).contains(v)));
        assert!(wide.channel(0)[0] < 0.01 && wide.channel(0)[30] > 0.99);
    }

    #[test]
    fn bytes_are_rounded_and_clipped() {
        let picture = Planar::from_data(1, 1, vec![-1.0, 0.5, 2.0]).expect("the size fits");
        assert_eq!(picture.to_rgba8(), [0, 128, 255, 255]);
        assert!(Planar::from_data(1, 1, vec![0.0; 4]).is_err());
    }
}
