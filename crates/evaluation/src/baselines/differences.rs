//! Differences of neighbouring pixels and their adjoint; nothing lies beyond the border.

use burn::tensor::Tensor;

/// `(right - here, below - here)`, zero in the last column and row. `[b, c, h, w]` each.
pub(super) fn gradient(x: &Tensor<4>) -> (Tensor<4>, Tensor<4>) {
    (along(x, 3), along(x, 2))
}

/// The adjoint of [`gradient`].
pub(super) fn gradient_adjoint(across: &Tensor<4>, down: &Tensor<4>) -> Tensor<4> {
    back(across, 3) + back(down, 2)
}

fn along(x: &Tensor<4>, dimension: usize) -> Tensor<4> {
    let length = x.dims()[dimension];
    let first = x.clone().narrow(dimension, 0, 1);
    if length < 2 {
        return x.zeros_like();
    }
    let next = x.clone().narrow(dimension, 1, length - 1);
    let here = x.clone().narrow(dimension, 0, length - 1);
    Tensor::cat(vec![next - here, first.zeros_like()], dimension)
}

fn back(p: &Tensor<4>, dimension: usize) -> Tensor<4> {
    let length = p.dims()[dimension];
    if length < 2 {
        return p.zeros_like();
    }
    let inner = p.clone().narrow(dimension, 0, length - 1);
    let zero = p.clone().narrow(dimension, 0, 1).zeros_like();
    let before = Tensor::cat(vec![zero.clone(), inner.clone()], dimension);
    before - Tensor::cat(vec![inner, zero], dimension)
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;
    use operators::{NoiseSource, SeededNoise};

    #[test]
    fn the_adjoint_is_one() {
        let device = Device::flex();
        let mut noise = SeededNoise::new(1, 0);
        let mut draw = || noise.normal([1, 3, 5, 7], &device);
        let (x, p, q) = (draw(), draw(), draw());
        let (gx, gy) = gradient(&x);
        let sum = |t: Tensor<4>| t.sum().into_scalar::<f32>();
        let left = sum(gx * p.clone() + gy * q.clone());
        let right = sum(x * gradient_adjoint(&p, &q));
        assert!(
            (left - right).abs() < 1e-4 * left.abs().max(1.0),
            "{left} {right}"
        );
    }
}
