//! The network written out: which primitive reads what, and writes where.

use burn::nn::conv::Conv2d;
use burn::nn::{GroupNorm, Linear};

use super::attention::Layout;
use super::convolution::Convolution;
use super::normalisation::Normalisation;

/// A value of the program; each is written once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Register(pub(super) usize);

/// A primitive. Each has a forward and a pullback with respect to its first operand; sums and
/// concatenations with respect to both. What the embedding tells is constant.
#[derive(Debug)]
pub(super) enum Operation {
    Convolve(Box<Convolution>),
    Normalise(Normalisation),
    Attend(Layout),
    Double,
    Halve,
    Add,
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
}

/// A straight-line program of the picture and the embedding; step `i` writes register `i + 2`.
#[derive(Debug, Default)]
pub(crate) struct Program {
    pub(super) steps: Vec<Step>,
}

/// Registers that are given: the picture and the embedding.
pub(super) const GIVEN: usize = 2;

impl Program {
    /// The noisy picture.
    pub(crate) const PICTURE: Register = Register(0);
    /// The embedding of the timesteps, one pixel for each picture.
    pub(crate) const EMBEDDING: Register = Register(1);

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
        });
        Register(self.steps.len() - 1 + GIVEN)
    }

    pub(crate) fn convolve(&mut self, layer: &Conv2d, x: Register) -> Register {
        let convolution = Convolution::from_conv2d(layer);
        self.push(Operation::Convolve(Box::new(convolution)), x, None)
    }

    /// A fully connected layer along the channels.
    pub(crate) fn connect(&mut self, layer: &Linear, x: Register) -> Register {
        let convolution = Convolution::from_linear(layer);
        self.push(Operation::Convolve(Box::new(convolution)), x, None)
    }

    pub(crate) fn normalise(&mut self, layer: &GroupNorm, x: Register) -> Register {
        let normalisation = Normalisation::from_group_norm(layer, false);
        self.push(Operation::Normalise(normalisation), x, None)
    }

    /// Normalises, scales and shifts by what `told` holds, and applies SiLU.
    pub(crate) fn normalise_and_activate(
        &mut self,
        layer: &GroupNorm,
        x: Register,
        told: Option<Register>,
    ) -> Register {
        let normalisation = Normalisation::from_group_norm(layer, true);
        self.push(Operation::Normalise(normalisation), x, told)
    }

    pub(crate) fn attend(&mut self, layout: Layout, qkv: Register) -> Register {
        self.push(Operation::Attend(layout), qkv, None)
    }

    /// Nearest neighbour at twice the sides.
    pub(crate) fn double(&mut self, x: Register) -> Register {
        self.push(Operation::Double, x, None)
    }

    /// Means of 2×2.
    pub(crate) fn halve(&mut self, x: Register) -> Register {
        self.push(Operation::Halve, x, None)
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
