//! Operators one after another.

use burn::tensor::Tensor;
use nalgebra::DMatrix;

use crate::operator::LinearOperator;
use crate::series::joined;

/// `A_n … A_2 A_1`, in the order of application.
pub struct Composition(Vec<Box<dyn LinearOperator>>);

impl Composition {
    /// Joins operators whose sizes follow one another.
    ///
    /// # Panics
    /// If there is no part or sizes do not chain, which is a mistake in the caller.
    #[must_use]
    pub fn new(parts: Vec<Box<dyn LinearOperator>>) -> Self {
        assert!(!parts.is_empty(), "a composition has at least one part");
        for pair in parts.windows(2) {
            assert_eq!(pair[0].output_size(), pair[1].input_size(), "sizes chain");
        }
        Self(parts)
    }

    fn first(&self) -> &dyn LinearOperator {
        self.0
            .first()
            .expect("a composition has at least one part")
            .as_ref()
    }

    fn last(&self) -> &dyn LinearOperator {
        self.0
            .last()
            .expect("a composition has at least one part")
            .as_ref()
    }
}

impl LinearOperator for Composition {
    fn input_size(&self) -> (usize, usize) {
        self.first().input_size()
    }

    fn output_size(&self) -> (usize, usize) {
        self.last().output_size()
    }

    fn channels(&self) -> Option<(usize, usize)> {
        joined(self.0.iter().filter_map(|part| part.channels()))
    }

    fn gives_pictures(&self) -> bool {
        self.0.iter().all(|part| part.gives_pictures())
    }

    fn apply(&self, x: Tensor<4>) -> Tensor<4> {
        self.0.iter().fold(x, |x, part| part.apply(x))
    }

    fn adjoint(&self, y: Tensor<4>) -> Tensor<4> {
        self.0.iter().rev().fold(y, |y, part| part.adjoint(y))
    }

    fn estimate(&self, y: Tensor<4>) -> Tensor<4> {
        self.0.iter().rev().fold(y, |y, part| part.estimate(y))
    }

    /// Diagonal matrices stay diagonal through every part that keeps them so.
    fn diagonal(&self, variance: Tensor<4>) -> Option<Tensor<4>> {
        self.0
            .iter()
            .try_fold(variance, |variance, part| part.diagonal(variance))
    }

    fn selects(&self) -> bool {
        self.0.iter().all(|part| part.selects())
    }

    fn matrices(&self) -> Option<(DMatrix<f64>, DMatrix<f64>)> {
        let (first, rest) = self.0.split_first()?;
        rest.iter()
            .try_fold(first.matrices()?, |(rows, columns), part| {
                let (r, c) = part.matrices()?;
                Some((r * rows, c * columns))
            })
    }

    fn measured(&self) -> Option<Tensor<4>> {
        self.measured_after(None)
    }

    fn measured_after(&self, earlier: Option<Tensor<4>>) -> Option<Tensor<4>> {
        self.0
            .iter()
            .fold(earlier, |earlier, part| part.measured_after(earlier))
    }
}
