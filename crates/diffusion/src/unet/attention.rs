//! Self-attention over all pixels of a level.

use burn::module::Module;
use burn::nn::{GroupNorm, Linear};
use burn::tensor::activation::softmax;
use burn::tensor::{FloatDType, Tensor};

use super::config::{AttentionOrder, Heads, UNetConfig};
use super::residual::normalise;
use crate::cpu::{Layout, Program, Register};
use crate::error::DiffusionError;
use crate::layers::Layers;

/// guided-diffusion's `AttentionBlock`.
#[derive(Module, Debug)]
pub(super) struct Attention {
    norm: GroupNorm,
    qkv: Linear,
    out: Linear,
    #[module(skip)]
    heads: usize,
    #[module(skip)]
    qkv_first: bool,
}

impl Attention {
    pub(super) fn build(
        layers: &mut Layers<'_>,
        name: &str,
        channels: usize,
        config: &UNetConfig,
    ) -> Result<Self, DiffusionError> {
        Ok(Self {
            norm: layers.norm(&format!("{name}.norm"), channels, config.variant.norm())?,
            qkv: layers.pointwise(&format!("{name}.qkv"), [channels, 3 * channels])?,
            out: layers.pointwise(&format!("{name}.proj_out"), [channels, channels])?,
            heads: match config.heads() {
                Heads::Number(number) => number,
                Heads::Width(width) => channels / width,
            },
            qkv_first: config.attention_order() == AttentionOrder::QkvFirst,
        })
    }

    /// `[b, c, h, w]` to the same.
    pub(super) fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let [b, c, h, w] = x.dims();
        let (heads, width, pixels) = (self.heads, c / self.heads, h * w);
        let sequence = normalise(&self.norm, x.clone(), None)
            .reshape([b, c, pixels])
            .swap_dims(1, 2);
        // [b, pixels, 3c] → q, k, v of [b, heads, pixels, width].
        let qkv = self.qkv.forward(sequence);
        let part = |i: usize| {
            let split: Tensor<4> = if self.qkv_first {
                qkv.clone()
                    .reshape([b, pixels, 3, heads, width])
                    .narrow(2, i, 1)
                    .squeeze_dim(2)
            } else {
                qkv.clone()
                    .reshape([b, pixels, heads, 3, width])
                    .narrow(3, i, 1)
                    .squeeze_dim(3)
            };
            split.swap_dims(1, 2)
        };
        let scale = 1.0 / (width as f64).sqrt();
        // Sums of many terms want 32 bits; at that precision the casts do nothing.
        let kind = x.dtype();
        let logits = (part(0) * scale).matmul(part(1).transpose());
        let weights = softmax(logits.cast(FloatDType::F32), 3).cast(kind);
        let attended = weights
            .matmul(part(2))
            .swap_dims(1, 2)
            .reshape([b, pixels, c]);
        let out = self
            .out
            .forward(attended)
            .swap_dims(1, 2)
            .reshape([b, c, h, w]);
        x + out
    }

    /// [`forward`](Self::forward) as primitives.
    pub(super) fn append(&self, program: &mut Program, x: Register) -> Register {
        let layout = Layout {
            heads: self.heads,
            qkv_first: self.qkv_first,
        };
        let normal = program.normalise(&self.norm, x);
        let qkv = program.connect(&self.qkv, normal);
        let attended = program.attend(layout, qkv);
        let out = program.connect(&self.out, attended);
        program.add(out, x)
    }
}
