//! The exact covariance, matrix-free: `Sigma v = ((1 - ab) / sqrt(ab)) J_x0ᵀ v`.
//!
//! Conjugate gradients on `A Sigma Aᵀ + sigma_y²` meet `Sigma Aᵀ p` in every iteration, so the
//! correction `Sigma Aᵀ u` is accumulated on the way and needs no product of its own.

use burn::tensor::Tensor;
use operators::LinearOperator;

use super::Correction;
use crate::conjugate_gradients::{self, Applied, Limits, dot};
use crate::error::SamplerError;
use crate::problem::{Linearised, Problem};

/// `full` stops here if rounding keeps it from its tolerance.
const MOST: usize = 50;
/// `full` stops when residuals have fallen to this share.
const TOLERANCE: f64 = 1e-5;

/// `iterations` products, or as many as convergence takes.
pub(super) fn correct(
    problem: &Problem<'_>,
    operator: &dyn LinearOperator,
    point: Linearised,
    residual: Tensor<4>,
    iterations: Option<usize>,
) -> Result<Correction, SamplerError> {
    let alpha_bar = problem.schedule.alpha_bar(point.index);
    let scale = (1.0 - alpha_bar) / alpha_bar.sqrt();
    let (x, index) = (point.x.clone(), point.index);
    let mut fresh = Some(point);
    let limits = match iterations {
        Some(iterations) => Limits {
            iterations,
            tolerance: None,
        },
        None => Limits {
            iterations: MOST,
            tolerance: Some(TOLERANCE),
        },
    };
    let solution = conjugate_gradients::solve(residual, limits, |p| {
        let back = operator.adjoint(p.clone());
        // The graph of this step serves the first product; later ones build their own.
        let pulled = match fresh.take() {
            Some(point) => problem.product(point, back)?,
            None => problem.product_again(&x, index, back)?,
        };
        let image = pulled * scale;
        let seen = operator.apply(image.clone());
        let curvature = dot(p.clone(), seen.clone());
        Ok(Applied {
            product: seen + problem.noise_times(p),
            image: Some(image),
            curvature,
        })
    })?;
    let delta = solution.image.unwrap_or_else(|| x.zeros_like());
    Ok(Correction {
        delta,
        clamped: 0,
        iterations: solution.iterations,
    })
}
