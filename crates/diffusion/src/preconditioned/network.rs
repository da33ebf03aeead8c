//! The network: down, and up again with the features of each level added back.

use burn::module::Module;
use burn::nn::conv::Conv2d;
use burn::tensor::{Device, Tensor, TensorData};

use super::block::Block;
use super::config::PreconditionedConfig;
use super::embedding::{Frequencies, NoiseEmbedding};
use super::shuffle::{shuffle, unshuffle};
use crate::cpu::{Program, Register};
use crate::error::DiffusionError;
use crate::layers::Layers;
use crate::weights::Weights;

/// F of the [preconditioned denoiser](crate::PreconditionedDenoiser).
#[derive(Module, Debug)]
pub struct PreconditionedUNet {
    mlp: NoiseEmbedding,
    head: Conv2d,
    down: Vec<Vec<Block>>,
    /// From each level to the next.
    reduce: Vec<Conv2d>,
    /// From the next level to each.
    expand: Vec<Conv2d>,
    up: Vec<Vec<Block>>,
    tail: Conv2d,
    #[module(skip)]
    embed: usize,
}

impl PreconditionedUNet {
    /// Builds the configured network; takes every tensor from `weights` once, by its name and its shape.
    ///
    /// # Errors
    /// [`DiffusionError::Config`] for an impossible configuration, and any error of `weights`.
    pub fn build(
        config: &PreconditionedConfig,
        weights: &mut dyn Weights,
        device: &Device,
    ) -> Result<Self, DiffusionError> {
        config.check()?;
        let (channels, embed) = (&config.channels, config.embed);
        let layers = &mut Layers::new(weights, device);
        let blocks = |layers: &mut Layers<'_>, side: &str, level: usize, count: usize| {
            let each = (0..count).map(|block| {
                let name = format!("{side}.{level}.{block}");
                Block::build(layers, &name, channels[level], embed)
            });
            each.collect::<Result<Vec<_>, _>>()
        };
        let mut network = Self {
            mlp: NoiseEmbedding::build(layers, embed)?,
            head: layers.convolution("head", [12, channels[0]], 3, 1)?,
            down: Vec::new(),
            reduce: Vec::new(),
            expand: Vec::new(),
            up: Vec::new(),
            tail: layers.convolution("tail", [channels[0], 12], 3, 1)?,
            embed,
        };
        for (level, &down) in config.down.iter().enumerate() {
            network.down.push(blocks(layers, "down", level, down)?);
            let Some(&up) = config.up.get(level) else {
                break;
            };
            let (own, next) = (channels[level], channels[level + 1]);
            let reduce = format!("reduce.{level}");
            let expand = format!("expand.{level}");
            let reduce = layers.padded_convolution(&reduce, [own, next], (2, 0), 2)?;
            let expand = layers.convolution(&expand, [next, 4 * own], 1, 1)?;
            network.reduce.push(reduce);
            network.expand.push(expand);
            network.up.push(blocks(layers, "up", level, up)?);
        }
        Ok(network)
    }

    /// One evaluation: `x [b, 3, h, w]`, already scaled by `c_in`, and `ln(sigma) / 4` for each picture, to
    /// `[b, 3, h, w]`. Sides are divisible by [`PreconditionedConfig::stride`].
    #[must_use]
    pub fn forward(&self, x: Tensor<4>, conditions: &[f32]) -> Tensor<4> {
        let device = x.device().without_autodiff();
        let features = self.frequencies().features(conditions);
        let features = TensorData::new(features, [conditions.len(), self.embed]);
        let features = Tensor::<2>::from_data(features, &device);
        let embedding = self.mlp.forward(features.cast(x.dtype()));
        let through = |x: Tensor<4>, blocks: &[Block]| {
            let each = blocks.iter();
            each.fold(x, |x, block| block.forward(x, &embedding))
        };

        let mut x = self.head.forward(unshuffle(x));
        let mut skips = Vec::with_capacity(self.reduce.len());
        for (level, blocks) in self.down.iter().enumerate() {
            x = through(x, blocks);
            if let Some(reduce) = self.reduce.get(level) {
                skips.push(x.clone());
                x = reduce.forward(x);
            }
        }
        for (level, skip) in skips.into_iter().enumerate().rev() {
            x = skip + shuffle(self.expand[level].forward(x));
            x = through(x, &self.up[level]);
        }
        shuffle(self.tail.forward(x))
    }

    /// The features of noise levels.
    pub(crate) fn frequencies(&self) -> Frequencies {
        Frequencies {
            channels: self.embed,
        }
    }

    /// [`forward`](Self::forward) as primitives, of a picture and the features of its noise level.
    pub(crate) fn into_program(self) -> Program {
        let mut program = Program::default();
        let embedding = self.mlp.append(&mut program, Program::SINUSOIDS);
        program.embed(embedding);
        let through = |program: &mut Program, x: Register, blocks: &[Block]| {
            let each = blocks.iter();
            each.fold(x, |x, block| block.append(program, x))
        };

        let cells = program.unshuffle(Program::PICTURE);
        let mut x = program.convolve(&self.head, cells);
        let mut skips = Vec::with_capacity(self.reduce.len());
        for (level, blocks) in self.down.iter().enumerate() {
            x = through(&mut program, x, blocks);
            if let Some(reduce) = self.reduce.get(level) {
                skips.push(x);
                x = program.convolve(reduce, x);
            }
        }
        for (level, skip) in skips.into_iter().enumerate().rev() {
            x = program.convolve(&self.expand[level], x);
            x = program.shuffle(x);
            x = program.add(x, skip);
            x = through(&mut program, x, &self.up[level]);
        }
        x = program.convolve(&self.tail, x);
        program.shuffle(x);
        program
    }
}
