//! The residual block, with or without resampling.

use burn::module::Module;
use burn::nn::conv::Conv2d;
use burn::nn::{GroupNorm, Linear};
use burn::tensor::activation::silu;
use burn::tensor::{FloatDType, Tensor};

use super::blocks::Resample;
use super::config::UNetConfig;
use crate::cpu::{Program, Register};
use crate::error::DiffusionError;
use crate::layers::Layers;

/// guided-diffusion's `ResBlock`.
#[derive(Module, Debug)]
pub(super) struct Residual {
    in_norm: GroupNorm,
    in_conv: Conv2d,
    embedding: Linear,
    out_norm: GroupNorm,
    out_conv: Conv2d,
    skip: Option<Conv2d>,
    #[module(skip)]
    scale_shift: bool,
    #[module(skip)]
    resample: Resample,
}

impl Residual {
    pub(super) fn build(
        layers: &mut Layers<'_>,
        name: &str,
        [input, output]: [usize; 2],
        embedding: usize,
        config: &UNetConfig,
        resample: Resample,
    ) -> Result<Self, DiffusionError> {
        let (scale_shift, norm) = (config.use_scale_shift_norm, config.variant.norm());
        let told = output * if scale_shift { 2 } else { 1 };
        let skip = if input == output {
            None
        } else {
            Some(layers.convolution(&format!("{name}.skip_connection"), [input, output], 1, 1)?)
        };
        Ok(Self {
            in_norm: layers.norm(&format!("{name}.in_layers.0"), input, norm)?,
            in_conv: layers.convolution(&format!("{name}.in_layers.2"), [input, output], 3, 1)?,
            embedding: layers.linear(&format!("{name}.emb_layers.1"), [embedding, told])?,
            out_norm: layers.norm(&format!("{name}.out_layers.0"), output, norm)?,
            out_conv: layers.convolution(
                &format!("{name}.out_layers.3"),
                [output, output],
                3,
                1,
            )?,
            skip,
            scale_shift,
            resample,
        })
    }

    /// `embedding` has passed its activation, which all blocks share.
    pub(super) fn forward(&self, x: Tensor<4>, embedding: &Tensor<2>) -> Tensor<4> {
        let inner = silu(normalise(&self.in_norm, x.clone(), None));
        let inner = self.in_conv.forward(self.resample.apply(inner));
        let x = self.resample.apply(x);

        let told = self
            .embedding
            .forward(embedding.clone())
            .unsqueeze_dims::<4>(&[2, 3]);
        let inner = if self.scale_shift {
            let [b, c, _, _] = inner.dims();
            let scale = told.clone().slice([0..b, 0..c]);
            let shift = told.slice([0..b, c..2 * c]);
            normalise(&self.out_norm, inner, Some((scale, shift)))
        } else {
            normalise(&self.out_norm, inner + told, None)
        };
        let inner = self.out_conv.forward(silu(inner));
        match &self.skip {
            Some(skip) => skip.forward(x) + inner,
            None => x + inner,
        }
    }

    /// [`forward`](Self::forward) as primitives.
    pub(super) fn append(&self, program: &mut Program, x: Register) -> Register {
        let inner = program.normalise_and_activate(&self.in_norm, x, None);
        let inner = self.resample.append(program, inner);
        let inner = program.convolve(&self.in_conv, inner);
        let x = self.resample.append(program, x);

        let told = program.connect(&self.embedding, program.embedding());
        let inner = if self.scale_shift {
            program.normalise_and_activate(&self.out_norm, inner, Some(told))
        } else {
            let inner = program.shift(inner, told);
            program.normalise_and_activate(&self.out_norm, inner, None)
        };
        let inner = program.convolve(&self.out_conv, inner);
        let x = match &self.skip {
            Some(skip) => program.convolve(skip, x),
            None => x,
        };
        program.add(inner, x)
    }
}

/// Group normalisation followed by `· (1 + scale) + shift`, the two affine maps joined into one
/// pass over the picture; `scale` and `shift` are `[b, c, 1, 1]`.
pub(super) fn normalise(
    norm: &GroupNorm,
    x: Tensor<4>,
    modulation: Option<(Tensor<4>, Tensor<4>)>,
) -> Tensor<4> {
    let [b, c, h, w] = x.dims();
    // Means and squares want 32 bits; at that precision the casts do nothing.
    let kind = x.dtype();
    let x = x.cast(FloatDType::F32);
    let count = norm.num_groups;
    let groups = x.reshape([b * count, c / count * h * w]);
    let centred = groups.clone() - groups.mean_dim(1);
    let variance = centred.clone().square().mean_dim(1);
    let normal = (centred * (variance + norm.epsilon).sqrt().recip()).reshape([b, c, h, w]);

    let channelwise = |values: &Option<burn::module::Param<Tensor<1>>>| {
        values
            .as_ref()
            .expect("built with both")
            .val()
            .reshape([1, c, 1, 1])
            .cast(FloatDType::F32)
    };
    let (gain, bias) = (channelwise(&norm.gamma), channelwise(&norm.beta));
    let out = match modulation {
        None => normal * gain + bias,
        Some((scale, shift)) => {
            let (scale, shift) = (
                scale.cast(FloatDType::F32) + 1.0,
                shift.cast(FloatDType::F32),
            );
            normal * (scale.clone() * gain) + (scale * bias + shift)
        }
    };
    out.cast(kind)
}
