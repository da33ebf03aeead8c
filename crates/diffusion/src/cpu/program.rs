//! The network written out: which primitive reads what, and writes where.

use burn::module::{Param, ParamId};
use burn::nn::conv::Conv2d;
use burn::nn::{GroupNorm, Linear};
use burn::tensor::Tensor;

use super::attention::Layout;
use super::convolution::Convolution;
use super::normalisation::Normalisation;
use super::rms::Rms;

/// A value of the program; each is written once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Register(pub(super) usize);

/// A primitive. Each has a forward and a pullback with respect to its first operand; sums and
/// concatenations with respect to both. What the embedding tells is constant, but for
/// [learning](super::learning).
#[derive(Debug)]
pub(super) enum Operation {
    Convolve(Box<Convolution>),
    Normalise(Normalisation),
    /// Divides by the root mean square of a pixel's channels, and applies a gain and SiLU.
    RmsActivate(Rms),
    /// Scales and shifts each channel, and applies SiLU.
    ModulateActivate,
    Attend(Layout),
    Double,
    Halve,
    /// Cells of 2×2 pixels to channels.
    Unshuffle,
    /// Channels to cells of 2×2 pixels.
    Shuffle,
    Add,
    /// SiLU.
    Activate,
    /// Adds one pixel to all pixels.
    Shift,
    Concatenate,
}

/// One line of the program.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) operation: Operation,
    pub(super) first: Register,
    pub(super) second: Option<Register>,
    /// The parameters of the layer it was made from: a weight and a bias, or a gain alone.
    pub(super) parameters: Vec<ParamId>,
}

/// A straight-line program of the picture and the sinusoids of its noise; step `i` writes register `i + 2`.
#[derive(Debug)]
pub(crate) struct Program {
    pub(super) steps: Vec<Step>,
    embedding: Register,
}

/// Registers that are given: the picture and the sinusoids.
pub(super) const GIVEN: usize = 2;

impl Default for Program {
    fn default() -> Self {
        Self {
            steps: Vec::new(),
            embedding: Self::SINUSOIDS,
        }
    }
}

impl Program {
    /// The noisy picture.
    pub(crate) const PICTURE: Register = Register(0);
    /// The sinusoids of what the network is told of the noise, one pixel for each picture.
    pub(crate) const SINUSOIDS: Register = Register(1);

    /// The embedding of the sinusoids.
    pub(crate) fn embedding(&self) -> Register {
        self.embedding
    }

    /// Says which register has the embedding.
    pub(crate) fn embed(&mut self, embedding: Register) {
        self.embedding = embedding;
    }

    fn push(
        &mut self,
        operation: Operation,
        first: Register,
        second: Option<Register>,
    ) -> Register {
        self.steps.push(Step {
            operation,
            first,
            second,
            parameters: Vec::new(),
        });
        Register(self.steps.len() - 1 + GIVEN)
    }

    /// Appends an operation that has a weight and a bias.
    fn push_layer<const A: usize>(
        &mut self,
        operation: Operation,
        (first, second): (Register, Option<Register>),
        weight: Option<&Param<Tensor<A>>>,
        bias: Option<&Param<Tensor<1>>>,
    ) -> Register {
        let register = self.push(operation, first, second);
        if let (Some(weight), Some(bias), Some(step)) = (weight, bias, self.steps.last_mut()) {
            step.parameters = vec![weight.id, bias.id];
        }
        register
    }

    pub(crate) fn convolve(&mut self, layer: &Conv2d, x: Register) -> Register {
        let operation = Operation::Convolve(Box::new(Convolution::from_conv2d(layer)));
        self.push_layer(
            operation,
            (x, None),
            Some(&layer.weight),
            layer.bias.as_ref(),
        )
    }

    /// A fully connected layer along the channels.
    pub(crate) fn connect(&mut self, layer: &Linear, x: Register) -> Register {
        let operation = Operation::Convolve(Box::new(Convolution::from_linear(layer)));
        self.push_layer(
            operation,
            (x, None),
            Some(&layer.weight),
            layer.bias.as_ref(),
        )
    }

    pub(crate) fn normalise(&mut self, layer: &GroupNorm, x: Register) -> Register {
        let operation = Operation::Normalise(Normalisation::from_group_norm(layer, false));
        self.push_layer(
            operation,
            (x, None),
            layer.gamma.as_ref(),
            layer.beta.as_ref(),
        )
    }

    /// Normalises, scales and shifts by what `told` holds, and applies SiLU.
    pub(crate) fn normalise_and_activate(
        &mut self,
        layer: &GroupNorm,
        x: Register,
        told: Option<Register>,
    ) -> Register {
        let operation = Operation::Normalise(Normalisation::from_group_norm(layer, true));
        self.push_layer(
            operation,
            (x, told),
            layer.gamma.as_ref(),
            layer.beta.as_ref(),
        )
    }

    /// Divides every pixel by the root mean square of its channels; then the gain, and SiLU.
    pub(crate) fn rms_and_activate(
        &mut self,
        gain: &Param<Tensor<1>>,
        epsilon: f32,
        x: Register,
    ) -> Register {
        let register = self.push(Operation::RmsActivate(Rms::new(gain, epsilon)), x, None);
        if let Some(step) = self.steps.last_mut() {
            step.parameters = vec![gain.id];
        }
        register
    }

    /// Scales each channel by one plus what `modulation` holds for it, shifts it by what follows there, and
    /// applies SiLU.
    pub(crate) fn modulate_and_activate(&mut self, x: Register, modulation: Register) -> Register {
        self.push(Operation::ModulateActivate, x, Some(modulation))
    }

    pub(crate) fn attend(&mut self, layout: Layout, qkv: Register) -> Register {
        self.push(Operation::Attend(layout), qkv, None)
    }

    /// SiLU.
    pub(crate) fn activate(&mut self, x: Register) -> Register {
        self.push(Operation::Activate, x, None)
    }

    /// Nearest neighbour at twice the sides.
    pub(crate) fn double(&mut self, x: Register) -> Register {
        self.push(Operation::Double, x, None)
    }

    /// Means of 2×2.
    pub(crate) fn halve(&mut self, x: Register) -> Register {
        self.push(Operation::Halve, x, None)
    }

    /// Cells of 2×2 pixels to channels.
    pub(crate) fn unshuffle(&mut self, x: Register) -> Register {
        self.push(Operation::Unshuffle, x, None)
    }

    /// Channels to cells of 2×2 pixels.
    pub(crate) fn shuffle(&mut self, x: Register) -> Register {
        self.push(Operation::Shuffle, x, None)
    }

    pub(crate) fn add(&mut self, x: Register, y: Register) -> Register {
        self.push(Operation::Add, x, Some(y))
    }

    /// Adds the one pixel of `told` to every pixel.
    pub(crate) fn shift(&mut self, x: Register, told: Register) -> Register {
        self.push(Operation::Shift, x, Some(told))
    }

    pub(crate) fn concatenate(&mut self, x: Register, y: Register) -> Register {
        self.push(Operation::Concatenate, x, Some(y))
    }

    /// For each register, the last step that reads it.
    pub(super) fn last_reads(&self) -> Vec<usize> {
        let mut last = vec![0; self.steps.len() + GIVEN];
        for (i, step) in self.steps.iter().enumerate() {
            for register in [Some(step.first), step.second].into_iter().flatten() {
                last[register.0] = i;
            }
        }
        last
    }

    /// Which registers depend on the picture.
    pub(super) fn depends_on_picture(&self) -> Vec<bool> {
        let mut depends = vec![true, false];
        for step in &self.steps {
            depends.push(depends[step.first.0] || step.second.is_some_and(|r| depends[r.0]));
        }
        depends
    }
}
