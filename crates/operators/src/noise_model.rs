//! The noise of a measurement: Gaussian, and that of counting photons where light was scarce.
//!
//! ```text
//! y = 2 k / lambda - 1 + sigma n,   k ~ Poisson(lambda (A x0 + 1) / 2),   n ~ N(0, 1)
//! ```
//!
//! `lambda` photons stand for white (1), none for black (-1). Samplers take it for Gaussian with a
//! variance for every value, `4 k / lambda² + sigma²`, with the counts `k` that were seen (DPS, Chung
//! et al. 2023, eq. 20 and 21) and at least one, since none seen does not mean none possible. Good
//! from about ten photons upwards.

use burn::tensor::{Device, Tensor, TensorData};

use crate::error::OperatorError;
use crate::noise::{NoiseSource, SeededNoise};
use crate::poisson;

/// See the module.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Noise {
    /// Standard deviation on the model range, at least 0.
    pub sigma: f64,
    /// `lambda`; `None` without photon noise.
    pub photons: Option<f64>,
}

impl From<f64> for Noise {
    fn from(sigma: f64) -> Self {
        Self {
            sigma,
            photons: None,
        }
    }
}

impl Noise {
    /// The largest standard deviation that is taken: the width of the model range.
    pub const MOST_SIGMA: f64 = 2.0;
    /// The range of `lambda`; with more photons the noise is below the rounding of 16 bits.
    pub const PHOTONS: std::ops::RangeInclusive<f64> = 1.0..=1e9;

    /// Refuses numbers outside their range.
    ///
    /// # Errors
    /// [`OperatorError::Noise`] states the range.
    pub fn check(self) -> Result<(), OperatorError> {
        let refuse = |reason| Err(OperatorError::Noise { reason });
        if !(0.0..=Self::MOST_SIGMA).contains(&self.sigma) {
            return refuse(format!(
                "the noise level {} is not between 0 and 2 (standard deviation on [-1, 1])",
                self.sigma
            ));
        }
        match self.photons {
            Some(photons) if !Self::PHOTONS.contains(&photons) => {
                refuse(format!("{photons} photons for white are not from 1 to 1e9"))
            }
            _ => Ok(()),
        }
    }

    /// A measurement, from what it would be without noise: the photons are drawn first, in row
    /// order, then the rest.
    ///
    /// # Errors
    /// [`OperatorError::Noise`] if the device cannot give the values back.
    pub fn measure(
        self,
        clean: Tensor<4>,
        draws: &mut SeededNoise,
    ) -> Result<Tensor<4>, OperatorError> {
        let device = clean.device();
        let shape = clean.dims();
        let counted = match self.photons {
            None => clean,
            Some(photons) => counted(clean, photons, draws, &device)?,
        };
        Ok(counted + draws.normal(shape, &device) * self.sigma)
    }

    /// The largest standard deviation of a value on the model range, which is that of white.
    #[must_use]
    pub fn level(self) -> f64 {
        let counting = self.photons.map_or(0.0, |photons| 4.0 / photons);
        (self.sigma * self.sigma + counting).sqrt()
    }

    /// The variance of every value of a measurement `y`, in its shape; `None` if it is
    /// `sigma²` everywhere.
    #[must_use]
    pub fn variance(self, y: Tensor<4>) -> Option<Tensor<4>> {
        let photons = self.photons?;
        let counts = (y + 1.0) * (photons / 2.0);
        let counting = counts.clamp_min(1.0) * (4.0 / (photons * photons));
        Some(counting + self.sigma * self.sigma)
    }
}

fn counted(
    clean: Tensor<4>,
    photons: f64,
    draws: &mut SeededNoise,
    device: &Device,
) -> Result<Tensor<4>, OperatorError> {
    let shape = clean.dims();
    let data = clean.try_into_data().map_err(|e| OperatorError::Noise {
        reason: format!("the device did not give the measurement back: {e:?}"),
    })?;
    let values: Vec<f32> = data
        .iter::<f64>()
        .map(|value| {
            let rate = photons * (value + 1.0).max(0.0) / 2.0;
            (2.0 * poisson::draw(rate, draws) / photons - 1.0) as f32
        })
        .collect();
    Ok(Tensor::from_data(TensorData::new(values, shape), device))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spread_of_what_is_measured_is_the_variance_that_is_claimed() {
        let device = Device::flex();
        let noise = Noise {
            sigma: 0.1,
            photons: Some(50.0),
        };
        for level in [-0.5_f64, 0.0, 0.8] {
            let clean = Tensor::<4>::ones([1, 1, 200, 200], &device) * level;
            let mut draws = SeededNoise::new(3, 0);
            let y = noise.measure(clean, &mut draws).expect("measured");
            let values: Vec<f64> = y.to_data().iter::<f64>().collect();
            let n = values.len() as f64;
            let mean = values.iter().sum::<f64>() / n;
            let spread = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n;
            let truth = 2.0 * (level + 1.0) / 50.0 + 0.01;
            // Five standard errors of a mean and of a variance.
            assert!((mean - level).abs() < 5.0 * (truth / n).sqrt(), "{mean}");
            assert!(
                (spread / truth - 1.0).abs() < 5.0 * (3.0 / n).sqrt(),
                "{spread}"
            );
            assert!(noise.level().powi(2) > truth);
            // What is claimed from noisy values agrees on average, floor aside.
            let claimed = noise.variance(y).expect("it differs").mean();
            let claimed = f64::from(claimed.into_scalar::<f32>());
            assert!(
                (claimed / truth - 1.0).abs() < 0.02,
                "{claimed} for {truth}"
            );
        }
    }

    #[test]
    fn gaussian_noise_alone_has_no_map_and_numbers_out_of_range_are_refused() {
        let y = Tensor::<4>::zeros([1, 1, 2, 2], &Device::flex());
        assert!(Noise::from(0.1).variance(y).is_none());
        for (sigma, photons) in [
            (-0.1, None),
            (f64::NAN, None),
            (2.5, None),
            (0.0, Some(0.5)),
            (0.0, Some(f64::NAN)),
        ] {
            assert!(
                Noise { sigma, photons }.check().is_err(),
                "{sigma}, {photons:?}"
            );
        }
    }
}
