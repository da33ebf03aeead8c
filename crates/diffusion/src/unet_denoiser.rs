//! The U-Net as a denoiser, with its derivative by reverse-mode differentiation.

use burn::tensor::Tensor;

use crate::denoiser::{Denoiser, Linearisation, Prediction};
use crate::level::Level;
use crate::network::Network;
use crate::runner::Runner;
use crate::unet::UNet;

/// A network that predicts `eps`, and perhaps variance logits behind it.
pub struct UNetDenoiser {
    network: Runner,
    stride: usize,
}

impl UNetDenoiser {
    /// `stride` is the network's total downsampling.
    #[must_use]
    pub fn new(network: UNet, stride: usize) -> Self {
        Self {
            network: Runner::new(Network::UNet(network)),
            stride,
        }
    }

    /// A denoiser that runs Burn's modules on every device, to compare with.
    #[must_use]
    pub fn with_modules(network: UNet, stride: usize) -> Self {
        Self {
            network: Runner::modules(Network::UNet(network)),
            stride,
        }
    }
}

/// Reads a network's output for pictures of `channels`.
fn prediction(output: Tensor<4>, channels: usize) -> Prediction {
    let [_, outputs, _, _] = output.dims();
    let part = |first| output.clone().narrow(1, first, channels);
    Prediction {
        variance_logits: (outputs == 2 * channels).then(|| part(channels)),
        eps: part(0),
    }
}

impl Denoiser for UNetDenoiser {
    fn evaluate(&self, x: Tensor<4>, level: Level) -> Prediction {
        let [_, channels, ..] = x.dims();
        prediction(self.network.evaluate(x, level.timestep() as f32), channels)
    }

    fn linearise(&self, x: Tensor<4>, level: Level) -> Linearisation {
        let [_, channels, ..] = x.dims();
        let (output, pullback) = self.network.linearise(x, level.timestep() as f32);
        Linearisation {
            prediction: prediction(output, channels),
            pullback,
        }
    }

    fn stride(&self) -> usize {
        self.stride
    }

    /// Networks are trained on pictures in the model range.
    fn range(&self) -> Option<(f64, f64)> {
        Some((-1.0, 1.0))
    }
}
