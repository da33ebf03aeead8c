//! Any matrix as an operator, for small problems with known answers.

use burn::tensor::{Device, Tensor, TensorData};
use nalgebra::DMatrix;

use crate::folding::Fidelity;
use crate::gram::{Basis, Gram};
use crate::matrices::{across, upload};
use crate::operator::LinearOperator;
use crate::planes;

/// `y = A x` on every channel, with `x [1, d]` and `y [1, m]` as one row of pixels each.
pub struct Dense {
    /// `Aᵀ`, `[d, m]`.
    transposed: Tensor<2>,
    gram: Gram,
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
            gram: gram(matrix, device),
        }
    }
}

fn gram(matrix: &DMatrix<f64>, device: &Device) -> Gram {
    let eigen = (matrix * matrix.transpose()).symmetric_eigen();
    // The length of an image is more accurate than the root of a small eigenvalue.
    let images = matrix.transpose() * &eigen.eigenvectors;
    let values = images.column_iter().map(|image| image.norm() as f32);
    Gram {
        basis: Basis::Dense(Box::new(upload(&eigen.eigenvectors, device))),
        gains: planes::picture(values.collect(), (1, matrix.nrows()), device),
        square: false,
        fidelity: Fidelity::Exact,
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
        across(x, self.transposed.clone())
    }

    fn adjoint(&self, y: Tensor<4>) -> Tensor<4> {
        across(y, self.transposed.clone().transpose())
    }

    /// By an eigenproblem of `A Aᵀ`, once.
    fn gram(&self, _: &Device) -> Option<Gram> {
        Some(self.gram.clone())
    }

    /// `Aᵀ y`: nothing is known of the matrix that would give more.
    fn estimate(&self, y: Tensor<4>) -> Tensor<4> {
        self.adjoint(y)
    }
}
