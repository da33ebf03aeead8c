//! How close two pictures are, in the field's usual numbers.
//!
//! All work on sRGB-encoded planar pictures with peak value 1 and sum in doubles. They do not clip:
//! a sampler's excursion beyond `[0, 1]` counts as the error it is.

mod ssim;

pub use ssim::{masked_ssim, ssim};

use crate::{Mask, Planar};

/// Peak signal-to-noise ratio in dB, `-10 log10(mean squared error)`; infinite for equal pictures.
///
/// # Panics
/// When the sizes differ.
pub fn psnr(a: &Planar, b: &Planar) -> f64 {
    same_size(a, b);
    let sum: f64 = a
        .data
        .iter()
        .zip(&b.data)
        .map(|(&a, &b)| squared_error(a, b))
        .sum();
    decibels(sum / a.data.len() as f64)
}

/// [`psnr`] over the pixels to restore only; NaN when there are none.
///
/// # Panics
/// When the sizes differ.
pub fn masked_psnr(a: &Planar, b: &Planar, mask: &Mask) -> f64 {
    same_size(a, b);
    assert_eq!(
        mask.bounds(),
        a.bounds(),
        "the mask must have the size of the pictures"
    );
    let mut sum = 0.0;
    for channel in 0..3 {
        let values = a.channel(channel).iter().zip(b.channel(channel));
        for ((&a, &b), _) in values.zip(mask.data()).filter(|(_, byte)| **byte > 0) {
            sum += squared_error(a, b);
        }
    }
    decibels(sum / (3 * mask.count()) as f64)
}

/// Mean length of the forward-difference gradient over the pixels to restore and the three channels,
/// in units of full range per pixel. Low values where the surroundings are textured tell that a
/// restoration is too smooth. Pixels in the last row or column have no forward difference and do not
/// count; 0 when no pixel counts.
///
/// # Panics
/// When the sizes differ.
pub fn mean_gradient(picture: &Planar, mask: &Mask) -> f64 {
    assert_eq!(
        mask.bounds(),
        picture.bounds(),
        "the mask must have the size of the picture"
    );
    let width = picture.width;
    let (mut sum, mut count) = (0.0, 0_usize);
    for channel in 0..3 {
        let plane = picture.channel(channel);
        for y in 0..picture.height.saturating_sub(1) {
            for x in (0..width.saturating_sub(1)).filter(|&x| mask.get(x, y) > 0) {
                let here = f64::from(plane[y * width + x]);
                let right = f64::from(plane[y * width + x + 1]);
                let below = f64::from(plane[(y + 1) * width + x]);
                sum += (right - here).hypot(below - here);
                count += 1;
            }
        }
    }
    sum / count.max(1) as f64
}

fn squared_error(a: f32, b: f32) -> f64 {
    (f64::from(a) - f64::from(b)).powi(2)
}

fn decibels(mean_squared_error: f64) -> f64 {
    -10.0 * mean_squared_error.log10()
}

fn same_size(a: &Planar, b: &Planar) {
    assert_eq!(
        (a.width, a.height),
        (b.width, b.height),
        "pictures to compare must have the same size"
    );
}
