//! A network of either architecture, and its conditioning on the noise.

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use crate::architecture::Architecture;
use crate::cpu::Program;
use crate::denoiser::Denoiser;
use crate::error::DiffusionError;
use crate::preconditioned::{Frequencies, PreconditionedDenoiser, PreconditionedUNet};
use crate::unet::{Timing, UNet};
use crate::unet_denoiser::UNetDenoiser;
use crate::weights::Weights;

/// A network of either architecture.
#[derive(Module, Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "a network is held once, and its weights are elsewhere"
)]
pub enum Network {
    /// Predicts the noise from a timestep.
    UNet(UNet),
    /// F of a preconditioned denoiser, from the logarithm of the noise level.
    Preconditioned(PreconditionedUNet),
}

impl Network {
    /// Builds the configured network; takes every tensor from `weights` once, by its name and its shape.
    ///
    /// # Errors
    /// [`DiffusionError::Config`] for an impossible configuration, and any error of `weights`.
    pub fn build(
        architecture: &Architecture,
        weights: &mut dyn Weights,
        device: &Device,
    ) -> Result<Self, DiffusionError> {
        Ok(match architecture {
            Architecture::UNet(config) => Self::UNet(UNet::build(config, weights, device)?),
            Architecture::Preconditioned(config) => {
                Self::Preconditioned(PreconditionedUNet::build(config, weights, device)?)
            }
        })
    }

    /// One evaluation of the bare network: `x [b, 3, h, w]` and, for each picture, the timestep or, for a
    /// preconditioned network, `ln(sigma) / 4`; to `[b, out_channels, h, w]`.
    #[must_use]
    pub fn forward(&self, x: Tensor<4>, conditions: &[f32]) -> Tensor<4> {
        match self {
            Self::UNet(network) => network.forward(x, conditions),
            Self::Preconditioned(network) => network.forward(x, conditions),
        }
    }

    /// The denoiser of that architecture, whose network this is.
    ///
    /// # Errors
    /// [`DiffusionError::Config`] if the architecture is that of another network.
    pub fn into_denoiser(
        self,
        architecture: &Architecture,
    ) -> Result<Box<dyn Denoiser>, DiffusionError> {
        match (self, architecture) {
            (Self::UNet(network), Architecture::UNet(config)) => {
                Ok(Box::new(UNetDenoiser::new(network, config.stride()?)))
            }
            (Self::Preconditioned(network), Architecture::Preconditioned(config)) => {
                Ok(Box::new(PreconditionedDenoiser::new(network, config)))
            }
            _ => Err(DiffusionError::config(
                "the network is of another architecture than its configuration",
            )),
        }
    }

    /// Whether all of it is on the CPU device, where it can run as a program.
    pub(crate) fn is_on_processor(&self) -> bool {
        self.devices() == [Device::flex()]
    }

    /// How it is conditioned on the noise.
    pub(crate) fn condition(&self) -> Condition {
        match self {
            Self::UNet(network) => Condition::Timestep(network.timing()),
            Self::Preconditioned(network) => Condition::NoiseLevel(network.frequencies()),
        }
    }

    /// [`forward`](Self::forward) as primitives, of a picture and the [features](Condition::features).
    pub(crate) fn into_program(self) -> Program {
        match self {
            Self::UNet(network) => network.into_program(),
            Self::Preconditioned(network) => network.into_program(),
        }
    }
}

/// How a network is conditioned on the noise.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Condition {
    /// By an index into the full schedule.
    Timestep(Timing),
    /// By `ln(sigma) / 4`.
    NoiseLevel(Frequencies),
}

impl Condition {
    /// How many features each picture has.
    pub(crate) fn channels(self) -> usize {
        match self {
            Self::Timestep(timing) => timing.channels(),
            Self::NoiseLevel(frequencies) => frequencies.channels(),
        }
    }

    /// Sines and cosines of what each picture's condition is, one row for each.
    pub(crate) fn features(self, conditions: &[f32]) -> Vec<f32> {
        match self {
            Self::Timestep(timing) => timing.sinusoids(conditions),
            Self::NoiseLevel(frequencies) => frequencies.features(conditions),
        }
    }
}
