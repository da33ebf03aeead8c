//! Reduction by the mean of `factor × factor` boxes, as a coarser sensor would.
//!
//! Boxes do not overlap, so `A diag(v) Aᵀ` is diagonal and solves are exact.

use burn::tensor::Tensor;
use nalgebra::DMatrix;

use crate::operator::LinearOperator;
use crate::registry::{Build, Built, Context, Entry, reduced_size};
use crate::separable;
use crate::spec::{Family, Parameter, Values};

pub(crate) const ENTRY: Entry = Entry {
    family: Family {
        name: "box",
        summary: "reduced by averaging square boxes",
        parameters: &[Parameter {
            key: "factor",
            default: Some("4"),
            help: "how many times smaller, a whole number from 2 to 16",
        }],
    },
    build: Build::Linear(build),
};

fn build(values: &Values, size: (usize, usize), _: &Context<'_>) -> Built {
    let factor = values.whole("factor", 2..=16)?;
    reduced_size("box", size, factor)?;
    separable::check_size("box", size, 1)?;
    Ok(Box::new(BoxAverage::new(factor, size)))
}

/// See the module.
pub(crate) struct BoxAverage {
    factor: usize,
    size: (usize, usize),
}

impl BoxAverage {
    /// For pictures of `size` (height, width), which `factor` divides.
    pub(crate) fn new(factor: usize, size: (usize, usize)) -> Self {
        Self { factor, size }
    }

    /// The sum over each box.
    pub(crate) fn sums(&self, x: Tensor<4>) -> Tensor<4> {
        let [b, c, h, w] = x.dims();
        let f = self.factor;
        let across = x.reshape([b * c * h, w / f, f]).sum_dim(2);
        across
            .reshape([b * c * h / f, f, w / f])
            .sum_dim(1)
            .reshape([b, c, h / f, w / f])
    }

    /// Every value repeated over its box.
    pub(crate) fn spread(&self, y: Tensor<4>) -> Tensor<4> {
        let [b, c, h, w] = y.dims();
        let f = self.factor;
        let across = y.reshape([b * c * h, w, 1]).expand([b * c * h, w, f]);
        across
            .reshape([b * c * h, 1, w * f])
            .expand([b * c * h, f, w * f])
            .reshape([b, c, h * f, w * f])
    }

    fn area(&self) -> f32 {
        (self.factor * self.factor) as f32
    }
}

impl LinearOperator for BoxAverage {
    fn input_size(&self) -> (usize, usize) {
        self.size
    }

    fn output_size(&self) -> (usize, usize) {
        (self.size.0 / self.factor, self.size.1 / self.factor)
    }

    fn apply(&self, x: Tensor<4>) -> Tensor<4> {
        self.sums(x) / self.area()
    }

    fn adjoint(&self, y: Tensor<4>) -> Tensor<4> {
        self.spread(y) / self.area()
    }

    /// `A⁺ y`: every value over its box.
    fn estimate(&self, y: Tensor<4>) -> Tensor<4> {
        self.spread(y)
    }

    fn matrices(&self) -> Option<(DMatrix<f64>, DMatrix<f64>)> {
        let means = |length: usize| {
            DMatrix::from_fn(length / self.factor, length, |i, j| {
                if j / self.factor == i {
                    1.0 / self.factor as f64
                } else {
                    0.0
                }
            })
        };
        Some((means(self.size.0), means(self.size.1)))
    }

    fn diagonal(&self, variance: Tensor<4>) -> Option<Tensor<4>> {
        Some(self.sums(variance) / (self.area() * self.area()))
    }
}
