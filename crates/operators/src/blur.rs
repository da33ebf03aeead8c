//! Blurs: separable correlations with mirrored borders, however their kernel came about.

use burn::tensor::Tensor;
use nalgebra::DMatrix;

use crate::operator::LinearOperator;
use crate::separable::Separable;

/// A blur. Its size stays, and no inverse of it is stable.
pub struct Blur(Separable);

impl Blur {
    /// From matrices that keep the size of the picture.
    pub(crate) fn new(correlation: Separable) -> Self {
        Self(correlation)
    }
}

impl LinearOperator for Blur {
    fn input_size(&self) -> (usize, usize) {
        self.0.input_size()
    }

    fn output_size(&self) -> (usize, usize) {
        self.0.output_size()
    }

    fn apply(&self, x: Tensor<4>) -> Tensor<4> {
        self.0.apply(x)
    }

    fn adjoint(&self, y: Tensor<4>) -> Tensor<4> {
        self.0.adjoint(y)
    }

    fn matrices(&self) -> Option<(DMatrix<f64>, DMatrix<f64>)> {
        self.0.matrices()
    }

    /// The blurred picture itself.
    fn estimate(&self, y: Tensor<4>) -> Tensor<4> {
        y
    }
}
