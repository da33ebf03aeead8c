//! A denoiser whose estimate is shrunk towards the mean colour where it is known to overshoot.
//!
//! With the measured factor `k` of the noise level and the mean colour `m`,
//!
//! ```text
//! x0_hat' = m + k (x0_hat - m)
//! eps'    = k eps + (1 - k) (x_t - sqrt(ab) m) / sqrt(1 - ab)
//! J_eps'  = k J_eps + (1 - k) I / sqrt(1 - ab)
//! ```
//!
//! so samplers, previews and products all see the same calibrated estimate. No evaluation more.

use burn::tensor::{Tensor, TensorData};

use crate::calibration::Calibration;
use crate::denoiser::{Denoiser, Linearisation, Prediction};
use crate::level::Level;

/// See the module.
pub struct Calibrated {
    inner: Box<dyn Denoiser>,
    calibration: Calibration,
}

/// The affine map of a level: `eps' = k eps + scale (x - offset m)`.
#[derive(Clone, Copy)]
struct Shrink {
    k: f64,
    scale: f64,
    offset: f64,
}

impl Calibrated {
    /// Shrinks what `inner` says by what was measured of it.
    #[must_use]
    pub fn new(inner: Box<dyn Denoiser>, calibration: Calibration) -> Self {
        Self { inner, calibration }
    }

    /// `None` where nothing is shrunk.
    fn shrink(&self, level: Level) -> Option<Shrink> {
        let k = self.calibration.shrink(level.sigma());
        (k < 1.0).then(|| Shrink {
            k,
            scale: (1.0 - k) / (1.0 - level.alpha_bar()).sqrt(),
            offset: level.alpha_bar().sqrt(),
        })
    }

    fn shrunk(&self, x: Tensor<4>, prediction: Prediction, by: Shrink) -> Prediction {
        let [_, channels, _, _] = x.dims();
        // Pictures of other than three channels have no measured colour: shrink towards zero.
        let mean = match channels {
            3 => self.calibration.mean.map(|m| m as f32).to_vec(),
            _ => vec![0.0; channels],
        };
        let data = TensorData::new(mean, [1, channels, 1, 1]);
        let mean = Tensor::<4>::from_data(data, &x.device()) * by.offset;
        Prediction {
            eps: prediction.eps * by.k + (x - mean) * by.scale,
            variance_logits: prediction.variance_logits,
        }
    }
}

impl Denoiser for Calibrated {
    fn evaluate(&self, x: Tensor<4>, level: Level) -> Prediction {
        let prediction = self.inner.evaluate(x.clone(), level);
        match self.shrink(level) {
            None => prediction,
            Some(by) => self.shrunk(x, prediction, by),
        }
    }

    fn linearise(&self, x: Tensor<4>, level: Level) -> Linearisation {
        let point = self.inner.linearise(x.clone(), level);
        let Some(by) = self.shrink(level) else {
            return point;
        };
        let pullback = point.pullback;
        Linearisation {
            prediction: self.shrunk(x, point.prediction, by),
            pullback: Box::new(move |v| pullback(v.clone()) * by.k + v * by.scale),
        }
    }

    fn stride(&self) -> usize {
        self.inner.stride()
    }

    fn halo(&self) -> Option<usize> {
        self.inner.halo()
    }

    fn range(&self) -> Option<(f64, f64)> {
        self.inner.range()
    }

    fn calibration(&self) -> Option<&Calibration> {
        Some(&self.calibration)
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, Tolerance};

    use super::*;
    use crate::calibration::tests::white;
    use crate::gaussian::WhiteGaussian;

    fn row(values: [f32; 6]) -> Tensor<4> {
        Tensor::from_data(
            TensorData::new(values.to_vec(), [1, 3, 1, 2]),
            &Device::flex(),
        )
    }

    /// `x0_hat' = m + k (x0_hat - m)`, and the product is the derivative of that.
    #[test]
    fn the_estimate_is_shrunk_and_so_is_its_derivative() {
        let calibration = white(0.3);
        let sigma: f64 = 20.0;
        let level = Level::new(1.0 / (1.0 + sigma * sigma), 900);
        let (a, s) = (level.alpha_bar().sqrt(), (1.0 - level.alpha_bar()).sqrt());
        let k = calibration.shrink(sigma);
        assert!(k < 0.9);
        let plain = WhiteGaussian::new(0.3);
        let calibrated = Calibrated::new(Box::new(WhiteGaussian::new(0.3)), calibration.clone());
        let x = row([0.4, -1.2, 0.9, 0.1, -0.3, 2.0]);
        let estimate = |eps: Tensor<4>| (x.clone() - eps * s) / a;
        let mean = row([0.1, 0.1, 0.0, 0.0, -0.1, -0.1]);
        let expected = (estimate(plain.evaluate(x.clone(), level).eps) - mean.clone()) * k + mean;
        let point = calibrated.linearise(x.clone(), level);
        let close = Tolerance::<f32>::absolute(1e-4);
        let found = estimate(point.prediction.eps).into_data();
        found.assert_approx_eq(&expected.into_data(), close);
        // The map is affine, so its derivative along v is a difference.
        let v = row([1.0, 0.5, -0.5, 0.2, 0.0, -1.0]);
        let there = calibrated.evaluate(x.clone() + v.clone(), level).eps;
        let here = calibrated.evaluate(x, level).eps;
        let product = (point.pullback)(v).into_data();
        product.assert_approx_eq(&(there - here).into_data(), close);
    }

    #[test]
    fn where_nothing_is_shrunk_nothing_changes() {
        let mut calibration = white(0.3);
        for level in &mut calibration.levels {
            level.shrink = 1.0;
        }
        let calibrated = Calibrated::new(Box::new(WhiteGaussian::new(0.3)), calibration);
        let (x, level) = (row([0.4, -1.2, 0.9, 0.1, -0.3, 2.0]), Level::new(0.5, 300));
        let bits = |t: Tensor<4>| t.into_data().iter::<f32>().collect::<Vec<_>>();
        let plain = WhiteGaussian::new(0.3).evaluate(x.clone(), level).eps;
        assert_eq!(bits(calibrated.evaluate(x, level).eps), bits(plain));
    }
}
