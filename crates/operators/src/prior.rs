//! A Gaussian model of photographs, whose power falls with frequency as a power law, and the best linear
//! estimates under it.
//!
//! ```text
//! x ~ N(mean, c L⁻ᵖ):  the estimate is the minimum of  |y - A x|² / n + xᵀ Lᵖ x / c
//! ```
//!
//! (Field 1987 for the spectrum; Wiener 1949 for the estimate.) `L` is the Laplacian of mirrored
//! pictures, diagonal in their cosines with the eigenvalues `4 sin²(ω_i / 2) + 4 sin²(ω_j / 2)`, which
//! are squares of frequencies. `c` is found from the measurement itself as the most probable one, by
//! Fisher scoring; it is the only parameter. Means stay as they were measured.

use burn::tensor::Tensor;

use crate::cosine::{Border, Cosines};
use crate::folding::CosineMap;
use crate::planes;

/// Standard deviation of rounding to 8 bits, on the model range: no measurement has less noise.
const ROUNDING: f64 = 2.0 / 255.0 * 0.288_675;
/// `p`: power falls as `f^-2.4`. On the evaluation's pictures this gains up to 0.2 dB over the usual
/// `f^-2`, and what lies above gains little more.
const EXPONENT: f64 = 1.2;
/// Steps of Fisher scoring; from a fair start they settle in three or four.
const SCORINGS: usize = 6;
/// Bounds of `c`: neighbours that differ by a thousandth of the range, and by half of it.
const SCALES: (f64, f64) = (1e-6, 0.25);

/// The variances of the cosines of pictures of one size.
pub(crate) struct PowerLaw {
    rows: Vec<f64>,
    columns: Vec<f64>,
}

impl PowerLaw {
    /// In the frequencies of [`Cosines`] of the same size and border.
    pub(crate) fn new(size: (usize, usize), border: Border) -> Self {
        let line = |length: usize| {
            let turns = match border {
                Border::Edge => length,
                Border::Pixel => length.saturating_sub(1).max(1),
            };
            let eigenvalue = |k: usize| {
                let sine = libm::sin(std::f64::consts::PI * k as f64 / (2 * turns) as f64);
                4.0 * sine * sine
            };
            (0..length).map(eigenvalue).collect()
        };
        Self {
            rows: line(size.0),
            columns: line(size.1),
        }
    }

    /// The variance of the coefficient at `at`, in row order, for `c = 1`. That of the mean, which
    /// is unbounded, is as large as that of a wave four pictures long.
    pub(crate) fn variance(&self, at: usize) -> f64 {
        let width = self.columns.len();
        let eigenvalue = self.rows[at / width] + self.columns[at % width];
        let longest = self.rows.len().max(width) as f64;
        let least = (std::f64::consts::PI / (4.0 * longest)).powi(2);
        eigenvalue.max(least).powf(-EXPONENT)
    }
}

/// The noise variance that a standard deviation means: at least that of rounding.
pub(crate) fn noise_variance(sigma: f64) -> f64 {
    sigma.max(ROUNDING).powi(2)
}

/// The `c` that makes coefficients of a measurement with the mean squares `observed` most probable,
/// if they have the variances `c expected + noise`. The first coefficient, the mean, does not
/// count.
pub(crate) fn scale(observed: &[f32], expected: &[f32], noise: f64) -> f64 {
    let pairs = || observed.iter().zip(expected).skip(1);
    let (mut seen, mut model) = (0.0, 0.0);
    for (o, e) in pairs() {
        seen += f64::from(*o) - noise;
        model += f64::from(*e);
    }
    let bounded = |c: f64| {
        if c.is_finite() {
            c.clamp(SCALES.0, SCALES.1)
        } else {
            SCALES.0
        }
    };
    let mut c = bounded(seen / model);
    for _ in 0..SCORINGS {
        let (mut above, mut below) = (0.0, 0.0);
        for (o, e) in pairs() {
            let e = f64::from(*e);
            let weight = e / (c * e + noise).powi(2);
            above += weight * (f64::from(*o) - noise);
            below += weight * e;
        }
        c = bounded(above / below);
    }
    c
}

/// The mean over planes of the squares of coefficients.
pub(crate) fn mean_squares(coefficients: &[Vec<f32>]) -> Vec<f32> {
    let mut mean = vec![0.0; coefficients.first().map_or(0, Vec::len)];
    for plane in coefficients {
        for (mean, value) in mean.iter_mut().zip(plane) {
            *mean += value * value / coefficients.len() as f32;
        }
    }
    mean
}

/// The Wiener filter of a blur that scales the cosines of `cosines` by `gains`; the planes of one
/// picture share `c`.
pub(crate) fn wiener(
    cosines: &Cosines,
    border: Border,
    gains: &[f32],
    picture: &[Vec<f32>],
    sigma: f64,
) -> Vec<Vec<f32>> {
    let noise = noise_variance(sigma);
    let prior = PowerLaw::new(cosines.size(), border);
    let mut there: Vec<_> = picture.iter().map(|p| cosines.analyse_plane(p)).collect();
    let expected: Vec<f32> = gains
        .iter()
        .enumerate()
        .map(|(at, gain)| (f64::from(gain * gain) * prior.variance(at)) as f32)
        .collect();
    let c = scale(&mean_squares(&there), &expected, noise);
    let filter: Vec<f32> = gains
        .iter()
        .enumerate()
        .map(|(at, &gain)| {
            let (variance, gain) = (c * prior.variance(at), f64::from(gain));
            (gain * variance / (gain * gain * variance + noise)) as f32
        })
        .collect();
    for plane in &mut there {
        planes::multiply(plane, &filter);
        *plane = cosines.synthesise_plane(plane);
    }
    there
}

/// The Wiener filter of an operator that folds cosines, to pictures of its input.
pub(crate) fn unfolded(map: &CosineMap, y: Tensor<4>, sigma: f64) -> Tensor<4> {
    let noise = noise_variance(sigma);
    let prior = PowerLaw::new(map.input(), Border::Edge);
    let expected = map.power(|at| prior.variance(at));
    let (before, after) = (map.cosines_of_measurements(), map.cosines_of_pictures());
    planes::each_picture(y, map.input(), |picture| {
        let mut there: Vec<_> = picture.iter().map(|p| before.analyse_plane(p)).collect();
        let c = scale(&mean_squares(&there), &expected, noise);
        let weights = expected.iter().map(|e| c / (c * f64::from(*e) + noise));
        let weights: Vec<f32> = weights.map(|w| w as f32).collect();
        for plane in &mut there {
            planes::multiply(plane, &weights);
            *plane = after.synthesise_plane(&map.unfold(plane, |at| prior.variance(at)));
        }
        there
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Drawn from the model itself, `c` comes back.
    #[test]
    fn the_scale_of_a_model_is_found_again() {
        let size = (40, 50);
        let prior = PowerLaw::new(size, Border::Edge);
        let mut noise = crate::noise::SeededNoise::new(4, 0);
        for (c, sigma) in [(0.01, 0.02), (0.03, 0.3), (1e-4, 0.02)] {
            let variance = noise_variance(sigma);
            let expected: Vec<f32> = (0..2000).map(|at| prior.variance(at) as f32).collect();
            let draw = |at: usize, z: f64| z * z * (c * prior.variance(at) + variance);
            let observed: Vec<f32> = (0..2000)
                .map(|at| {
                    (draw(at, noise.next_normal()) / 2.0 + draw(at, noise.next_normal()) / 2.0)
                        as f32
                })
                .collect();
            let found = scale(&observed, &expected, variance);
            assert!((found / c - 1.0).abs() < 0.3, "{found} for {c}");
        }
    }
}
