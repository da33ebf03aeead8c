//! Nothing was lost: the picture itself was measured, and only noise was added.
//!
//! `A = I`, the task of plain denoising, which the field treats as an inverse problem like any other.

use burn::tensor::Tensor;

use crate::class::Class;
use crate::family::Family;
use crate::operator::LinearOperator;
use crate::registry::{Build, Built, Context, Entry};
use crate::values::Values;

pub(crate) const ENTRY: Entry = Entry {
    family: Family {
        name: "identity",
        title: "Nothing but noise",
        summary: "Nothing was lost; there is only noise to remove.",
        ..Family::PLAIN
    },
    class: Class::Noise,
    build: Build::Linear(build),
};

fn build(_: &Values, size: (usize, usize), _: &Context<'_>) -> Built {
    Ok(Box::new(Identity { size }))
}

struct Identity {
    size: (usize, usize),
}

impl LinearOperator for Identity {
    fn input_size(&self) -> (usize, usize) {
        self.size
    }

    fn output_size(&self) -> (usize, usize) {
        self.size
    }

    fn apply(&self, x: Tensor<4>) -> Tensor<4> {
        x
    }

    fn adjoint(&self, y: Tensor<4>) -> Tensor<4> {
        y
    }

    fn estimate(&self, y: Tensor<4>) -> Tensor<4> {
        y
    }

    fn tight(&self) -> Option<f64> {
        Some(1.0)
    }

    fn diagonal(&self, variance: Tensor<4>) -> Option<Tensor<4>> {
        Some(variance)
    }

    /// Every pixel, once.
    fn selects(&self) -> bool {
        true
    }

    /// Every pixel stays where it is.
    fn measured_after(&self, earlier: Option<Tensor<4>>) -> Option<Tensor<4>> {
        earlier
    }
}
