//! Exact denoisers of Gaussian priors: closed forms to test every sampler against.
//!
//! For `x0 ~ N(m, S)` and `x_t = sqrt(ab) x0 + sqrt(1 - ab) eps`:
//! `eps(x_t) = sqrt(1 - ab) (ab S + (1 - ab) I)⁻¹ (x_t - sqrt(ab) m)`, an affine map with a
//! symmetric Jacobian, so the vector-Jacobian product is that matrix once more.

use burn::tensor::{Device, Tensor, TensorData};

use crate::denoiser::{Denoiser, Linearisation, Prediction};
use crate::level::Level;

/// `N(m, S)` with any covariance, for small dimensions: pictures are `[b, c, h, w]` with
/// `c · h · w = dimension`.
pub struct GaussianDenoiser {
    /// `[1, d]`.
    mean: Tensor<2>,
    /// Orthonormal eigenvectors of `S` in columns, `[d, d]`.
    vectors: Tensor<2>,
    /// Eigenvalues of `S`.
    values: Vec<f64>,
    device: Device,
}

impl GaussianDenoiser {
    /// From the mean (`d` values) and the eigen-decomposition `S = V diag(values) Vᵀ`, `vectors`
    /// in row order (`d · d` values, eigenvectors in columns).
    ///
    /// # Panics
    /// If the lengths disagree.
    #[must_use]
    pub fn new(mean: &[f64], vectors: &[f64], values: Vec<f64>, device: &Device) -> Self {
        let d = mean.len();
        assert!(vectors.len() == d * d && values.len() == d, "sizes agree");
        let upload = |v: &[f64], shape: [usize; 2]| {
            let v: Vec<f32> = v.iter().map(|&v| v as f32).collect();
            Tensor::<2>::from_data(TensorData::new(v, shape), device)
        };
        Self {
            mean: upload(mean, [1, d]),
            vectors: upload(vectors, [d, d]),
            values,
            device: device.clone(),
        }
    }

    /// `sqrt(1 - ab) V diag(1 / (ab λ + 1 - ab)) Vᵀ` applied to rows.
    fn jacobian(&self, rows: Tensor<2>, alpha_bar: f64) -> Tensor<2> {
        let gains: Vec<f32> = self
            .values
            .iter()
            .map(|l| ((1.0 - alpha_bar).sqrt() / (alpha_bar * l + 1.0 - alpha_bar)) as f32)
            .collect();
        let d = gains.len();
        let gains = Tensor::<2>::from_data(TensorData::new(gains, [1, d]), &self.device);
        let rotated = rows.matmul(self.vectors.clone()) * gains;
        rotated.matmul(self.vectors.clone().transpose())
    }

    fn predict(&self, x: Tensor<4>, alpha_bar: f64) -> Prediction {
        let shape = x.dims();
        let d = self.values.len();
        let rows = x.reshape([shape[0], d]);
        let centred = rows - self.mean.clone() * alpha_bar.sqrt();
        let eps = self.jacobian(centred, alpha_bar).reshape(shape);
        Prediction {
            eps,
            variance_logits: None,
        }
    }
}

impl Denoiser for GaussianDenoiser {
    fn evaluate(&self, x: Tensor<4>, level: Level) -> Prediction {
        self.predict(x, level.alpha_bar())
    }

    fn linearise(&self, x: Tensor<4>, level: Level) -> Linearisation {
        let alpha_bar = level.alpha_bar();
        let shape = x.dims();
        let twin = Self {
            mean: self.mean.clone(),
            vectors: self.vectors.clone(),
            values: self.values.clone(),
            device: self.device.clone(),
        };
        let pullback = Box::new(move |v: Tensor<4>| {
            let rows = v.reshape([shape[0], twin.values.len()]);
            twin.jacobian(rows, alpha_bar).reshape(shape)
        });
        Linearisation {
            prediction: self.predict(x, alpha_bar),
            pullback,
        }
    }
}

/// Independent pixels `N(0, variance)` at any size: knows nothing of pictures, costs nothing.
pub struct WhiteGaussian {
    variance: f64,
}

impl WhiteGaussian {
    /// `variance > 0` on the model range.
    #[must_use]
    pub fn new(variance: f64) -> Self {
        Self { variance }
    }

    fn gain(&self, level: Level) -> f64 {
        let alpha_bar = level.alpha_bar();
        (1.0 - alpha_bar).sqrt() / (alpha_bar * self.variance + 1.0 - alpha_bar)
    }
}

impl Denoiser for WhiteGaussian {
    fn evaluate(&self, x: Tensor<4>, level: Level) -> Prediction {
        Prediction {
            eps: x * self.gain(level),
            variance_logits: None,
        }
    }

    fn linearise(&self, x: Tensor<4>, level: Level) -> Linearisation {
        let gain = self.gain(level);
        Linearisation {
            prediction: self.evaluate(x, level),
            pullback: Box::new(move |v| v * gain),
        }
    }
}
