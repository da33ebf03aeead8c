//! The reverse process of the posterior itself: what a sampler could do at best in so many steps.
//!
//! The posterior of a mixture is a mixture: component `k` has the mean
//! `m_k = mu_k + Aᵀ (A Aᵀ + sigma_y²)⁻¹ (y - A mu_k)`, the share `w_k N(y; A mu_k, A Aᵀ + sigma_y²)`, and all have the covariance
//! `C = I - V D Vᵀ` with `A = U S Vᵀ` and `D = S² / (S² + sigma_y²)`. Noised to `x_t` the
//! covariance is `ab C + (1 - ab) I = I - ab V D Vᵀ`, whose inverse is `I + V E Vᵀ`,
//! `E = ab D / (1 - ab D)`, so that the score of `x_t` GIVEN `y` is at hand. Ancestral steps along it
//! know the likelihood of every `x_t` exactly; what separates their draws from the posterior is the number of steps
//! alone. Samplers that take that likelihood for a Gaussian add the rest.

use burn::tensor::activation::softmax;
use burn::tensor::{Device, Tensor, TensorData};
use diffusion::Schedule;
use nalgebra::{DMatrix, DVector};
use operators::{NoiseSource, SeededNoise};

/// `Σ w_k N(m_k, I - V D Vᵀ)`, on a device.
pub(crate) struct Posterior {
    /// `m_k`, `[k, d]`.
    means: Tensor<2>,
    /// `ln w_k`, `[1, k]`.
    log_weights: Tensor<2>,
    /// `V`, `[d, m]`.
    basis: Tensor<2>,
    /// `D`.
    gain: Vec<f64>,
}

fn upload(values: impl Iterator<Item = f64>, shape: [usize; 2], device: &Device) -> Tensor<2> {
    let values: Vec<f32> = values.map(|v| v as f32).collect();
    Tensor::from_data(TensorData::new(values, shape), device)
}

impl Posterior {
    /// Of components with these `means` and log `shares`, seen through `operator` (`m x d`, of full
    /// rank or not) with noise `sigma_y`, above 0.
    ///
    /// # Panics
    /// Never: a singular value decomposition of finite numbers is found.
    pub(crate) fn new(
        means: &[DVector<f64>],
        log_shares: &[f64],
        (operator, sigma_y): (&DMatrix<f64>, f64),
        device: &Device,
    ) -> Self {
        let (count, dimension) = (means.len(), operator.ncols());
        let svd = operator.clone().svd(false, true);
        let right = svd.v_t.expect("asked for");
        let gain = svd.singular_values.iter();
        let gain = gain.map(|s| s * s / (s * s + sigma_y * sigma_y));
        Self {
            means: upload(
                means.iter().flat_map(|m| m.iter().copied()),
                [count, dimension],
                device,
            ),
            log_weights: upload(log_shares.iter().copied(), [1, count], device),
            // nalgebra stores columns first, so the transpose of V lies as V in row order does.
            basis: upload(right.iter().copied(), [dimension, right.nrows()], device),
            gain: gain.collect(),
        }
    }

    /// `(I + V E Vᵀ) rows`.
    fn precision(&self, rows: Tensor<2>, alpha_bar: f64) -> Tensor<2> {
        let excess = self.gain.iter();
        let excess = excess.map(|d| alpha_bar * d / (1.0 - alpha_bar * d));
        let excess = upload(excess, [1, self.gain.len()], &rows.device());
        let along = rows.clone().matmul(self.basis.clone()) * excess;
        rows + along.matmul(self.basis.clone().transpose())
    }

    /// `E[eps given x_t and y]` of `rows` `[b, d]`.
    fn noise(&self, rows: Tensor<2>, alpha_bar: f64) -> Tensor<2> {
        let sharp = self.precision(self.means.clone(), alpha_bar);
        let along = rows.clone().matmul(sharp.clone().transpose()) * alpha_bar.sqrt();
        let lengths = (self.means.clone() * sharp).sum_dim(1).transpose();
        let r = softmax(
            along - lengths * (0.5 * alpha_bar) + self.log_weights.clone(),
            1,
        );
        let centre = r.matmul(self.means.clone()) * alpha_bar.sqrt();
        self.precision(rows - centre, alpha_bar) * (1.0 - alpha_bar).sqrt()
    }

    /// `count` draws by the ancestral steps of `schedule` (DDPM), `[count, 1, 1, d]`.
    pub(crate) fn draw(
        &self,
        count: usize,
        schedule: &Schedule,
        noise: &mut SeededNoise,
    ) -> Tensor<4> {
        let device = self.means.device();
        let [_, dimension] = self.means.dims();
        let shape = [count, 1, 1, dimension];
        let mut x = noise.normal(shape, &device);
        for index in (0..schedule.len()).rev() {
            let alpha_bar = schedule.alpha_bar(index);
            let rows = x.clone().reshape([count, dimension]);
            let eps = self.noise(rows, alpha_bar).reshape(shape);
            let x0 = (x.clone() - eps * (1.0 - alpha_bar).sqrt()) / alpha_bar.sqrt();
            let z = noise.normal(shape, &device);
            if index == 0 {
                x = x0;
                continue;
            }
            let (of_x0, of_x) = schedule.posterior_mean(index);
            x = x0 * of_x0 + x * of_x + z * schedule.posterior_variance(index).sqrt();
        }
        x
    }
}
