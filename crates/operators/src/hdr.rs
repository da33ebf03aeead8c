//! High dynamic range: the exposure was doubled and the highlights and shadows were cut off.
//!
//! `A(x) = clip(2x, -1, 1)`, the task of the same name in RED-diff (Mardani et al. 2024, arXiv
//! 2305.04391) and DAPS.

use burn::tensor::Tensor;

use crate::class::Class;
use crate::clip;
use crate::family::Family;
use crate::nonlinear::Operator;
use crate::operator::LinearOperator;
use crate::registry::{AnyBuilt, Build, Context, Entry};
use crate::values::Values;

const NAME: &str = "hdr";

/// How much brighter it was exposed.
const GAIN: f64 = 2.0;

pub(crate) const ENTRY: Entry = Entry {
    family: Family {
        name: NAME,
        title: "Highlights cut off",
        summary: "Exposed at twice the contrast; highlights and shadows were cut off.",
        ..Family::PLAIN
    },
    class: Class::Clipping,
    build: Build::Nonlinear(build),
};

fn build(_: &Values, size: (usize, usize), _: &Context<'_>) -> AnyBuilt {
    Ok(Box::new(HighDynamicRange { size }))
}

struct HighDynamicRange {
    size: (usize, usize),
}

impl Operator for HighDynamicRange {
    fn input_size(&self) -> (usize, usize) {
        self.size
    }

    fn output_size(&self) -> (usize, usize) {
        self.size
    }

    fn apply(&self, x: Tensor<4>) -> Tensor<4> {
        (x * GAIN).clamp(-1.0, 1.0)
    }

    fn pullback(&self, x: Tensor<4>, v: Tensor<4>) -> Tensor<4> {
        clip::gradient(x * GAIN, v) * GAIN
    }

    fn towards(&self, x: Tensor<4>, r: Tensor<4>) -> Tensor<4> {
        clip::towards(x * GAIN, r) * GAIN
    }

    /// Explains `y`: what was cut off is put just at the edge.
    fn estimate(&self, y: Tensor<4>) -> Tensor<4> {
        y / GAIN
    }

    /// Every pixel stays where it is.
    fn measured_after(&self, earlier: Option<Tensor<4>>) -> Option<Tensor<4>> {
        earlier
    }

    fn linear(&self) -> Result<&dyn LinearOperator, &'static str> {
        Err(NAME)
    }
}
