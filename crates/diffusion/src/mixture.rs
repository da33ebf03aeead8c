//! The exact denoiser of a Gaussian mixture: a posterior with many modes and a closed form.
//!
//! For `x0 ~ Σ w_k N(mu_k, s² I)` and `x_t = sqrt(ab) x0 + sqrt(1 - ab) eps`, with
//! `v = ab s² + 1 - ab` and responsibilities `r_k ∝ w_k N(x_t; sqrt(ab) mu_k, v I)`:
//!
//! ```text
//! eps(x_t) = sqrt(1 - ab) / v · (x_t - sqrt(ab) Σ r_k mu_k)
//! J_eps    = sqrt(1 - ab) / v · (I - (ab / v) Cov_r(mu)),   symmetric
//! ```

use burn::tensor::activation::softmax;
use burn::tensor::{Device, Tensor, TensorData};

use crate::denoiser::{Denoiser, Linearisation, Prediction};
use crate::level::Level;

/// `Σ w_k N(mu_k, s² I)`; pictures are `[b, c, h, w]` with `c · h · w = dimension`.
#[derive(Clone)]
pub struct MixtureDenoiser {
    /// `[k, d]`.
    means: Tensor<2>,
    /// `ln w_k`, `[1, k]`.
    log_weights: Tensor<2>,
    variance: f64,
}

impl MixtureDenoiser {
    /// From `means` (each of `d` values), their `weights` (positive) and the variance `s² > 0`
    /// that all components share.
    ///
    /// # Panics
    /// If there are not as many weights as means, or means of different lengths.
    #[must_use]
    pub fn new(means: &[Vec<f64>], weights: &[f64], variance: f64, device: &Device) -> Self {
        let (k, d) = (means.len(), means.first().map_or(0, Vec::len));
        assert!(weights.len() == k && means.iter().all(|m| m.len() == d));
        let upload = |values: Vec<f32>, shape: [usize; 2]| {
            Tensor::<2>::from_data(TensorData::new(values, shape), device)
        };
        Self {
            means: upload(means.iter().flatten().map(|&v| v as f32).collect(), [k, d]),
            log_weights: upload(weights.iter().map(|w| w.ln() as f32).collect(), [1, k]),
            variance,
        }
    }

    /// Responsibilities `[b, k]` of rows `[b, d]`.
    fn responsibilities(&self, rows: Tensor<2>, alpha_bar: f64) -> Tensor<2> {
        let v = self.spread(alpha_bar);
        let along = rows.matmul(self.means.clone().transpose()) * (alpha_bar.sqrt() / v);
        let lengths = self.means.clone().square().sum_dim(1).transpose();
        softmax(
            along - lengths * (0.5 * alpha_bar / v) + self.log_weights.clone(),
            1,
        )
    }

    fn spread(&self, alpha_bar: f64) -> f64 {
        alpha_bar * self.variance + 1.0 - alpha_bar
    }

    fn rows(&self, x: Tensor<4>) -> Tensor<2> {
        let [b, ..] = x.dims();
        x.reshape([b, self.means.dims()[1]])
    }
}

impl Denoiser for MixtureDenoiser {
    fn evaluate(&self, x: Tensor<4>, level: Level) -> Prediction {
        let (shape, alpha_bar) = (x.dims(), level.alpha_bar());
        let rows = self.rows(x);
        let r = self.responsibilities(rows.clone(), alpha_bar);
        let mean = r.matmul(self.means.clone()) * alpha_bar.sqrt();
        let eps = (rows - mean) * ((1.0 - alpha_bar).sqrt() / self.spread(alpha_bar));
        Prediction {
            eps: eps.reshape(shape),
            variance_logits: None,
        }
    }

    fn linearise(&self, x: Tensor<4>, level: Level) -> Linearisation {
        let prediction = self.evaluate(x.clone(), level);
        let (shape, this) = (x.dims(), self.clone());
        let pullback = Box::new(move |v: Tensor<4>| {
            let alpha_bar = level.alpha_bar();
            let spread = this.spread(alpha_bar);
            let r = this.responsibilities(this.rows(x), alpha_bar);
            let rows = this.rows(v);
            // Cov_r(mu) v = Σ r_k (mu_k - m) (mu_kᵀ v)
            let along = rows.clone().matmul(this.means.clone().transpose());
            let centred = along.clone() - (r.clone() * along).sum_dim(1);
            let covariance = (r * centred).matmul(this.means.clone());
            let product = rows - covariance * (alpha_bar / spread);
            (product * ((1.0 - alpha_bar).sqrt() / spread)).reshape(shape)
        });
        Linearisation {
            prediction,
            pullback,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::{NoiseSchedule, Schedule};

    fn row(values: &[f32]) -> Tensor<4> {
        let shape = [1, 1, 1, values.len()];
        Tensor::from_data(TensorData::new(values.to_vec(), shape), &Device::flex())
    }

    fn read(tensor: Tensor<4>) -> Vec<f64> {
        tensor.to_data().iter::<f64>().collect()
    }

    /// Two components in two dimensions, by hand in f64.
    #[test]
    fn it_is_the_posterior_mean_of_the_noise_and_its_derivative() {
        let schedule = Schedule::new(NoiseSchedule::Linear, 1000).expect("usual");
        let (t, s2) = (400, 0.5);
        let ab = schedule.alpha_bar(t);
        let (means, weights) = ([[1.0, -2.0], [-0.5, 1.5]], [0.3, 0.7]);
        let denoiser =
            MixtureDenoiser::new(&means.map(|m| m.to_vec()), &weights, s2, &Device::flex());
        let v = ab * s2 + 1.0 - ab;
        let exact = |x: [f64; 2]| -> [f64; 2] {
            let density = |k: usize| {
                let square: f64 = (0..2)
                    .map(|i| (x[i] - ab.sqrt() * means[k][i]).powi(2))
                    .sum();
                weights[k] * (-0.5 * square / v).exp()
            };
            let r = density(0) / (density(0) + density(1));
            [0, 1].map(|i| {
                let mean = r * means[0][i] + (1.0 - r) * means[1][i];
                (1.0 - ab).sqrt() / v * (x[i] - ab.sqrt() * mean)
            })
        };
        let (x, u) = ([0.2, -0.1], [0.7, -1.1]);
        let lin = denoiser.linearise(row(&x.map(|v| v as f32)), schedule.level(t));
        let eps = read(lin.prediction.eps);
        let product = read((lin.pullback)(row(&u.map(|v| v as f32))));
        let h = 1e-5;
        for i in 0..2 {
            assert!((eps[i] - exact(x)[i]).abs() < 1e-5);
            let moved = |by: f64| {
                let mut there = x;
                there[i] += by;
                exact(there)
            };
            let (ahead, behind) = (moved(h), moved(-h));
            let slope: f64 = (0..2)
                .map(|j| u[j] * (ahead[j] - behind[j]) / (2.0 * h))
                .sum();
            assert!((product[i] - slope).abs() < 1e-4, "{} {slope}", product[i]);
        }
    }
}
