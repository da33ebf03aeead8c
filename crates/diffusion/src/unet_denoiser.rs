//! The U-Net as a denoiser, with its derivative by reverse-mode differentiation.
//!
//! On the CPU device the network runs as a [`Program`] of its own primitives, elsewhere as
//! Burn's modules; the two agree to rounding.

use std::sync::Arc;

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use crate::cpu::{Picture, Program};
use crate::denoiser::{Denoiser, Linearisation, Prediction};
use crate::unet::UNet;

/// A network that predicts `eps`, and perhaps variance logits behind it.
pub struct UNetDenoiser {
    network: UNet,
    stride: usize,
    program: Option<Arc<Program>>,
}

impl UNetDenoiser {
    /// `stride` is the network's total downsampling.
    #[must_use]
    pub fn new(network: UNet, stride: usize) -> Self {
        let on_cpu = network.devices() == [Device::flex()];
        if !on_cpu {
            return Self::with_modules(network, stride);
        }
        let (program, network) = network.into_program();
        Self {
            network,
            stride,
            program: Some(Arc::new(program)),
        }
    }

    /// A denoiser that runs Burn's modules on every device, to compare with.
    #[must_use]
    pub fn with_modules(network: UNet, stride: usize) -> Self {
        Self {
            network,
            stride,
            program: None,
        }
    }

    fn predict(&self, x: Tensor<4>, timestep: usize) -> Prediction {
        let [b, c, _, _] = x.dims();
        let output = self.network.forward(x, &vec![timestep as f32; b]);
        let [_, outputs, _, _] = output.dims();
        let variance_logits = (outputs == 2 * c).then(|| output.clone().narrow(1, c, c));
        Prediction {
            eps: output.narrow(1, 0, c),
            variance_logits,
        }
    }

    /// The program's two arguments.
    fn given(&self, x: Tensor<4>, timestep: usize) -> [Picture; 2] {
        let [b, ..] = x.dims();
        // One for all: what a picture is told must not depend, by rounding, on the rest of the batch.
        let embedding = self.network.embedding(&[timestep as f32], &x);
        let embedding = embedding.repeat(&[b, 1]);
        [Picture::from_tensor(x), Picture::from_rows(embedding)]
    }
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
    fn evaluate(&self, x: Tensor<4>, timestep: usize) -> Prediction {
        let Some(program) = &self.program else {
            return self.predict(x, timestep);
        };
        let [_, channels, _, _] = x.dims();
        let [x, embedding] = self.given(x, timestep);
        prediction(&program.evaluate(x, embedding), channels)
    }

    /// Only the picture is lifted into the graph; weights stay constants, so the product
    /// computes no gradients for them.
    fn linearise(&self, x: Tensor<4>, timestep: usize) -> Linearisation {
        if let Some(program) = &self.program {
            let program = Arc::clone(program);
            let [_, channels, _, _] = x.dims();
            let [x, embedding] = self.given(x, timestep);
            let (output, tape) = program.linearise(x, embedding);
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
        let x = x.autodiff().require_grad();
        let lifted = self.predict(x.clone(), timestep);
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
