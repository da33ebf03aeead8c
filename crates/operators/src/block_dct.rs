//! The orthonormal discrete cosine transform of 8 × 8 blocks, JPEG's and the one in which small
//! pieces of pictures hardly correlate.

use burn::tensor::{Device, Tensor, TensorData};

/// The transform, on pictures whose sides are multiples of the block's. Coefficients stand where their
/// block does: column `8 i + k` of a row holds the horizontal frequency `k` of block `i`.
#[derive(Clone, Debug)]
pub struct BlockDct {
    /// Row `k` is the cosine of frequency `k`, `[side, side]`.
    cosines: Tensor<2>,
}

impl BlockDct {
    /// The side of JPEG's blocks.
    pub const SIDE: usize = 8;

    /// On a device, with blocks of [`SIDE`](Self::SIDE).
    #[must_use]
    pub fn new(device: &Device) -> Self {
        Self::with_side(Self::SIDE, device)
    }

    /// With the largest blocks, 8, 4, 2 or 1 px, that divide a picture of `size` (height, width).
    #[must_use]
    pub fn fitting((height, width): (usize, usize), device: &Device) -> Self {
        let divides = |side: &usize| height.is_multiple_of(*side) && width.is_multiple_of(*side);
        let side = [8, 4, 2].into_iter().find(divides).unwrap_or(1);
        Self::with_side(side, device)
    }

    /// The side of a block.
    #[must_use]
    pub fn side(&self) -> usize {
        self.cosines.dims()[0]
    }

    fn with_side(side: usize, device: &Device) -> Self {
        let n = side as f64;
        let cosine = |k: usize, i: usize| {
            let scale = if k == 0 {
                (1.0 / n).sqrt()
            } else {
                (2.0 / n).sqrt()
            };
            let angle = std::f64::consts::PI * (2 * i + 1) as f64 * k as f64 / (2.0 * n);
            (scale * libm::cos(angle)) as f32
        };
        let values: Vec<f32> = (0..side * side)
            .map(|at| cosine(at / side, at % side))
            .collect();
        let cosines = TensorData::new(values, [side, side]);
        Self {
            cosines: Tensor::from_data(cosines, device),
        }
    }

    /// Pixels to coefficients, `[b, c, h, w]` both.
    #[must_use]
    pub fn analyse(&self, x: Tensor<4>) -> Tensor<4> {
        both(x, &self.cosines.clone().transpose())
    }

    /// Coefficients to pixels, which is also the adjoint of [`analyse`](Self::analyse).
    #[must_use]
    pub fn synthesise(&self, coefficients: Tensor<4>) -> Tensor<4> {
        both(coefficients, &self.cosines)
    }
}

/// Every block of a row, and then of a column, times `by`.
fn both(x: Tensor<4>, by: &Tensor<2>) -> Tensor<4> {
    let along = |x: Tensor<4>| {
        let shape = x.dims();
        let side = by.dims()[0];
        let blocks = shape.iter().product::<usize>() / side;
        let rows = x.reshape([blocks, side]);
        rows.matmul(by.clone()).reshape(shape)
    };
    along(along(x).swap_dims(2, 3)).swap_dims(2, 3)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::noise::{NoiseSource, SeededNoise};

    #[test]
    fn it_is_orthonormal_and_a_cosine_is_one_coefficient() {
        let device = Device::flex();
        let dct = BlockDct::new(&device);
        let x = SeededNoise::new(1, 0).normal([2, 3, 16, 24], &device);
        let there = dct.analyse(x.clone());
        let off = (dct.synthesise(there.clone()) - x.clone()).abs().max();
        assert!(off.into_scalar::<f32>() < 1e-5);
        let energy = |t: Tensor<4>| t.square().sum().into_scalar::<f32>();
        assert!((energy(there) / energy(x) - 1.0).abs() < 1e-5);

        // Horizontal frequency 3, vertical frequency 1, in the second block of a row.
        let mut values = vec![0.0_f32; 8 * 16];
        for (at, value) in values.iter_mut().enumerate() {
            let (y, x) = ((at / 16) as f64, at % 16);
            if x >= 8 {
                let wave = |i: f64, k: f64| {
                    0.5 * libm::cos(std::f64::consts::PI * (2.0 * i + 1.0) * k / 16.0)
                };
                *value = (wave(y, 1.0) * wave((x - 8) as f64, 3.0)) as f32;
            }
        }
        let picture = Tensor::from_data(TensorData::new(values, [1, 1, 8, 16]), &device);
        let found = dct.analyse(picture).to_data();
        for (at, v) in found.iter::<f64>().enumerate() {
            let expected = if at == 16 + 8 + 3 { 1.0 } else { 0.0 };
            assert!((v - expected).abs() < 1e-6, "{at}: {v}");
        }
    }
}
