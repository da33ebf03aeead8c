//! Conjugate gradients, every picture of a batch on its own.
//!
//! Solves `M u = r` for symmetric positive `M`, starting from zero, and where it is asked to accumulates
//! a linear image of `u` along the way, which saves one product with an expensive map at the end.

use burn::tensor::Tensor;

use crate::error::SamplerError;
use crate::problem::read_scalar;

/// When to stop.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Iterations at most.
    pub(crate) iterations: usize,
    /// Stop when every residual norm has fallen to this share of its start; `None` never asks,
    /// which spares a read-back from the device.
    pub(crate) tolerance: Option<f64>,
}

/// `M p` in two parts: what the operator makes of the image, and the image itself.
pub(crate) struct Applied {
    /// `M p`.
    pub(crate) product: Tensor<4>,
    /// `B p` for the image that is accumulated, if one is wanted.
    pub(crate) image: Option<Tensor<4>>,
    /// `pᵀ M p` without its noise term, `[b, 1, 1, 1]`: not positive means that the covariance
    /// is not one along `p`, and the iteration ends for that picture.
    pub(crate) curvature: Tensor<4>,
}

/// `u` and `B u`.
pub(crate) struct Solution {
    pub(crate) u: Tensor<4>,
    pub(crate) image: Option<Tensor<4>>,
    pub(crate) iterations: usize,
}

/// The inner product of each picture of a batch, `[b, 1, 1, 1]`.
pub(crate) fn dot(a: Tensor<4>, b: Tensor<4>) -> Tensor<4> {
    (a * b).sum_dim(1).sum_dim(2).sum_dim(3)
}

/// The iteration without a preconditioner.
pub(crate) fn solve(
    r: Tensor<4>,
    limits: Limits,
    apply: impl FnMut(Tensor<4>) -> Result<Applied, SamplerError>,
) -> Result<Solution, SamplerError> {
    preconditioned(r, limits, |r| r, apply)
}

/// Runs the iteration with `precondition`, a symmetric positive map close to `M⁻¹`. Residuals are
/// measured through it. Pictures that have converged, or met a direction of non-positive curvature,
/// stay as they are while the others go on.
pub(crate) fn preconditioned(
    r: Tensor<4>,
    limits: Limits,
    precondition: impl Fn(Tensor<4>) -> Tensor<4>,
    mut apply: impl FnMut(Tensor<4>) -> Result<Applied, SamplerError>,
) -> Result<Solution, SamplerError> {
    let mut u = r.zeros_like();
    let mut image: Option<Tensor<4>> = None;
    let mut direction = precondition(r.clone());
    let mut square = dot(r.clone(), direction.clone());
    // Residual squares below this are solved: exactly zero, or as small as was asked.
    let target = square.clone() * limits.tolerance.unwrap_or(0.0).powi(2);
    let mut active = square.clone().greater(target.clone()).float();
    let mut residual = r;
    let mut iterations = 0;
    while iterations < limits.iterations {
        let applied = apply(direction.clone())?;
        iterations += 1;
        let energy = dot(direction.clone(), applied.product.clone());
        active = active * applied.curvature.greater_elem(0.0).float();
        // One who stopped may have any energy, and infinitely much of nothing would be no number.
        let energy = energy * active.clone() + (active.clone() * -1.0 + 1.0);
        let step = square.clone() / guarded(energy) * active.clone();
        u = u + direction.clone() * step.clone();
        let gain = applied.image.map(|part| part * step.clone());
        image = match (image, gain) {
            (Some(image), Some(gain)) => Some(image + gain),
            (image, gain) => image.or(gain),
        };
        residual = residual - applied.product * step;
        let near = precondition(residual.clone());
        let next = dot(residual.clone(), near.clone());
        active = active * next.clone().greater(target.clone()).float();
        if limits.tolerance.is_some() && read_scalar(active.clone().max())? <= 0.0 {
            break;
        }
        direction = near + direction * (next.clone() / guarded(square));
        square = next;
    }
    Ok(Solution {
        u,
        image,
        iterations,
    })
}

/// Keeps a quotient finite where its numerator is zero too.
fn guarded(denominator: Tensor<4>) -> Tensor<4> {
    denominator.clamp_min(1e-30)
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, TensorData};

    use super::*;

    fn column(values: [f32; 2]) -> Tensor<4> {
        Tensor::from_data(
            TensorData::new(values.to_vec(), [1, 1, 2, 1]),
            &Device::flex(),
        )
    }

    /// What was found before a direction without curvature stays, however large the numbers are.
    #[test]
    fn a_picture_that_stops_keeps_what_it_has() {
        for scale in [1.0, 1e6] {
            let limits = Limits {
                iterations: 4,
                tolerance: None,
            };
            let solution = solve(column([3.0, 1.0]) * scale, limits, |p| {
                let product = p.clone() * column([1.0, -1.0]);
                Ok(Applied {
                    curvature: dot(p, product.clone()),
                    image: Some(product.clone()),
                    product,
                })
            });
            let u = solution.expect("runs").u / scale;
            // One step of (9 + 1) / (9 - 1) along the residual; the next direction curves downwards.
            let off = (u - column([3.75, 1.25])).abs().max();
            assert!(off.into_scalar::<f32>() < 1e-5, "scale {scale}");
        }
    }
}
