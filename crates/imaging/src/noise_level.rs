//! How noisy a photo is, from the photo alone.
//!
//! The finest diagonal wavelet band of a picture holds almost nothing but noise: its median
//! absolute value over 0.6745 is the noise's standard deviation (Donoho and Johnstone 1994, "Ideal
//! spatial adaptation by wavelet shrinkage", section 4.2). The wavelet is Daubechies' with two
//! vanishing moments, which does not answer to slopes. Fine regular texture is taken for noise, and
//! JPEG, which removes the finest diagonal detail, hides noise.

use crate::{Mask, Photo, Rect};

/// Daubechies' high-pass filter with two vanishing moments and unit length, so that white noise
/// keeps its standard deviation.
const HIGH_PASS: [f32; 4] = [-0.129_409_52, -0.224_143_87, 0.836_516_3, -0.482_962_9];
/// The median of the absolute value of a standard normal number.
const NORMAL_MEDIAN: f64 = 0.674_489_750_196_081_7;
/// Coefficients per row of blocks are sampled so that a photo of any size costs about the same.
const MOST_COEFFICIENTS: usize = 1 << 20;

/// Standard deviation of the noise in units of full range (1 is white minus black, so twice the
/// number is the level on the model range), the root mean square over the colour channels.
///
/// Pixels under `mask` do not count: scratches are not noise. `None` when fewer than 64
/// coefficients are left to judge by.
///
/// # Panics
/// When the mask has not the photo's size.
pub fn noise_level(photo: &Photo, mask: Option<&Mask>) -> Option<f64> {
    if let Some(mask) = mask {
        assert_eq!(
            mask.bounds(),
            photo.bounds(),
            "the mask must have the size of the photo"
        );
    }
    let (width, height) = (photo.width(), photo.height());
    let blocks = (width / 2).saturating_sub(1) * (height / 2).saturating_sub(1);
    let stride = 2 * blocks.div_ceil(MOST_COEFFICIENTS).max(1);
    let mut bands: [Vec<f32>; 3] = Default::default();
    for y in (0..height.saturating_sub(3)).step_by(stride) {
        let strip = photo.planar(Rect::new(0, y, width, 4));
        for x in (0..width.saturating_sub(3)).step_by(2) {
            let hidden = mask.is_some_and(|mask| {
                (y..y + 4).any(|v| mask.data()[v * width + x..v * width + x + 4] != [0; 4])
            });
            if !hidden {
                for (channel, band) in bands.iter_mut().enumerate() {
                    band.push(diagonal(strip.channel(channel), width, x));
                }
            }
        }
    }
    let squares: Option<f64> = bands.iter_mut().map(|band| deviation(band)).sum();
    squares.map(|sum| (sum / 3.0).sqrt())
}

/// The diagonal coefficient of the four by four pixels at column `x` of a strip of four rows.
fn diagonal(strip: &[f32], width: usize, x: usize) -> f32 {
    let rows = HIGH_PASS.iter().enumerate().map(|(row, gain)| {
        let pixels = &strip[row * width + x..row * width + x + 4];
        let sum: f32 = pixels.iter().zip(HIGH_PASS).map(|(p, h)| p * h).sum();
        gain * sum
    });
    rows.sum::<f32>().abs()
}

/// The squared noise level of a band of absolute coefficients.
fn deviation(band: &mut [f32]) -> Option<f64> {
    if band.len() < 64 {
        return None;
    }
    let middle = band.len() / 2;
    let (_, median, _) = band.select_nth_unstable_by(middle, f32::total_cmp);
    Some((f64::from(*median) / NORMAL_MEDIAN).powi(2))
}

#[cfg(test)]
mod tests {
    use image::{DynamicImage, ImageBuffer, Rgb};

    use super::*;
    use crate::Value;

    /// Twelve uniform numbers make a normal one, near enough for a median.
    fn normal(random: &mut u64) -> f32 {
        let uniform = || {
            // Knuth's linear congruential generator; the upper bits are good enough here.
            *random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (*random >> 40) as f32 / (1_u64 << 24) as f32
        };
        std::iter::repeat_with(uniform).take(12).sum::<f32>() - 6.0
    }

    /// A slope with an edge, and noise of `sigma` on it.
    fn noisy(sigma: f32, width: u32, height: u32) -> Photo {
        let mut random = 7;
        let image = ImageBuffer::from_fn(width, height, |x, y| {
            let base = 0.3 + 0.2 * x as f32 / width as f32 + if y > height / 2 { 0.2 } else { 0.0 };
            Rgb([(); 3].map(|()| base + sigma * normal(&mut random)))
        });
        Photo::from_image(DynamicImage::ImageRgb32F(image))
    }

    #[test]
    fn the_level_of_added_noise_is_found_within_three_percent() {
        for sigma in [0.003, 0.02, 0.08] {
            let found = noise_level(&noisy(sigma, 300, 200), None).expect("large enough");
            let error = (found / f64::from(sigma) - 1.0).abs();
            assert!(error < 0.03, "{sigma} was taken for {found}");
        }
    }

    #[test]
    fn what_is_under_the_mask_does_not_count() {
        let clean = noisy(0.0, 120, 120);
        let dirty = noisy(0.1, 120, 120);
        let mut mask = Mask::new(120, 120);
        mask.fill_rect(Rect::new(0, 0, 120, 110), Value::Paint);
        let mut mixed = clean.clone();
        mixed.write_masked(mixed.bounds(), &dirty.planar(dirty.bounds()), &mask);
        assert!(noise_level(&mixed, None).expect("large enough") > 0.05);
        assert!(noise_level(&mixed, Some(&mask)).expect("ten rows are left") < 1e-3);
    }

    #[test]
    fn too_small_a_photo_is_not_judged() {
        assert_eq!(noise_level(&noisy(0.1, 3, 200), None), None);
        assert_eq!(noise_level(&noisy(0.1, 12, 12), None), None);
        let mut all = Mask::new(100, 100);
        all.invert();
        assert_eq!(noise_level(&noisy(0.1, 100, 100), Some(&all)), None);
    }
}
