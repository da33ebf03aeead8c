//! Networks that predict something else than the noise, seen as networks that predict the noise.
//!
//! With `x_t = sqrt(ab) x0 + sqrt(1 - ab) eps`, each parameterisation is affine in the output:
//!
//! - `x0` (`sample`): `eps = (x_t - sqrt(ab) x0) / sqrt(1 - ab)`;
//! - `v = sqrt(ab) eps - sqrt(1 - ab) x0` (Salimans & Ho 2022, appendix D):
//!   `eps = sqrt(1 - ab) x_t + sqrt(ab) v`.
//!
//! So `eps = p x_t + q output`, and its vector-Jacobian product is `p v + q J_outputᵀ v`.

use burn::tensor::Tensor;

use crate::denoiser::{Denoiser, Linearisation, Prediction};
use crate::level::Level;
use crate::prior::Prediction as Kind;

/// Below this `1 - alpha_bar` there is no noise to speak of: dividing by less would only blow up
/// the rounding of f32.
const LEAST_NOISE: f64 = 1e-7;

/// A denoiser whose `eps` is in truth another quantity, converted.
pub(crate) struct Converted {
    inner: Box<dyn Denoiser>,
    kind: Kind,
}

impl Converted {
    /// `inner` hands out `kind` where it says `eps`.
    pub(crate) fn new(inner: Box<dyn Denoiser>, kind: Kind) -> Self {
        Self { inner, kind }
    }

    /// `(p, q)` of `eps = p x_t + q output`.
    fn coefficients(&self, level: Level) -> (f64, f64) {
        let alpha_bar = level.alpha_bar();
        let noise = 1.0 - alpha_bar;
        match self.kind {
            Kind::Epsilon => (0.0, 1.0),
            Kind::Sample => {
                let scale = noise.max(LEAST_NOISE).sqrt().recip();
                (scale, -alpha_bar.sqrt() * scale)
            }
            Kind::V => (noise.sqrt(), alpha_bar.sqrt()),
        }
    }
}

fn convert(x: Tensor<4>, prediction: Prediction, (p, q): (f64, f64)) -> Prediction {
    Prediction {
        eps: x * p + prediction.eps * q,
        variance_logits: prediction.variance_logits,
    }
}

impl Denoiser for Converted {
    fn evaluate(&self, x: Tensor<4>, level: Level) -> Prediction {
        let prediction = self.inner.evaluate(x.clone(), level);
        convert(x, prediction, self.coefficients(level))
    }

    fn linearise(&self, x: Tensor<4>, level: Level) -> Linearisation {
        let (p, q) = self.coefficients(level);
        let inner = self.inner.linearise(x.clone(), level);
        let pullback = inner.pullback;
        Linearisation {
            prediction: convert(x, inner.prediction, (p, q)),
            pullback: Box::new(move |v| v.clone() * p + pullback(v) * q),
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
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, Tolerance};

    use super::*;
    use crate::gaussian::WhiteGaussian;
    use crate::schedule::{NoiseSchedule, Schedule};

    const VARIANCE: f64 = 0.3;

    /// The exact Gaussian denoiser, in another parameterisation.
    struct Speaks {
        kind: Kind,
        exact: WhiteGaussian,
    }

    impl Speaks {
        fn output(&self, x: &Tensor<4>, level: Level, eps: Tensor<4>) -> Tensor<4> {
            let alpha_bar = level.alpha_bar();
            let (signal, noise) = (alpha_bar.sqrt(), (1.0 - alpha_bar).sqrt());
            let x0 = (x.clone() - eps.clone() * noise) / signal;
            match self.kind {
                Kind::Epsilon => eps,
                Kind::Sample => x0,
                Kind::V => eps * signal - x0 * noise,
            }
        }
    }

    impl Denoiser for Speaks {
        fn evaluate(&self, x: Tensor<4>, level: Level) -> Prediction {
            let eps = self.exact.evaluate(x.clone(), level).eps;
            Prediction {
                eps: self.output(&x, level, eps),
                variance_logits: None,
            }
        }

        fn linearise(&self, x: Tensor<4>, level: Level) -> Linearisation {
            // Linear in x, so the product is the map itself.
            let prediction = self.evaluate(x, level);
            let twin = Self {
                kind: self.kind,
                exact: WhiteGaussian::new(VARIANCE),
            };
            Linearisation {
                prediction,
                pullback: Box::new(move |v| twin.evaluate(v, level).eps),
            }
        }
    }

    #[test]
    fn every_parameterisation_says_the_same() {
        let schedule = Schedule::new(NoiseSchedule::Linear, 1000).expect("usual");
        let device = Device::flex();
        let x = Tensor::<4>::from_floats([[[[0.3, -0.8], [1.1, 0.0]]]], &device);
        for t in [0, 1, 500, 999] {
            let level = schedule.level(t);
            let exact = WhiteGaussian::new(VARIANCE);
            let expected = exact.evaluate(x.clone(), level).eps;
            let product = (exact.linearise(x.clone(), level).pullback)(x.clone());
            for kind in [Kind::Epsilon, Kind::Sample, Kind::V] {
                let speaks = Speaks {
                    kind,
                    exact: WhiteGaussian::new(VARIANCE),
                };
                let converted = Converted::new(Box::new(speaks), kind);
                let at = converted.linearise(x.clone(), level);
                let close = Tolerance::<f32>::absolute(2e-4);
                let told = at.prediction.eps.into_data();
                told.assert_approx_eq(&expected.to_data(), close);
                let told = (at.pullback)(x.clone()).into_data();
                told.assert_approx_eq(&product.to_data(), close);
            }
        }
    }
}
