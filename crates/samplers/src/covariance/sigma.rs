//! A covariance that is written down: variances, along pixels or along cosines of blocks.

use burn::tensor::{Device, Tensor};
use operators::BlockDct;

/// `Sigma = Bᵀ diag(variance) B` with an orthonormal `B`. Only what differs is kept.
pub(crate) enum Sigma {
    /// `B` is the identity; one variance each, `[b, c, h, w]`.
    Pixels(Box<Tensor<4>>),
    /// `B` is the cosine transform of blocks; one variance for each coefficient of a block,
    /// `[b, c, side, side]`, the same for all blocks.
    Cosines(Box<Tensor<4>>, Box<BlockDct>),
    /// The same variance for every pixel of pictures of this shape.
    Uniform(f64, [usize; 4], Box<Device>),
}

impl Sigma {
    /// Every pixel on its own.
    pub(crate) fn pixels(variance: Tensor<4>) -> Self {
        Self::Pixels(Box::new(variance))
    }

    /// Every coefficient of a block on its own, `[b, c, side, side]`.
    pub(crate) fn cosines(variance: Tensor<4>, basis: BlockDct) -> Self {
        Self::Cosines(Box::new(variance), Box::new(basis))
    }

    /// The same variance for every pixel of pictures like `like`.
    pub(crate) fn uniform(variance: f64, like: &Tensor<4>) -> Self {
        Self::Uniform(variance, like.dims(), Box::new(like.device()))
    }

    /// The variance of all pixels, if it is the same: then operators with a transform solve exactly.
    pub(crate) fn uniform_variance(&self) -> Option<f64> {
        match self {
            Self::Pixels(_) | Self::Cosines(..) => None,
            Self::Uniform(variance, ..) => Some(*variance),
        }
    }

    /// The mean variance of each picture, `[b, 1, 1, 1]` (or `[1, 1, 1, 1]` if all are the same).
    pub(crate) fn mean(&self) -> Tensor<4> {
        match self {
            Self::Pixels(variance) | Self::Cosines(variance, _) => {
                let variance = variance.as_ref().clone();
                variance.mean_dim(1).mean_dim(2).mean_dim(3)
            }
            Self::Uniform(variance, _, device) => {
                Tensor::full([1, 1, 1, 1], *variance, device.as_ref())
            }
        }
    }

    /// The variances if they are those of pixels, `[b, c, h, w]`.
    pub(crate) fn diagonal(&self) -> Option<Tensor<4>> {
        match self {
            Self::Pixels(variance) => Some(variance.as_ref().clone()),
            Self::Cosines(..) => None,
            Self::Uniform(variance, shape, device) => {
                Some(Tensor::full(*shape, *variance, device.as_ref()))
            }
        }
    }

    /// `Sigma v`.
    pub(crate) fn times(&self, v: Tensor<4>) -> Tensor<4> {
        match self {
            Self::Pixels(variance) => v * variance.as_ref().clone(),
            Self::Cosines(variance, basis) => {
                let there = basis.analyse(v);
                basis.synthesise(by_block(there, variance, basis.side()))
            }
            Self::Uniform(variance, ..) => v * *variance,
        }
    }
}

/// Every block of `side` x `side` values times `factors`, `[b, c, side, side]`.
fn by_block(x: Tensor<4>, factors: &Tensor<4>, side: usize) -> Tensor<4> {
    let [b, c, h, w] = x.dims();
    let blocks = x.reshape([b * c, h / side, side, w / side, side]);
    let factors = factors.clone().reshape([b * c, 1, side, 1, side]);
    (blocks * factors).reshape([b, c, h, w])
}

#[cfg(test)]
mod tests {
    use burn::tensor::TensorData;
    use operators::{NoiseSource, SeededNoise};

    use super::*;

    #[test]
    fn every_block_is_scaled_alike() {
        let device = Device::flex();
        let x = SeededNoise::new(3, 0).normal([2, 3, 16, 24], &device);
        let values: Vec<f32> = (0..2 * 3 * 64).map(|i| i as f32).collect();
        let factors = Tensor::from_data(TensorData::new(values, [2, 3, 8, 8]), &device);
        let expected = x.clone() * factors.clone().repeat(&[1, 1, 2, 3]);
        let off = (by_block(x, &factors, 8) - expected).abs().max();
        assert!(off.into_scalar::<f32>() < 1e-6);
    }
}
