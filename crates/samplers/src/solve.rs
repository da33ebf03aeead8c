//! The linear solve in measurement space that every Gaussian likelihood ends in.

use burn::tensor::Tensor;

use operators::{GramInverse, LinearOperator};

use crate::conjugate_gradients::{self, Applied, Limits, dot};
use crate::covariance::Sigma;
use crate::error::SamplerError;
use crate::problem::Problem;

/// The solve is far cheaper than a denoiser evaluation, so it may take its time.
const INNER: Limits = Limits {
    iterations: 60,
    tolerance: Some(1e-4),
};

/// Variances are taken to be at least this where they are divided by.
const LEAST: f64 = 1e-12;

/// `u = (A Sigma Aᵀ + N)⁻¹ residual`, with the noise's covariance `N`, and the iterations it took:
/// exact where that matrix is diagonal in pixels, or in the operator's transform with one variance
/// for all; by conjugate gradients otherwise, preconditioned by that transform. With `sigma_y = 0`
/// and dependent measurements it is the least-squares answer.
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
    let inverse = preconditioner(problem, operator, sigma);
    if let Some(inverse) = inverse
        .as_ref()
        .filter(|_| sigma.uniform_variance().is_some() && problem.is_uniform())
        && inverse.is_exact()
    {
        return Ok((inverse.apply(residual), 0));
    }
    let precondition = |r: Tensor<4>| match &inverse {
        Some(inverse) => inverse.apply(r),
        None => r,
    };
    let solution = conjugate_gradients::preconditioned(residual, INNER, precondition, |p| {
        let image = sigma.times(operator.adjoint(p.clone()));
        let seen = operator.apply(image);
        let curvature = dot(p.clone(), seen.clone());
        Ok(Applied {
            product: seen + problem.noise_times(p),
            image: None,
            curvature,
        })
    })?;
    Ok((solution.u, solution.iterations))
}

/// The inverse for the mean of the variances of each picture, and of the noise, if the operator has
/// the structure.
fn preconditioner(
    problem: &Problem<'_>,
    operator: &dyn LinearOperator,
    sigma: &Sigma,
) -> Option<GramInverse> {
    let noise = problem.sigma_y * problem.sigma_y;
    GramInverse::of(operator, sigma.mean().clamp_min(LEAST), noise)
}
