//! The structural similarity index.
//!
//! Wang, Bovik, Sheikh, Simoncelli: "Image quality assessment: from error visibility to structural
//! similarity", IEEE Trans. Image Processing 13(4), 2004, equation 13, with their constants: an
//! 11 × 11 Gaussian window of standard deviation 1.5, K1 = 0.01, K2 = 0.03, peak 1. Averaged over
//! the positions where the window fits wholly (the "valid" region) and over the three channels.
//!
//! The window is separable: rows are filtered once and the last eleven are kept, so memory stays at
//! a few rows however large the picture.

use super::same_size;
use crate::{Mask, Planar};

const WINDOW: usize = 11;
const SIGMA: f64 = 1.5;
const C1: f64 = 0.01 * 0.01;
const C2: f64 = 0.03 * 0.03;

/// Local sums of `a`, `b`, `a²`, `b²`, `ab`.
type Moments = [f64; 5];

/// Mean structural similarity, 1 for equal pictures; NaN when a side is shorter than the window of
/// 11 pixels.
///
/// # Panics
/// When the sizes differ.
pub fn ssim(a: &Planar, b: &Planar) -> f64 {
    mean_index(a, b, &|_, _| true)
}

/// [`ssim`] over the windows whose centre is a pixel to restore; NaN when there are none. Windows
/// reach five pixels beyond the mask, and none is centred within five pixels of the border.
///
/// # Panics
/// When the sizes differ.
pub fn masked_ssim(a: &Planar, b: &Planar, mask: &Mask) -> f64 {
    assert_eq!(
        mask.bounds(),
        a.bounds(),
        "the mask must have the size of the pictures"
    );
    mean_index(a, b, &|x, y| mask.get(x, y) > 0)
}

/// `counts(x, y)` tells whether the window centred there does.
fn mean_index(a: &Planar, b: &Planar, counts: &dyn Fn(usize, usize) -> bool) -> f64 {
    same_size(a, b);
    if a.width < WINDOW || a.height < WINDOW {
        return f64::NAN;
    }
    let weights = gaussian();
    let sum: f64 = (0..3)
        .map(|c| channel_ssim(a.channel(c), b.channel(c), a.width, &weights, counts))
        .sum();
    sum / 3.0
}

fn channel_ssim(
    a: &[f32],
    b: &[f32],
    width: usize,
    weights: &[f64; WINDOW],
    counts: &dyn Fn(usize, usize) -> bool,
) -> f64 {
    let valid = width - WINDOW + 1;
    // Filtered rows; row `y` of the picture lies at `y % WINDOW`.
    let mut recent = vec![vec![Moments::default(); valid]; WINDOW];
    let (mut sum, mut count) = (0.0, 0_usize);
    for (y, (row_a, row_b)) in a.chunks_exact(width).zip(b.chunks_exact(width)).enumerate() {
        filter_row(row_a, row_b, weights, &mut recent[y % WINDOW]);
        if y + 1 < WINDOW {
            continue;
        }
        for x in (0..valid).filter(|x| counts(x + WINDOW / 2, y - WINDOW / 2)) {
            let mut moments = Moments::default();
            for (k, weight) in weights.iter().enumerate() {
                // The oldest kept row is the one written next.
                let row = &recent[(y + 1 + k) % WINDOW];
                for (total, value) in moments.iter_mut().zip(row[x]) {
                    *total += weight * value;
                }
            }
            sum += index(moments);
            count += 1;
        }
    }
    sum / count as f64
}

fn filter_row(a: &[f32], b: &[f32], weights: &[f64; WINDOW], out: &mut [Moments]) {
    for (x, moments) in out.iter_mut().enumerate() {
        *moments = Moments::default();
        for (k, weight) in weights.iter().enumerate() {
            let (a, b) = (f64::from(a[x + k]), f64::from(b[x + k]));
            for (total, value) in moments.iter_mut().zip([a, b, a * a, b * b, a * b]) {
                *total += weight * value;
            }
        }
    }
}

/// Equation 13 of the paper.
fn index([mean_a, mean_b, square_a, square_b, product]: Moments) -> f64 {
    let variance_a = square_a - mean_a * mean_a;
    let variance_b = square_b - mean_b * mean_b;
    let covariance = product - mean_a * mean_b;
    (2.0 * mean_a * mean_b + C1) * (2.0 * covariance + C2)
        / ((mean_a * mean_a + mean_b * mean_b + C1) * (variance_a + variance_b + C2))
}

fn gaussian() -> [f64; WINDOW] {
    let center = (WINDOW / 2) as f64;
    let mut weights =
        std::array::from_fn(|i| (-(i as f64 - center).powi(2) / (2.0 * SIGMA * SIGMA)).exp());
    let sum: f64 = weights.iter().sum();
    for weight in &mut weights {
        *weight /= sum;
    }
    weights
}
