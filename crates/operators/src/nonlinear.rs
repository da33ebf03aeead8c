//! The interface of every measurement operator, linear or not.
//!
//! A sampler that only needs a residual and its gradient (RED-diff, DPS) asks for
//! [`Operator::pullback`]; one that solves for the measurement asks for [`Operator::linear`] and
//! refuses what has none. Linear operators are written as [`LinearOperator`] and become operators
//! by themselves.

use burn::tensor::Tensor;

use crate::operator::LinearOperator;

/// A map `A` from pictures `[b, c, h, w]` to measurements `[b, c', h', w']`.
///
/// Law: `pullback(x, v)` is the gradient of `<A x, v>` in `x` wherever `A` can be differentiated
/// (tested by finite differences over the registry); an operator that rounds says what it takes
/// instead.
pub trait Operator: Send {
    /// `(height, width)` of the pictures it takes.
    fn input_size(&self) -> (usize, usize);

    /// `(height, width)` of the measurements it gives.
    fn output_size(&self) -> (usize, usize);

    /// As [`LinearOperator::channels`].
    fn channels(&self) -> Option<(usize, usize)> {
        None
    }

    /// As [`LinearOperator::gives_pictures`].
    fn gives_pictures(&self) -> bool {
        true
    }

    /// `A(x)`.
    fn apply(&self, x: Tensor<4>) -> Tensor<4>;

    /// `J_A(x)ᵀ v`: the vector-Jacobian product at the picture `x` with a `v` in the shape of a
    /// measurement. For a linear operator `Aᵀ v`, wherever `x` is.
    fn pullback(&self, x: Tensor<4>, v: Tensor<4>) -> Tensor<4>;

    /// Which way to move the picture `x` so that `A(x)` moves along `r`, `[b, c, h, w]`: what a residual
    /// `r = y - A x` pulls at. That is [`pullback`](Self::pullback), except where values were cut off:
    /// there `A` is flat, but a value that should not have been cut off has a way back inside.
    fn towards(&self, x: Tensor<4>, r: Tensor<4>) -> Tensor<4> {
        self.pullback(x, r)
    }

    /// As [`LinearOperator::estimate`]: a picture to start from.
    fn estimate(&self, y: Tensor<4>) -> Tensor<4>;

    /// As [`LinearOperator::linear_estimate`]: the picture that samplers start from.
    fn linear_estimate(&self, y: Tensor<4>, _sigma: f64) -> Tensor<4> {
        self.estimate(y)
    }

    /// Of the pictures that `A` cannot tell from `x`, the one nearest to `wanted`, both `[b, c, h, w]`:
    /// to score a restoration by what could have been known. `x` itself for most operators.
    fn alike(&self, x: Tensor<4>, _wanted: &Tensor<4>) -> Tensor<4> {
        x
    }

    /// As [`LinearOperator::measured`].
    fn measured(&self) -> Option<Tensor<4>> {
        None
    }

    /// As [`LinearOperator::measured_after`].
    fn measured_after(&self, _earlier: Option<Tensor<4>>) -> Option<Tensor<4>> {
        self.measured()
    }

    /// The operator itself if it is linear.
    ///
    /// # Errors
    /// The name of the part that is not.
    fn linear(&self) -> Result<&dyn LinearOperator, &'static str>;
}

impl<L: LinearOperator> Operator for L {
    fn input_size(&self) -> (usize, usize) {
        LinearOperator::input_size(self)
    }

    fn output_size(&self) -> (usize, usize) {
        LinearOperator::output_size(self)
    }

    fn channels(&self) -> Option<(usize, usize)> {
        LinearOperator::channels(self)
    }

    fn gives_pictures(&self) -> bool {
        LinearOperator::gives_pictures(self)
    }

    fn apply(&self, x: Tensor<4>) -> Tensor<4> {
        LinearOperator::apply(self, x)
    }

    fn pullback(&self, _: Tensor<4>, v: Tensor<4>) -> Tensor<4> {
        self.adjoint(v)
    }

    fn estimate(&self, y: Tensor<4>) -> Tensor<4> {
        LinearOperator::estimate(self, y)
    }

    fn linear_estimate(&self, y: Tensor<4>, sigma: f64) -> Tensor<4> {
        LinearOperator::linear_estimate(self, y, sigma)
    }

    fn measured(&self) -> Option<Tensor<4>> {
        LinearOperator::measured(self)
    }

    fn measured_after(&self, earlier: Option<Tensor<4>>) -> Option<Tensor<4>> {
        LinearOperator::measured_after(self, earlier)
    }

    fn linear(&self) -> Result<&dyn LinearOperator, &'static str> {
        Ok(self)
    }
}
