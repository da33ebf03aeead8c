//! Small matrices times pictures, for operators that are given as matrices.

use burn::tensor::{Device, Tensor, TensorData};
use nalgebra::DMatrix;

/// Every row of pixels times `by`.
pub(crate) fn across(x: Tensor<4>, by: Tensor<2>) -> Tensor<4> {
    let [b, c, h, w] = x.dims();
    let [_, width] = by.dims();
    let rows = x.reshape([b * c * h, w]).matmul(by);
    rows.reshape([b, c, h, width])
}

/// A matrix on a device, in f32.
pub(crate) fn upload(matrix: &DMatrix<f64>, device: &Device) -> Tensor<2> {
    // nalgebra stores columns first; the transpose therefore lies in row order.
    let values: Vec<f32> = matrix.transpose().iter().map(|&v| v as f32).collect();
    Tensor::from_data(
        TensorData::new(values, [matrix.nrows(), matrix.ncols()]),
        device,
    )
}
