//! Any matrix as an operator, for small problems with known answers.

use burn::tensor::{Device, Tensor, TensorData};
use nalgebra::DMatrix;

use crate::operator::LinearOperator;

/// `y = A x` on every channel, with `x [1, d]` and `y [1, m]` as one row of pixels each.
pub struct Dense {
    /// `Aᵀ`, `[d, m]`.
    transposed: Tensor<2>,
    matrix: DMatrix<f64>,
}

impl Dense {
    /// From `A`, `m x d`.
    #[must_use]
    pub fn new(matrix: &DMatrix<f64>, device: &Device) -> Self {
        // nalgebra stores columns first, which is the transpose in row order.
        let values: Vec<f32> = matrix.iter().map(|&v| v as f32).collect();
        let shape = [matrix.ncols(), matrix.nrows()];
        Self {
            transposed: Tensor::from_data(TensorData::new(values, shape), device),
            matrix: matrix.clone(),
        }
    }

    fn multiply(x: Tensor<4>, by: Tensor<2>) -> Tensor<4> {
        let [b, c, h, w] = x.dims();
        let [_, width] = by.dims();
        x.reshape([b * c * h, w])
            .matmul(by)
            .reshape([b, c, h, width])
    }
}

impl LinearOperator for Dense {
    fn input_size(&self) -> (usize, usize) {
        (1, self.transposed.dims()[0])
    }

    fn output_size(&self) -> (usize, usize) {
        (1, self.transposed.dims()[1])
    }

    fn apply(&self, x: Tensor<4>) -> Tensor<4> {
        Self::multiply(x, self.transposed.clone())
    }

    fn adjoint(&self, y: Tensor<4>) -> Tensor<4> {
        Self::multiply(y, self.transposed.clone().transpose())
    }

    /// A row of pixels has no columns to mix: `R = 1`, `C = A`.
    fn matrices(&self) -> Option<(DMatrix<f64>, DMatrix<f64>)> {
        Some((DMatrix::identity(1, 1), self.matrix.clone()))
    }

    /// `Aᵀ y`: nothing is known of the matrix that would give more.
    fn estimate(&self, y: Tensor<4>) -> Tensor<4> {
        self.adjoint(y)
    }
}
