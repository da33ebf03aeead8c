//! The covariance that was measured: how wrong this prior's `x0_hat` is at this noise level.
//!
//! ΠGDM's `sigma² / (1 + sigma²)` is the variance of white data; on photographs a network's mean
//! squared error is up to 28 times smaller (natural64's calibration). Here `Sigma_t = c mse(sigma_t) I`, or, by frequency,
//! `Sigma_t = Bᵀ diag(c mse_k(sigma_t)) B` with the cosine transform `B` of 8 × 8 blocks, both from
//! the prior's calibration. The factor `c` makes up for what one number leaves out: errors gather at
//! edges, where the measurement must be allowed to move the estimate further. No evaluation, and a
//! sampler may do without a vector-Jacobian product (`jacobian=model`).

use burn::tensor::{Tensor, TensorData};
use diffusion::Calibration;
use operators::BlockDct;

use super::At;
use super::diagonal::Model;
use super::sigma::Sigma;
use crate::problem::Problem;

/// The same variance for every pixel.
pub(super) fn scalar(
    problem: &Problem<'_>,
    at: &At<'_>,
    calibration: &Calibration,
    widen: f64,
) -> Model {
    let noise = problem.noise_to_signal(at.index);
    let variance = (widen * calibration.mse(noise.sqrt())).min(noise);
    Model {
        sigma: Sigma::uniform(variance, &at.x),
        clamped: 0,
    }
}

/// One variance for every frequency of 8 × 8 blocks. Pictures whose sides are no multiples of 8 fall
/// back to one variance for all.
pub(super) fn bands(
    problem: &Problem<'_>,
    at: &At<'_>,
    calibration: &Calibration,
    widen: f64,
) -> Model {
    let [b, c, height, width] = at.x.dims();
    let basis = BlockDct::fitting((height, width), &at.x.device());
    if basis.side() != BlockDct::SIDE {
        return scalar(problem, at, calibration, widen);
    }
    let noise = problem.noise_to_signal(at.index);
    let bands = calibration.bands(noise.sqrt()).into_iter();
    let bands: Vec<f32> = bands.map(|band| (widen * band).min(noise) as f32).collect();
    let side = BlockDct::SIDE;
    let block = TensorData::new(bands, [1, 1, side, side]);
    let block = Tensor::<4>::from_data(block, &at.x.device());
    Model {
        sigma: Sigma::cosines(block.repeat(&[b, c, 1, 1]), basis),
        clamped: 0,
    }
}
