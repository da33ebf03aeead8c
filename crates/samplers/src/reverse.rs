//! One step of the reverse process.

use burn::tensor::Tensor;
use diffusion::Schedule;

/// A draw from `q(x_{i-1} | x_i, x0)` (Ho et al. 2020, eq. 7): the ancestral step, the same as
/// DDIM with eta = 1. `z ~ N(0, I)`; no noise is added in the last step.
pub(crate) fn ancestral(
    schedule: &Schedule,
    index: usize,
    x: Tensor<4>,
    x0: Tensor<4>,
    z: Tensor<4>,
) -> Tensor<4> {
    if index == 0 {
        return x0;
    }
    let (of_x0, of_x) = schedule.posterior_mean(index);
    x0 * of_x0 + x * of_x + z * schedule.posterior_variance(index).sqrt()
}
