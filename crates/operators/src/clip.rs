//! Values held to the model range, [-1, 1], and what passes backwards.

use burn::tensor::Tensor;

/// `v` where `x` was not cut off: the gradient.
pub(crate) fn gradient(x: Tensor<4>, v: Tensor<4>) -> Tensor<4> {
    v * inside(x)
}

/// `r` where `x` was not cut off, or would come back.
pub(crate) fn towards(x: Tensor<4>, r: Tensor<4>) -> Tensor<4> {
    let back = (x.clone() * r.clone()).lower_elem(0.0).float();
    r * inside(x).max_pair(back)
}

/// 1 in the range, 0 outside.
fn inside(x: Tensor<4>) -> Tensor<4> {
    x.abs().lower_equal_elem(1.0).float()
}
