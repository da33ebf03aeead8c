//! The U-Net as a denoiser, with its derivative by reverse-mode differentiation.

use burn::tensor::Tensor;

use crate::denoiser::{Denoiser, Linearisation, Prediction};
use crate::unet::UNet;

/// A network that predicts `eps`, and perhaps variance logits behind it.
pub struct UNetDenoiser {
    network: UNet,
    stride: usize,
}

impl UNetDenoiser {
    /// `stride` is the network's total downsampling.
    #[must_use]
    pub fn new(network: UNet, stride: usize) -> Self {
        Self { network, stride }
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
}

impl Denoiser for UNetDenoiser {
    fn evaluate(&self, x: Tensor<4>, timestep: usize) -> Prediction {
        self.predict(x, timestep)
    }

    /// Only the picture is lifted into the graph; weights stay constants, so the product
    /// computes no gradients for them.
    fn linearise(&self, x: Tensor<4>, timestep: usize) -> Linearisation {
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
