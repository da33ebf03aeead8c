//! The U-Net as a denoiser, with its derivative by reverse-mode differentiation.
//!
//! On the CPU device the network runs as a [`Program`] of its own primitives, elsewhere as
//! Burn's modules; the two agree to rounding.

use std::sync::Arc;

use burn::tensor::{Device, Tensor};

use crate::cpu::{Picture, Program};
use crate::denoiser::{Denoiser, Linearisation, Prediction};
use crate::level::Level;
use crate::unet::{Timing, UNet};

/// A network that predicts `eps`, and perhaps variance logits behind it.
pub struct UNetDenoiser {
    network: Network,
    stride: usize,
}

/// As Burn's modules, or as a program with what tells it the timestep.
enum Network {
    Modules(Box<UNet>),
    Program(Arc<Program>, Timing),
}

impl UNetDenoiser {
    /// `stride` is the network's total downsampling.
    #[must_use]
    pub fn new(network: UNet, stride: usize) -> Self {
        if !network.is_on_processor() {
            return Self::with_modules(network, stride);
        }
        let timing = network.timing();
        Self {
            network: Network::Program(Arc::new(network.into_program()), timing),
            stride,
        }
    }

    /// A denoiser that runs Burn's modules on every device, to compare with.
    #[must_use]
    pub fn with_modules(network: UNet, stride: usize) -> Self {
        Self {
            network: Network::Modules(Box::new(network)),
            stride,
        }
    }
}

fn predict(network: &UNet, x: Tensor<4>, timestep: usize) -> Prediction {
    let [b, c, _, _] = x.dims();
    let output = network.forward(x, &vec![timestep as f32; b]);
    let [_, outputs, _, _] = output.dims();
    let variance_logits = (outputs == 2 * c).then(|| output.clone().narrow(1, c, c));
    Prediction {
        eps: output.narrow(1, 0, c),
        variance_logits,
    }
}

/// A program's two arguments.
fn given(timing: Timing, x: Tensor<4>, timestep: usize) -> [Picture; 2] {
    let [b, ..] = x.dims();
    let sinusoids = timing.sinusoids(&vec![timestep as f32; b]);
    [
        Picture::from_tensor(x),
        Picture::from_rows(sinusoids, timing.channels()),
    ]
}

/// Reads a program's output for pictures of `channels`.
fn prediction(output: &Picture, channels: usize) -> Prediction {
    let part = |first| output.to_tensor(first, channels, &Device::flex());
    Prediction {
        eps: part(0),
        variance_logits: (output.shape.channels == 2 * channels).then(|| part(channels)),
    }
}

impl Denoiser for UNetDenoiser {
    fn evaluate(&self, x: Tensor<4>, level: Level) -> Prediction {
        let timestep = level.timestep();
        match &self.network {
            Network::Modules(network) => predict(network, x, timestep),
            Network::Program(program, timing) => {
                let [_, channels, _, _] = x.dims();
                let [x, sinusoids] = given(*timing, x, timestep);
                prediction(&program.evaluate(x, sinusoids), channels)
            }
        }
    }

    /// Only the picture is lifted into the graph; weights stay constants, so the product
    /// computes no gradients for them.
    fn linearise(&self, x: Tensor<4>, level: Level) -> Linearisation {
        let timestep = level.timestep();
        let network = match &self.network {
            Network::Modules(network) => network,
            Network::Program(program, timing) => {
                let program = Arc::clone(program);
                let [_, channels, _, _] = x.dims();
                let [x, sinusoids] = given(*timing, x, timestep);
                let (output, tape) = program.linearise(x, sinusoids);
                let outputs = output.shape.channels;
                return Linearisation {
                    prediction: prediction(&output, channels),
                    pullback: Box::new(move |v| {
                        let v = Picture::from_tensor(v).widened(outputs);
                        let product = program.pullback(tape, v);
                        product.to_tensor(0, channels, &Device::flex())
                    }),
                };
            }
        };
        let x = x.autodiff().require_grad();
        let lifted = predict(network, x.clone(), timestep);
        let eps = lifted.eps.clone();
        Linearisation {
            prediction: Prediction {
                eps: lifted.eps.inner(),
                variance_logits: lifted.variance_logits.map(Tensor::inner),
            },
            pullback: Box::new(move |v| {
                let mut gradients = (eps * v).sum().backward();
                x.grad_remove(&mut gradients)
                    .expect("the picture reaches every output")
            }),
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
