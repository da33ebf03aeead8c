//! A covariance that is diagonal in the cosine transform of 8 × 8 blocks.
//!
//! A diagonal in the pixels says that no two pixels move together; on pictures tens do. Along the
//! cosines of small blocks they hardly do, so a diagonal there can be used in BOTH places of the
//! update, `Sigma Aᵀ (A Sigma Aᵀ + N)⁻¹ r`, without differentiating the network. The slope of `eps`
//! along a frequency is taken between consecutive steps over all blocks of a picture at once:
//! `J_eps,k ≈ sum (Δeps_k Δx_k) / sum Δx_k²`.

use burn::tensor::Tensor;
use operators::BlockDct;

use super::At;
use super::diagonal::{Model, Secant, clamped};
use super::sigma::Sigma;
use crate::error::SamplerError;
use crate::problem::Problem;

/// One variance for every frequency, channel and picture. No evaluation.
pub(super) fn secant(
    problem: &Problem<'_>,
    at: &At<'_>,
    previous: &Secant,
) -> Result<Model, SamplerError> {
    let [_, _, height, width] = at.x.dims();
    let basis = BlockDct::fitting((height, width), &at.x.device());
    let moved = basis.analyse(at.x.clone() - previous.x.clone());
    let changed = basis.analyse(at.eps() - previous.eps.clone());
    let side = basis.side();
    let over = sum_over_blocks(changed * moved.clone(), side);
    let under = sum_over_blocks(moved.square(), side).clamp_min(1e-20);
    let gathered = (side * side) as f64;
    let quantity = "cosine covariance";
    let (bands, clamped) = clamped(problem, at.index, over / under, gathered, quantity)?;
    Ok(Model {
        sigma: Sigma::cosines(bands, basis),
        clamped,
    })
}

/// `[b, c, h, w] → [b, c, side, side]`: the same coefficient of all blocks.
fn sum_over_blocks(t: Tensor<4>, side: usize) -> Tensor<4> {
    let [b, c, h, w] = t.dims();
    let rows = t.reshape([b * c, h / side, side * w]).sum_dim(1);
    let columns = rows.reshape([b * c * side, w / side, side]).sum_dim(1);
    columns.reshape([b, c, side, side])
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, TensorData};

    use super::*;

    #[test]
    fn the_same_coefficient_of_all_blocks_is_summed() {
        let values: Vec<f32> = (0..24).map(|i| i as f32).collect();
        let t = Tensor::<4>::from_data(TensorData::new(values, [1, 1, 4, 6]), &Device::flex());
        let sums = sum_over_blocks(t, 2).to_data();
        let sums: Vec<f32> = sums.iter::<f32>().collect();
        // Rows 0 and 2 with columns 0, 2, 4, and so on.
        let of = |row: usize, column: usize| -> f32 {
            [0, 2]
                .iter()
                .flat_map(|r| [0, 2, 4].map(|c| ((row + r) * 6 + column + c) as f32))
                .sum()
        };
        assert_eq!(sums, [of(0, 0), of(0, 1), of(1, 0), of(1, 1)]);
    }
}
