//! The preconditioned network as a denoiser, with its derivative.
//!
//! `eps` is affine in the picture and the network's output, so its vector-Jacobian product is
//! `skip v + output input J_Fᵀ v` ([`super::coefficients`]).

use burn::tensor::Tensor;

use super::coefficients::Coefficients;
use super::config::PreconditionedConfig;
use super::network::PreconditionedUNet;
use crate::denoiser::{Denoiser, Linearisation, Prediction};
use crate::level::Level;
use crate::network::Network;
use crate::runner::Runner;

/// A network with its preconditioning. It knows every noise level, also those between timesteps.
pub struct PreconditionedDenoiser {
    network: Runner,
    sigma_data: f64,
    stride: usize,
    halo: usize,
}

impl PreconditionedDenoiser {
    /// `config` is what the network was built from.
    #[must_use]
    pub fn new(network: PreconditionedUNet, config: &PreconditionedConfig) -> Self {
        Self::with(Runner::new(Network::Preconditioned(network)), config)
    }

    /// A denoiser that runs Burn's modules on every device, to compare with.
    #[must_use]
    pub fn with_modules(network: PreconditionedUNet, config: &PreconditionedConfig) -> Self {
        Self::with(Runner::modules(Network::Preconditioned(network)), config)
    }

    fn with(network: Runner, config: &PreconditionedConfig) -> Self {
        Self {
            network,
            sigma_data: config.sigma_data,
            stride: config.stride(),
            halo: config.halo(),
        }
    }

    fn at(&self, level: Level) -> Coefficients {
        Coefficients::at(level.alpha_bar(), self.sigma_data)
    }
}

fn prediction(x: Tensor<4>, output: Tensor<4>, at: Coefficients) -> Prediction {
    Prediction {
        eps: x * at.skip + output * at.output,
        variance_logits: None,
    }
}

impl Denoiser for PreconditionedDenoiser {
    fn evaluate(&self, x: Tensor<4>, level: Level) -> Prediction {
        let at = self.at(level);
        let output = self.network.evaluate(x.clone() * at.input, at.condition);
        prediction(x, output, at)
    }

    fn linearise(&self, x: Tensor<4>, level: Level) -> Linearisation {
        let at = self.at(level);
        let (output, pullback) = self.network.linearise(x.clone() * at.input, at.condition);
        Linearisation {
            prediction: prediction(x, output, at),
            pullback: Box::new(move |v| v.clone() * at.skip + pullback(v) * (at.output * at.input)),
        }
    }

    fn stride(&self) -> usize {
        self.stride
    }

    fn halo(&self) -> Option<usize> {
        Some(self.halo)
    }

    /// Networks are trained on pictures in the model range.
    fn range(&self) -> Option<(f64, f64)> {
        Some((-1.0, 1.0))
    }
}
