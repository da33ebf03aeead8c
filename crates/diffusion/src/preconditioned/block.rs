//! The residual block: `x + conv(silu((1 + scale) conv(silu(rms(x))) + shift))`.
//!
//! `rms(x) = gain · x / sqrt(mean(x²) + 1e-4)`, with the mean over the channels of one pixel. Scale and shift
//! come from the embedding of the noise level (Perez et al. 2018, FiLM).

use burn::module::{Module, Param};
use burn::nn::Linear;
use burn::nn::conv::Conv2d;
use burn::tensor::activation::silu;
use burn::tensor::{FloatDType, Tensor};

use crate::cpu::{Program, Register};
use crate::error::DiffusionError;
use crate::layers::Layers;

/// What is added to the mean square.
pub(crate) const EPSILON: f32 = 1e-4;

#[derive(Module, Debug)]
pub(super) struct Block {
    gain: Param<Tensor<1>>,
    conv1: Conv2d,
    conv2: Conv2d,
    film: Linear,
}

impl Block {
    pub(super) fn build(
        layers: &mut Layers<'_>,
        name: &str,
        channels: usize,
        embed: usize,
    ) -> Result<Self, DiffusionError> {
        let both = [channels, channels];
        Ok(Self {
            gain: layers.vector(&format!("{name}.gain"), channels)?,
            conv1: layers.convolution(&format!("{name}.conv1"), both, 3, 1)?,
            conv2: layers.convolution(&format!("{name}.conv2"), both, 3, 1)?,
            film: layers.linear(&format!("{name}.film"), [embed, 2 * channels])?,
        })
    }

    /// `[b, c, h, w]` to the same; `embedding` is `[b, embed]`.
    pub(super) fn forward(&self, x: Tensor<4>, embedding: &Tensor<2>) -> Tensor<4> {
        let inner = self.conv1.forward(silu(self.rms(x.clone())));
        let modulation = self.film.forward(embedding.clone());
        let modulation = modulation.unsqueeze_dims::<4>(&[2, 3]);
        let [b, c, _, _] = inner.dims();
        let scale = modulation.clone().slice([0..b, 0..c]);
        let shift = modulation.slice([0..b, c..2 * c]);
        x + self.conv2.forward(silu(inner * (scale + 1.0) + shift))
    }

    /// Means of squares want 32 bits; at that precision the casts do nothing.
    fn rms(&self, x: Tensor<4>) -> Tensor<4> {
        let kind = x.dtype();
        let x = x.cast(FloatDType::F32);
        let [_, channels, _, _] = x.dims();
        let gain = self.gain.val().reshape([1, channels, 1, 1]);
        let mean = x.clone().square().mean_dim(1);
        let normal = x * (mean + EPSILON).sqrt().recip();
        (normal * gain.cast(FloatDType::F32)).cast(kind)
    }

    /// [`forward`](Self::forward) as primitives.
    pub(super) fn append(&self, program: &mut Program, x: Register) -> Register {
        let inner = program.rms_and_activate(&self.gain, EPSILON, x);
        let inner = program.convolve(&self.conv1, inner);
        let modulation = program.connect(&self.film, program.embedding());
        let inner = program.modulate_and_activate(inner, modulation);
        let inner = program.convolve(&self.conv2, inner);
        program.add(inner, x)
    }
}
