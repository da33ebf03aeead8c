//! Covariances that are diagonal in the pixels, and the solve that goes with them.

use burn::tensor::Tensor;
use burn::tensor::module::avg_pool2d;
use burn::tensor::ops::AvgPoolOptions;

use super::Correction;
use crate::conjugate_gradients::{self, Applied, Limits, dot};
use crate::error::SamplerError;
use crate::problem::{Linearised, Problem, read_scalar};

/// Side of the window over which the difference quotient is smoothed, in pixels.
const WINDOW: usize = 5;

/// The inner solve is far cheaper than a denoiser evaluation, so it may take its time.
const INNER: Limits = Limits {
    iterations: 60,
    tolerance: Some(1e-4),
};

/// The point before this one: the other end of the difference quotient.
pub(crate) struct Secant {
    pub(crate) x: Tensor<4>,
    pub(crate) eps: Tensor<4>,
}

/// One product with the true Jacobian; `Sigma_t` is diagonal in the solve only.
pub(super) fn correct(
    problem: &Problem<'_>,
    point: Linearised,
    residual: Tensor<4>,
    secant: Option<&Secant>,
) -> Result<Correction, SamplerError> {
    let alpha_bar = problem.schedule.alpha_bar(point.index);
    let noise_to_signal = (1.0 - alpha_bar) / alpha_bar;
    // Neither the noise nor data in [-1, 1] allow more variance than this.
    let most = noise_to_signal / (1.0 + noise_to_signal);
    let (variance, clamped) = match secant {
        None => (point.x.zeros_like() + most, 0),
        Some(previous) => {
            let slope = difference_quotient(&point, previous);
            let raw = (slope * -(1.0 - alpha_bar).sqrt() + 1.0) * noise_to_signal;
            let inside = raw.clone().clamp(1e-6 * noise_to_signal, most);
            let clamped = read_scalar(inside.clone().not_equal(raw.clone()).float().sum())?;
            if !read_scalar(raw.abs().max())?.is_finite() {
                let step = problem.schedule.len() - 1 - point.index;
                return Err(SamplerError::NonFinite {
                    step,
                    quantity: "secant covariance",
                });
            }
            (inside, clamped as usize)
        }
    };
    let (u, iterations) = solve(problem, variance, residual)?;
    let pulled = problem.product(point, problem.operator.adjoint(u))?;
    let delta = pulled * ((1.0 - alpha_bar) / alpha_bar.sqrt());
    Ok(Correction {
        delta,
        clamped,
        iterations,
    })
}

/// `J_eps ≈ smooth(Δeps · Δx) / smooth(Δx²)` between consecutive steps, `[b, 1, h, w]` spread
/// over the channels.
fn difference_quotient(point: &Linearised, previous: &Secant) -> Tensor<4> {
    let shape = point.x.dims();
    let moved = point.x.clone() - previous.x.clone();
    let changed = point.prediction.eps.clone() - previous.eps.clone();
    let smooth = |t: Tensor<4>| {
        // Windows shrink alike in numerator and denominator at the border.
        let side = WINDOW.min(shape[2] | 1).min(shape[3] | 1);
        let half = side / 2;
        let window = AvgPoolOptions::new([side, side]).with_stride([1, 1]);
        avg_pool2d(t.mean_dim(1), window.with_padding([half, half]))
    };
    let quotient = smooth(changed * moved.clone()) / smooth(moved.square()).clamp_min(1e-20);
    quotient.expand(shape)
}

/// `(A diag(variance) Aᵀ + sigma_y²)⁻¹ r`: exact where that matrix is diagonal, by conjugate
/// gradients otherwise.
fn solve(
    problem: &Problem<'_>,
    variance: Tensor<4>,
    residual: Tensor<4>,
) -> Result<(Tensor<4>, usize), SamplerError> {
    let noise = problem.sigma_y * problem.sigma_y;
    if let Some(diagonal) = problem.operator.diagonal(variance.clone()) {
        return Ok((residual / (diagonal + noise).clamp_min(1e-12), 0));
    }
    let solution = conjugate_gradients::solve(residual, INNER, |p| {
        let image = variance.clone() * problem.operator.adjoint(p.clone());
        let seen = problem.operator.apply(image.clone());
        let curvature = dot(p.clone(), seen.clone());
        Ok(Applied {
            product: seen + p * noise,
            image,
            curvature,
        })
    })?;
    Ok((solution.u, solution.iterations))
}
