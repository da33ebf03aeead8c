//! Colour lost: one channel is left of three.
//!
//! The luma of ITU-R BT.601, as photographic software and JPEG take it from sRGB-encoded values, or
//! the plain mean of the colourisation tasks of the DDNM family.

use burn::tensor::{Device, Tensor, TensorData};

use crate::class::Class;
use crate::error::OperatorError;
use crate::family::Family;
use crate::operator::LinearOperator;
use crate::parameter::Parameter;
use crate::registry::{Build, Built, Context, Entry};
use crate::values::Values;
use crate::words::Word;

/// A third of each colour.
const MEAN: &str = "mean";
/// The shares of red, green and blue in BT.601's luma.
const LUMA: [f32; 3] = [0.299, 0.587, 0.114];

/// The name by which a chain finds it.
pub(crate) const NAME: &str = "grayscale";

pub(crate) const ENTRY: Entry = Entry {
    family: Family {
        name: NAME,
        title: "Colours lost",
        summary: "The colours were lost; brightness is left.",
        parameters: &[Parameter::choice(
            "weights",
            "Brightness",
            &[
                Word::new(
                    "luma",
                    "Luma",
                    "As photo programs do: 0.299 red, 0.587 green, 0.114 blue.",
                ),
                Word::new(MEAN, "Mean", "A third of each colour."),
            ],
        )
        .help("How brightness is made of the colours.")],
        ..Family::PLAIN
    },
    class: Class::Grayscale,
    build: Build::Linear(build),
};

fn build(values: &Values, size: (usize, usize), context: &Context<'_>) -> Built {
    Ok(Box::new(Grayscale::new(
        weights(values)?,
        size,
        context.device,
    )))
}

/// The shares of red, green and blue.
pub(crate) fn weights(values: &Values) -> Result<[f32; 3], OperatorError> {
    Ok(match values.word("weights")? {
        MEAN => [1.0 / 3.0; 3],
        _ => LUMA,
    })
}

struct Grayscale {
    /// `[1, 3, 1, 1]`, sum one.
    weights: Tensor<4>,
    /// Their length.
    length: f64,
    size: (usize, usize),
}

impl Grayscale {
    fn new(weights: [f32; 3], size: (usize, usize), device: &Device) -> Self {
        let squares = weights.map(|w| f64::from(w * w));
        Self {
            weights: Tensor::from_data(TensorData::new(weights.to_vec(), [1, 3, 1, 1]), device),
            length: squares.iter().sum::<f64>().sqrt(),
            size,
        }
    }
}

impl LinearOperator for Grayscale {
    fn input_size(&self) -> (usize, usize) {
        self.size
    }

    fn output_size(&self) -> (usize, usize) {
        self.size
    }

    fn channels(&self) -> Option<(usize, usize)> {
        Some((3, 1))
    }

    fn apply(&self, x: Tensor<4>) -> Tensor<4> {
        (x * self.weights.clone()).sum_dim(1)
    }

    fn adjoint(&self, y: Tensor<4>) -> Tensor<4> {
        y * self.weights.clone()
    }

    /// The grey picture: it explains `y` as well as `A⁺ y` does, which would be tinted green.
    fn estimate(&self, y: Tensor<4>) -> Tensor<4> {
        y * self.weights.ones_like()
    }

    fn tight(&self) -> Option<f64> {
        Some(self.length)
    }

    fn diagonal(&self, variance: Tensor<4>) -> Option<Tensor<4>> {
        Some((variance * self.weights.clone().square()).sum_dim(1))
    }

    /// Every pixel stays where it is.
    fn measured_after(&self, earlier: Option<Tensor<4>>) -> Option<Tensor<4>> {
        earlier
    }
}
