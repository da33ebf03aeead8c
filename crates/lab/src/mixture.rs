//! The papers' toy (Cardoso et al. 2023, arXiv 2308.07983, section 5; used by Hamidi & Yang 2024):
//! 25 unit Gaussians on a grid, a random measurement, an exact posterior.
//!
//! Means are `(8i, 8j, 8i, 8j, …)` for `i, j` in -2..=2, weights drawn from chi-squared with one
//! degree of freedom. `A = U diag(s) Vᵀ` with random orthonormal `U`, `V`, `s ~ U[0, 1]`, and
//! `sigma_y ~ max(s) · U[0, 1]`.

use burn::tensor::Device;
use diffusion::MixtureDenoiser;
use nalgebra::{Cholesky, DMatrix, DVector, Dyn};
use operators::SeededNoise;

use crate::posterior::Posterior;

/// `y = A x + sigma_y n` with `x` from the mixture.
#[derive(Clone, Debug)]
pub struct MixtureProblem {
    means: Vec<DVector<f64>>,
    weights: Vec<f64>,
    /// `A`, `m x d`.
    pub operator: DMatrix<f64>,
    /// `y`, `m` values.
    pub measurement: DVector<f64>,
    /// Noise of the measurement, above 0.
    pub sigma_y: f64,
}

fn normals(rows: usize, columns: usize, noise: &mut SeededNoise) -> DMatrix<f64> {
    DMatrix::from_fn(rows, columns, |_, _| noise.next_normal())
}

impl MixtureProblem {
    /// A random problem of `dimension` unknowns and `measurements` values, the same for the same
    /// state of `noise`.
    #[must_use]
    pub fn draw(dimension: usize, measurements: usize, noise: &mut SeededNoise) -> Self {
        let means: Vec<_> = (0..25)
            .map(|k| {
                let (i, j) = (f64::from(k / 5 - 2), f64::from(k % 5 - 2));
                DVector::from_fn(dimension, |d, _| 8.0 * if d % 2 == 0 { i } else { j })
            })
            .collect();
        let raw: Vec<f64> = (0..25).map(|_| noise.next_normal().powi(2)).collect();
        let total: f64 = raw.iter().sum();
        let weights: Vec<f64> = raw.iter().map(|w| w / total).collect();

        let u = normals(measurements, measurements, noise).qr().q();
        let v = normals(dimension, measurements, noise).qr().q();
        let s = DVector::from_fn(measurements, |_, _| noise.next_unit());
        let sigma_y = s.max() * noise.next_unit();
        let operator = u * DMatrix::from_diagonal(&s) * v.transpose();

        let mut problem = Self {
            means,
            weights,
            measurement: DVector::zeros(measurements),
            operator,
            sigma_y,
        };
        let component = pick(&problem.weights, noise.next_unit());
        let truth = &problem.means[component] + normals(dimension, 1, noise).column(0);
        let error = normals(measurements, 1, noise) * sigma_y;
        problem.measurement = &problem.operator * truth + error.column(0);
        problem
    }

    /// How many unknowns.
    #[must_use]
    pub fn dimension(&self) -> usize {
        self.operator.ncols()
    }

    /// The exact denoiser of the prior.
    #[must_use]
    pub fn denoiser(&self, device: &Device) -> MixtureDenoiser {
        let means: Vec<Vec<f64>> = self.means.iter().map(|m| m.as_slice().to_vec()).collect();
        MixtureDenoiser::new(&means, &self.weights, 1.0, device)
    }

    /// `A Aᵀ + sigma_y² I`, factored.
    fn gram(&self) -> Cholesky<f64, Dyn> {
        let m = self.measurement.len();
        let gram = &self.operator * self.operator.transpose();
        (gram + DMatrix::identity(m, m) * self.sigma_y.powi(2))
            .cholesky()
            .expect("positive definite: sigma_y is above 0")
    }

    /// The logarithm of every component's share of the posterior, against the largest.
    fn log_shares(&self, gram: &Cholesky<f64, Dyn>) -> Vec<f64> {
        let logs: Vec<f64> = std::iter::zip(&self.means, &self.weights)
            .map(|(mean, weight)| {
                let off = &self.measurement - &self.operator * mean;
                weight.ln() - 0.5 * off.dot(&gram.solve(&off))
            })
            .collect();
        let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        logs.iter().map(|log| log - most).collect()
    }

    /// The posterior with its own score at every noise level.
    pub(crate) fn posterior(&self, device: &Device) -> Posterior {
        let gram = self.gram();
        let towards = self.operator.transpose();
        let means: Vec<DVector<f64>> = self
            .means
            .iter()
            .map(|mean| {
                let off = &self.measurement - &self.operator * mean;
                mean + &towards * gram.solve(&off)
            })
            .collect();
        let shares = self.log_shares(&gram);
        Posterior::new(&means, &shares, (&self.operator, self.sigma_y), device)
    }

    /// `count` exact draws from the posterior, one in each row.
    ///
    /// Component `k` keeps its share `w_k N(y; A mu_k, A Aᵀ + sigma_y²)`; within it, a prior draw
    /// `x` and a noisy measurement of it are corrected by `Aᵀ (A Aᵀ + sigma_y²)⁻¹ (y - y')`.
    ///
    /// # Panics
    /// Never: `A Aᵀ + sigma_y² I` is positive definite.
    #[must_use]
    pub fn exact(&self, count: usize, noise: &mut SeededNoise) -> DMatrix<f64> {
        let m = self.measurement.len();
        let gram = self.gram();
        let shares: Vec<f64> = self.log_shares(&gram).iter().map(|l| l.exp()).collect();
        let total: f64 = shares.iter().sum();
        let shares: Vec<f64> = shares.iter().map(|s| s / total).collect();

        let mut draws = DMatrix::zeros(count, self.dimension());
        for i in 0..count {
            let mean = &self.means[pick(&shares, noise.next_unit())];
            let x = mean + normals(self.dimension(), 1, noise).column(0);
            let error = normals(m, 1, noise) * self.sigma_y;
            let off = &self.measurement - &self.operator * &x - error.column(0);
            let x = x + self.operator.transpose() * gram.solve(&off);
            draws.set_row(i, &x.transpose());
        }
        draws
    }
}

/// The index whose share of the whole holds `u` in (0, 1].
fn pick(shares: &[f64], u: f64) -> usize {
    let mut sum = 0.0;
    for (i, share) in shares.iter().enumerate() {
        sum += share;
        if u <= sum {
            return i;
        }
    }
    shares.len() - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One component left by a sharp measurement: the posterior is then that Gaussian's.
    #[test]
    fn exact_draws_have_the_moments_of_the_posterior() {
        let mut noise = SeededNoise::new(4, 0);
        let mut problem = MixtureProblem::draw(4, 2, &mut noise);
        problem.means.truncate(1);
        problem.weights = vec![1.0];
        let draws = problem.exact(20_000, &mut noise);
        let (a, s2) = (&problem.operator, problem.sigma_y.powi(2));
        let gain = a.transpose()
            * (a * a.transpose() + DMatrix::identity(2, 2) * s2)
                .try_inverse()
                .expect("positive definite");
        let mean = &problem.means[0] + &gain * (&problem.measurement - a * &problem.means[0]);
        let covariance = DMatrix::identity(4, 4) - gain * a;
        let found = draws.row_mean().transpose();
        for i in 0..4 {
            let error = (covariance[(i, i)] / 20_000.0).sqrt();
            assert!((found[i] - mean[i]).abs() < 4.0 * error, "mean {i}");
            let spread = draws.column(i).variance();
            assert!(
                (spread / covariance[(i, i)] - 1.0).abs() < 0.04,
                "variance {i}"
            );
        }
    }

    #[test]
    fn shares_pick_their_part_of_the_unit_interval() {
        assert_eq!(
            [0.1, 0.25, 0.3, 1.0].map(|u| pick(&[0.2, 0.05, 0.75], u)),
            [0, 1, 2, 2]
        );
    }
}
