//! What stands in a row inside one block of the U-Net, and resampling without weights.

use burn::module::Module;
use burn::nn::conv::Conv2d;
use burn::tensor::Tensor;
use burn::tensor::module::{avg_pool2d, interpolate};
use burn::tensor::ops::{AvgPoolOptions, InterpolateMode, InterpolateOptions};

use super::attention::Attention;
use super::residual::Residual;
use crate::cpu::{Program, Register};

/// A change of resolution by two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Resample {
    /// None.
    Keep,
    /// Nearest neighbour.
    Double,
    /// Mean of 2×2.
    Halve,
}

impl Resample {
    pub(super) fn apply(self, x: Tensor<4>) -> Tensor<4> {
        match self {
            Self::Keep => x,
            Self::Double => {
                let [_, _, h, w] = x.dims();
                let nearest = InterpolateOptions::new(InterpolateMode::Nearest);
                interpolate(x, nearest.with_output_size([2 * h, 2 * w]))
            }
            Self::Halve => avg_pool2d(x, AvgPoolOptions::new([2, 2])),
        }
    }

    /// [`apply`](Self::apply) as primitives.
    pub(super) fn append(self, program: &mut Program, x: Register) -> Register {
        match self {
            Self::Keep => x,
            Self::Double => program.double(x),
            Self::Halve => program.halve(x),
        }
    }
}

/// One entry of `input_blocks`, `middle_block` or `output_blocks`. Absent parts are skipped.
#[derive(Module, Debug)]
pub(super) struct Block {
    pub(super) residual: Option<Residual>,
    pub(super) attention: Option<Attention>,
    /// A second residual block without embedding of its own place: the middle block's, or one
    /// that resamples.
    pub(super) second: Option<Residual>,
    /// The very first convolution, or one that resamples.
    pub(super) convolution: Option<Conv2d>,
    /// Applied before `convolution`.
    #[module(skip)]
    pub(super) resample: Resample,
}

impl Block {
    pub(super) fn empty() -> Self {
        Self {
            residual: None,
            attention: None,
            second: None,
            convolution: None,
            resample: Resample::Keep,
        }
    }

    pub(super) fn forward(&self, mut x: Tensor<4>, embedding: &Tensor<2>) -> Tensor<4> {
        if let Some(residual) = &self.residual {
            x = residual.forward(x, embedding);
        }
        if let Some(attention) = &self.attention {
            x = attention.forward(x);
        }
        if let Some(second) = &self.second {
            x = second.forward(x, embedding);
        }
        if let Some(convolution) = &self.convolution {
            x = convolution.forward(self.resample.apply(x));
        }
        x
    }

    /// [`forward`](Self::forward) as primitives.
    pub(super) fn append(&self, program: &mut Program, mut x: Register) -> Register {
        if let Some(residual) = &self.residual {
            x = residual.append(program, x);
        }
        if let Some(attention) = &self.attention {
            x = attention.append(program, x);
        }
        if let Some(second) = &self.second {
            x = second.append(program, x);
        }
        if let Some(convolution) = &self.convolution {
            x = self.resample.append(program, x);
            x = program.convolve(convolution, x);
        }
        x
    }
}
