//! Scales around the network, at one noise level.
//!
//! With `d² = σ² + σ_data²` (Karras et al. 2022, table 1): `c_skip = σ_data² / d²`, `c_out = σ σ_data / d`,
//! `c_in = 1 / d`, and the network is conditioned on `c_noise = ln(σ) / 4`.
//!
//! In the variance-preserving notation, `x_t = sqrt(ᾱ) (x0 + σ n)` with `σ² = (1 - ᾱ) / ᾱ`, the noise is
//! `eps = (x_t / sqrt(ᾱ) - D) / σ`. At little noise that difference loses all digits, so D is put in first and
//! σ cancels: `eps = (σ / d²) y - (σ_data / d) F(y / d)` with `y = x_t / sqrt(ᾱ)`. With `e² = 1 - ᾱ + ᾱ σ_data²`
//! (which is `ᾱ d²`) all of it is finite at both ends:
//!
//! `eps = (sqrt(1 - ᾱ) / e²) x_t - (sqrt(ᾱ) σ_data / e) F(x_t / e)`.

/// The least noise level that a network is conditioned on: its logarithm must be finite.
const LEAST_SIGMA: f64 = 1e-4;

/// What stands around the network at one noise level, in terms of `σ`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Preconditioning {
    sigma: f64,
    sigma_data: f64,
}

/// `eps = skip · x_t + output · F(input · x_t; condition)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Coefficients {
    pub(super) input: f64,
    pub(super) skip: f64,
    pub(super) output: f64,
    pub(super) condition: f32,
}

/// `c_noise` at the noise level `sigma`.
fn condition(sigma: f64) -> f32 {
    (sigma.max(LEAST_SIGMA).ln() / 4.0) as f32
}

impl Preconditioning {
    /// At the noise level `sigma > 0`, for pictures of the standard deviation `sigma_data`.
    #[must_use]
    pub fn new(sigma: f64, sigma_data: f64) -> Self {
        Self { sigma, sigma_data }
    }

    /// `c_noise`, what the network is conditioned on: `ln(sigma) / 4`.
    #[must_use]
    pub fn condition(&self) -> f32 {
        condition(self.sigma)
    }

    /// `c_in`: `x0 + sigma n` times this is the input of the network.
    #[must_use]
    pub fn input(&self) -> f64 {
        1.0 / self.deviation()
    }

    /// `(a, b)` of the target of the network, `a x0 + b n`: `(x0 - c_skip y) / c_out`. The squared error of
    /// that is the squared error of the estimate of `x0`, weighed by `(σ² + σ_data²) / (σ σ_data)²`.
    #[must_use]
    pub fn target(&self) -> (f64, f64) {
        let d = self.deviation();
        (self.sigma / (d * self.sigma_data), -self.sigma_data / d)
    }

    fn deviation(&self) -> f64 {
        self.sigma.hypot(self.sigma_data)
    }
}

impl Coefficients {
    /// At `alpha_bar` in [0, 1].
    pub(super) fn at(alpha_bar: f64, sigma_data: f64) -> Self {
        let noise = 1.0 - alpha_bar;
        let variance = noise + alpha_bar * sigma_data * sigma_data;
        let deviation = variance.sqrt();
        Self {
            input: 1.0 / deviation,
            skip: noise.sqrt() / variance,
            output: -alpha_bar.sqrt() * sigma_data / deviation,
            condition: condition((noise / alpha_bar).sqrt().min(f64::MAX)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The estimate of `x0`, and from it the noise, as the paper writes them.
    fn by_the_estimate(x_t: f64, f: f64, alpha_bar: f64, sigma_data: f64) -> f64 {
        let sigma = ((1.0 - alpha_bar) / alpha_bar).sqrt();
        let y = x_t / alpha_bar.sqrt();
        let d2 = sigma * sigma + sigma_data * sigma_data;
        let x0 = sigma_data * sigma_data / d2 * y + sigma * sigma_data / d2.sqrt() * f;
        (y - x0) / sigma
    }

    #[test]
    fn the_noise_is_what_is_left_beside_the_estimate() {
        for sigma in [0.005, 0.04, 0.3, 2.0, 157.0_f64] {
            let alpha_bar = 1.0 / (1.0 + sigma * sigma);
            let found = Coefficients::at(alpha_bar, 0.5);
            let (x_t, f) = (0.7, -1.3);
            let eps = found.skip * x_t + found.output * f;
            let exact = by_the_estimate(x_t, f, alpha_bar, 0.5);
            assert!(
                (eps - exact).abs() < 1e-9 * exact.abs(),
                "{sigma}: {eps} {exact}"
            );
            let outer = Preconditioning::new(sigma, 0.5);
            let input = outer.input() / alpha_bar.sqrt();
            assert!((found.input - input).abs() < 1e-9 * input, "{sigma}");
            assert!(
                (found.condition - outer.condition()).abs() < 1e-6,
                "{sigma}"
            );
        }
    }

    /// A network that hits its target estimates `x0` and the noise exactly.
    #[test]
    fn the_target_leads_to_the_truth() {
        let (x0, n) = (0.4, -0.9);
        for sigma in [0.01, 0.5, 60.0_f64] {
            let alpha_bar = 1.0 / (1.0 + sigma * sigma);
            let (a, b) = Preconditioning::new(sigma, 0.5).target();
            let found = Coefficients::at(alpha_bar, 0.5);
            let x_t = alpha_bar.sqrt() * (x0 + sigma * n);
            let eps = found.skip * x_t + found.output * (a * x0 + b * n);
            assert!((eps - n).abs() < 1e-9, "{sigma}: {eps}");
        }
    }

    #[test]
    fn the_ends_are_finite() {
        for alpha_bar in [0.0, 1.0] {
            let found = Coefficients::at(alpha_bar, 0.5);
            let all = [
                found.input,
                found.skip,
                found.output,
                f64::from(found.condition),
            ];
            assert!(all.iter().all(|value| value.is_finite()), "{found:?}");
        }
    }
}
