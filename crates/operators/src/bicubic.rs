//! Antialiased bicubic reduction, as MATLAB's `imresize` and the field's `Resizer` do it.
//!
//! Keys' cubic with a = -0.5, stretched by the factor, weights renormalised for each output
//! pixel, borders mirrored about the pixel edge.

use burn::tensor::{Device, Tensor};
use nalgebra::DMatrix;

use crate::operator::LinearOperator;
use crate::reflect;
use crate::registry::{Build, Built, Context, Entry, reduced_size};
use crate::separable::{self, Separable};
use crate::spec::{Family, Parameter, Values};

pub(crate) const ENTRY: Entry = Entry {
    family: Family {
        name: "bicubic",
        summary: "reduced by antialiased bicubic sampling",
        parameters: &[Parameter {
            key: "factor",
            default: Some("4"),
            help: "how many times smaller, a whole number from 2 to 16",
        }],
    },
    build: Build::Linear(build),
};

fn build(values: &Values, size: (usize, usize), context: &Context<'_>) -> Built {
    let factor = values.whole("factor", 2..=16)?;
    reduced_size("bicubic", size, factor)?;
    separable::check_size("bicubic", size, 1)?;
    Ok(Box::new(Bicubic::new(factor, size, context.device)))
}

/// Keys (1981), a = -0.5.
fn cubic(x: f64) -> f64 {
    let x = x.abs();
    if x <= 1.0 {
        (1.5 * x - 2.5) * x * x + 1.0
    } else if x <= 2.0 {
        ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0
    } else {
        0.0
    }
}

fn reduction(length: usize, factor: usize) -> DMatrix<f64> {
    let scale = factor as f64;
    let mut matrix = DMatrix::zeros(length / factor, length);
    for row in 0..length / factor {
        let centre = (row as f64 + 0.5) * scale - 0.5;
        let first = (centre - 2.0 * scale).ceil() as isize;
        let last = (centre + 2.0 * scale).floor() as isize;
        let weight = |i: isize| cubic((centre - i as f64) / scale);
        let total: f64 = (first..=last).map(weight).sum();
        for i in first..=last {
            matrix[(row, reflect::about_edge(i, length))] += weight(i) / total;
        }
    }
    matrix
}

/// `Rᵀ (R Rᵀ)⁻¹`: reduction keeps its rows independent, so the inverse exists.
fn right_inverse(matrix: &DMatrix<f64>) -> DMatrix<f64> {
    let gram = matrix * matrix.transpose();
    let inverse = gram
        .cholesky()
        .expect("rows of a reduction are independent")
        .inverse();
    matrix.transpose() * inverse
}

struct Bicubic {
    reduce: Separable,
    enlarge: Separable,
}

impl Bicubic {
    fn new(factor: usize, size: (usize, usize), device: &Device) -> Self {
        let (rows, columns) = (reduction(size.0, factor), reduction(size.1, factor));
        let inverse = (right_inverse(&rows), right_inverse(&columns));
        Self {
            reduce: Separable::new(&[(rows, columns)], device),
            enlarge: Separable::new(&[inverse], device),
        }
    }
}

impl LinearOperator for Bicubic {
    fn input_size(&self) -> (usize, usize) {
        self.reduce.input_size()
    }

    fn output_size(&self) -> (usize, usize) {
        self.reduce.output_size()
    }

    fn apply(&self, x: Tensor<4>) -> Tensor<4> {
        self.reduce.apply(x)
    }

    fn adjoint(&self, y: Tensor<4>) -> Tensor<4> {
        self.reduce.adjoint(y)
    }

    fn matrices(&self) -> Option<(DMatrix<f64>, DMatrix<f64>)> {
        self.reduce.matrices()
    }

    /// `A⁺ y`: the smallest picture that reduces to `y`.
    fn estimate(&self, y: Tensor<4>) -> Tensor<4> {
        self.enlarge.apply(y)
    }
}
