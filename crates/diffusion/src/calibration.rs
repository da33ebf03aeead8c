//! What a prior knows: how wrong `x0_hat` is at each noise level, measured on photographs.
//!
//! A network's error is not what the mathematics promises. At high noise a network that predicts the
//! noise has an `x0_hat` that is worse than the mean colour of all photographs; at moderate noise its
//! error is far smaller than `sigma² / (1 + sigma²)`, the variance that ΠGDM assumes (for
//! natural64, by its calibration, 7 to 28 times between the levels 0.12 and 14). A
//! calibration records both facts once per prior:
//!
//! - `mse`: `mean (k (x0_hat - m) + m - x0)²`, with `m` the mean colour and `k` the shrink factor;
//! - `shrink`: the factor `k` in [0, 1] for which that error is smallest;
//! - `bands`: the same error by frequency, the 64 coefficients of an orthonormal 8 × 8 DCT.
//!
//! [`Calibrated`](crate::Calibrated) applies the factor; samplers read the errors as a covariance
//! and as the level above which nothing is known. `samplers::calibrate` measures.

use serde::{Deserialize, Serialize};

use crate::error::DiffusionError;

/// Coefficients of an 8 × 8 block.
pub const BANDS: usize = 64;

/// A level whose error is above this share of the mean colour's error tells a sampler nothing.
const KNOWS: f64 = 0.85;

/// The measured errors of a prior; levels ascend, and there are at least two.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// The mean colour of the pictures it was measured on, model range.
    pub mean: [f64; 3],
    /// The mean squared error of that colour alone, model range squared.
    pub spread: f64,
    /// How many pictures it was measured on.
    pub pictures: usize,
    /// What was measured, by rising noise level.
    pub levels: Vec<CalibratedLevel>,
}

/// What was measured at one noise level.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CalibratedLevel {
    /// The noise level `sigma = sqrt((1 - alpha_bar) / alpha_bar)`.
    pub sigma: f64,
    /// Mean squared error of the shrunk `x0_hat`, model range squared, for a pixel and channel.
    pub mse: f64,
    /// The factor by which `x0_hat` is shrunk towards the mean colour, in [0, 1].
    pub shrink: f64,
    /// Mean squared error of the 64 coefficients of an orthonormal 8 × 8 DCT, rows first.
    pub bands: Vec<f64>,
}

impl Calibration {
    /// Refuses a calibration that cannot be read: too few levels, levels that do not ascend, numbers
    /// out of range.
    ///
    /// # Errors
    /// [`DiffusionError::Config`] says what is wrong.
    pub fn check(&self) -> Result<(), DiffusionError> {
        let refuse = |reason: &str| Err(DiffusionError::config(format!("calibration: {reason}")));
        if self.levels.len() < 2 {
            return refuse("at least two noise levels are needed");
        }
        if !self.levels.is_sorted_by(|a, b| a.sigma < b.sigma) {
            return refuse("the noise levels must ascend");
        }
        let positive = |v: f64| v.is_finite() && v > 0.0;
        if !positive(self.spread) || self.mean.iter().any(|m| !(-1.0..=1.0).contains(m)) {
            return refuse("the mean colour or its error is out of range");
        }
        for level in &self.levels {
            if !positive(level.sigma) || !positive(level.mse) {
                return refuse("noise levels and errors must be above 0");
            }
            if !(0.0..=1.0).contains(&level.shrink) {
                return refuse("a shrink factor lies between 0 and 1");
            }
            if level.bands.len() != BANDS || !level.bands.iter().all(|b| positive(*b)) {
                return refuse("a level has 64 bands, all above 0");
            }
        }
        Ok(())
    }

    /// Mean squared error of `x0_hat` at a noise level, model range squared: interpolated between
    /// the measured levels on logarithmic axes, proportional to `sigma²` below the lowest, constant
    /// above the highest.
    #[must_use]
    pub fn mse(&self, sigma: f64) -> f64 {
        self.between(sigma, |level| level.mse)
    }

    /// The same for each of the 64 coefficients of an orthonormal 8 × 8 DCT.
    #[must_use]
    pub fn bands(&self, sigma: f64) -> Vec<f64> {
        let band = |i: usize| self.between(sigma, |level| level.bands[i]);
        (0..BANDS).map(band).collect()
    }

    /// The factor in [0, 1] that shrinks `x0_hat` towards the mean colour best.
    #[must_use]
    pub fn shrink(&self, sigma: f64) -> f64 {
        let (below, above, share) = self.around(sigma);
        below.shrink * (1.0 - share) + above.shrink * share
    }

    /// The highest noise level at which the prior still knows something: up to there, the root mean
    /// squared error stays below 85 % of the mean colour's.
    #[must_use]
    pub fn highest(&self) -> f64 {
        let most = KNOWS * KNOWS * self.spread;
        let known = self.levels.iter().take_while(|level| level.mse < most);
        let last = known.last().unwrap_or(&self.levels[0]);
        last.sigma
    }

    /// The measured levels on both sides, and how far `sigma` is from the lower to the upper one on a
    /// logarithmic axis, 0 to 1.
    fn around(&self, sigma: f64) -> (&CalibratedLevel, &CalibratedLevel, f64) {
        let last = self.levels.len() - 1;
        let above = self.levels.partition_point(|level| level.sigma < sigma);
        if above == 0 {
            return (&self.levels[0], &self.levels[0], 0.0);
        }
        if above > last {
            return (&self.levels[last], &self.levels[last], 0.0);
        }
        let (low, high) = (&self.levels[above - 1], &self.levels[above]);
        let share = (sigma / low.sigma).ln() / (high.sigma / low.sigma).ln();
        (low, high, share)
    }

    fn between(&self, sigma: f64, of: impl Fn(&CalibratedLevel) -> f64) -> f64 {
        let lowest = &self.levels[0];
        if sigma < lowest.sigma {
            return of(lowest) * (sigma / lowest.sigma).powi(2);
        }
        let (low, high, share) = self.around(sigma);
        (of(low).ln() * (1.0 - share) + of(high).ln() * share).exp()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// White pictures of variance `v`, whose exact error is `sigma² v / (sigma² + v)`.
    pub(crate) fn white(v: f64) -> Calibration {
        let levels = [0.02, 0.1, 0.5, 2.0, 10.0, 50.0].map(|sigma: f64| {
            let mse = sigma * sigma * v / (sigma * sigma + v);
            CalibratedLevel {
                sigma,
                mse,
                shrink: 1.0 / (1.0 + (sigma / 20.0).powi(2)),
                bands: vec![mse; BANDS],
            }
        });
        Calibration {
            mean: [0.1, 0.0, -0.1],
            spread: v,
            pictures: 1,
            levels: levels.to_vec(),
        }
    }

    #[test]
    fn measured_levels_are_met_and_others_lie_between() {
        let calibration = white(0.3);
        calibration.check().expect("sound");
        for level in &calibration.levels {
            assert!((calibration.mse(level.sigma) / level.mse - 1.0).abs() < 1e-9);
            assert!((calibration.shrink(level.sigma) - level.shrink).abs() < 1e-9);
        }
        let between = calibration.mse(0.2);
        assert!(between > calibration.mse(0.1) && between < calibration.mse(0.5));
        assert!((calibration.bands(0.2)[5] - between).abs() < 1e-12);
        // Below all of them the error falls as the variance of the noise.
        assert!((calibration.mse(0.01) * 4.0 / calibration.mse(0.02) - 1.0).abs() < 1e-9);
        assert_eq!(calibration.mse(1e3), calibration.mse(50.0));
    }

    #[test]
    fn the_highest_level_is_the_last_that_beats_the_mean_colour() {
        let mut calibration = white(0.3);
        assert_eq!(
            calibration.highest(),
            0.5,
            "at 2 the error is 93 % of the spread"
        );
        calibration.spread = 1e-9;
        assert_eq!(
            calibration.highest(),
            0.02,
            "nothing is known, and the lowest is left"
        );
    }

    #[test]
    fn broken_ones_are_refused() {
        let broken: [fn(&mut Calibration); 6] = [
            |c| c.levels.truncate(1),
            |c| c.levels.swap(0, 1),
            |c| c.levels[0].mse = 0.0,
            |c| c.levels[0].shrink = 1.5,
            |c| c.levels[0].bands.truncate(3),
            |c| c.spread = f64::NAN,
        ];
        for change in broken {
            let mut calibration = white(0.3);
            change(&mut calibration);
            assert!(calibration.check().is_err(), "{calibration:?}");
        }
    }
}
