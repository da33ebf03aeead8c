//! Running a network: on the CPU device as a [`Program`] of its own primitives, elsewhere as Burn's modules.
//! The two agree to rounding.

use std::sync::Arc;

use burn::tensor::{Device, Tensor};

use crate::cpu::{Picture, Program};
use crate::denoiser::Pullback;
use crate::network::{Condition, Network};

/// A network where it runs fastest.
pub(crate) enum Runner {
    Modules(Box<Network>),
    Program(Arc<Program>, Condition),
}

impl Runner {
    /// As a program if it is on the CPU device.
    pub(crate) fn new(network: Network) -> Self {
        if !network.is_on_processor() {
            return Self::modules(network);
        }
        let condition = network.condition();
        Self::Program(Arc::new(network.into_program()), condition)
    }

    /// As modules on every device, to compare with.
    pub(crate) fn modules(network: Network) -> Self {
        Self::Modules(Box::new(network))
    }

    /// One evaluation, with the same condition for every picture: `[b, c, h, w]` to
    /// `[b, outputs, h, w]`.
    pub(crate) fn evaluate(&self, x: Tensor<4>, condition: f32) -> Tensor<4> {
        match self {
            Self::Modules(network) => {
                let [pictures, ..] = x.dims();
                network.forward(x, &vec![condition; pictures])
            }
            Self::Program(program, how) => {
                let [x, features] = given(*how, x, condition);
                tensor(&program.evaluate(x, features))
            }
        }
    }

    /// One evaluation and its vector-Jacobian product, from a cotangent of the first outputs, as many as the
    /// picture has channels. Only the picture is lifted into the graph; weights stay constants, so the product
    /// computes no gradients for them.
    pub(crate) fn linearise(&self, x: Tensor<4>, condition: f32) -> (Tensor<4>, Pullback) {
        let [pictures, channels, ..] = x.dims();
        let network = match self {
            Self::Modules(network) => network,
            Self::Program(program, how) => {
                let program = Arc::clone(program);
                let [x, features] = given(*how, x, condition);
                let (output, tape) = program.linearise(x, features);
                let outputs = output.shape.channels;
                let pullback = move |v: Tensor<4>| {
                    let v = Picture::from_tensor(v).widened(outputs);
                    tensor(&program.pullback(tape, v))
                };
                return (tensor(&output), Box::new(pullback));
            }
        };
        let x = x.autodiff().require_grad();
        let lifted = network.forward(x.clone(), &vec![condition; pictures]);
        let output = lifted.clone().inner();
        let pullback = move |v: Tensor<4>| {
            let mut gradients = (lifted.narrow(1, 0, channels) * v).sum().backward();
            x.grad_remove(&mut gradients)
                .expect("the picture reaches every output")
        };
        (output, Box::new(pullback))
    }
}

/// A program's two arguments.
fn given(how: Condition, x: Tensor<4>, condition: f32) -> [Picture; 2] {
    let [pictures, ..] = x.dims();
    let features = how.features(&vec![condition; pictures]);
    [
        Picture::from_tensor(x),
        Picture::from_rows(features, how.channels()),
    ]
}

fn tensor(picture: &Picture) -> Tensor<4> {
    picture.to_tensor(0, picture.shape.channels, &Device::flex())
}
