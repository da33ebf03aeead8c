//! The linear solve in measurement space that every Gaussian likelihood ends in.

use burn::tensor::Tensor;

use operators::LinearOperator;

use crate::conjugate_gradients::{self, Applied, Limits, dot};
use crate::covariance::Sigma;
use crate::error::SamplerError;
use crate::problem::Problem;

/// The solve is far cheaper than a denoiser evaluation, so it may take its time.
const INNER: Limits = Limits {
    iterations: 60,
    tolerance: Some(1e-4),
};

/// `u = (A Sigma Aᵀ + N)⁻¹ residual`, with the noise's covariance `N`, and the iterations it took: exact where that
/// matrix is diagonal, by conjugate gradients otherwise. With `sigma_y = 0` and dependent
/// measurements it is the least-squares answer.
///
/// # Errors
/// [`SamplerError::Device`].
pub(crate) fn solve(
    problem: &Problem<'_>,
    operator: &dyn LinearOperator,
    sigma: &Sigma,
    residual: Tensor<4>,
) -> Result<(Tensor<4>, usize), SamplerError> {
    let diagonal = sigma.diagonal();
    if let Some(diagonal) = diagonal.and_then(|variance| operator.diagonal(variance)) {
        let noise = problem.noise_times(diagonal.ones_like());
        return Ok((residual / (diagonal + noise).clamp_min(1e-12), 0));
    }
    let solution = conjugate_gradients::solve(residual, INNER, |p| {
        let image = sigma.times(operator.adjoint(p.clone()));
        let seen = operator.apply(image.clone());
        let curvature = dot(p.clone(), seen.clone());
        Ok(Applied {
            product: seen + problem.noise_times(p),
            image,
            curvature,
        })
    })?;
    Ok((solution.u, solution.iterations))
}
