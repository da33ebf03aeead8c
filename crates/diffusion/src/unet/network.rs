//! The network: down, through the middle, and up again with what was kept on the way.

use burn::module::Module;
use burn::nn::conv::Conv2d;
use burn::nn::{GroupNorm, PaddingConfig2d};
use burn::tensor::activation::silu;
use burn::tensor::{Device, Tensor, TensorData};

use super::attention::Attention;
use super::blocks::{Block, Resample};
use super::config::UNetConfig;
use super::embedding::{TimeEmbedding, Timing, Waves};
use super::residual::{Residual, normalise};
use crate::checkpoint::Checkpoint;
use crate::cpu::Program;
use crate::error::DiffusionError;
use crate::layers::Layers;
use crate::weights::Weights;

/// The guided-diffusion U-Net.
#[derive(Module, Debug)]
pub struct UNet {
    time: TimeEmbedding,
    input: Vec<Block>,
    middle: Block,
    output: Vec<Block>,
    out_norm: GroupNorm,
    out_conv: Conv2d,
    #[module(skip)]
    channels: usize,
    #[module(skip)]
    waves: Waves,
}

impl UNet {
    /// Builds the configured network from a checkpoint in guided-diffusion's layout; every
    /// tensor of it must be used.
    ///
    /// # Errors
    /// [`DiffusionError::Config`] for an impossible configuration, [`DiffusionError::Mismatch`]
    /// for tensors that are missing, left over or misshapen,
    /// [`DiffusionError::NotACheckpoint`] for values that cannot be read.
    pub fn load(
        config: &UNetConfig,
        mut checkpoint: Checkpoint,
        device: &Device,
    ) -> Result<Self, DiffusionError> {
        let network = Self::build(config, &mut checkpoint, device)?;
        checkpoint.finish()?;
        Ok(network)
    }

    /// Builds the configured network; asks `weights` for every tensor once, by its name in
    /// guided-diffusion's layout and its shape.
    ///
    /// # Errors
    /// [`DiffusionError::Config`] for an impossible configuration, and whatever `weights` says.
    pub fn build(
        config: &UNetConfig,
        weights: &mut dyn Weights,
        device: &Device,
    ) -> Result<Self, DiffusionError> {
        config.check()?;
        let builder = Builder {
            levels: config.level_channels()?,
            rates: config.attention_rates()?,
            up_rates: config.up_attention_rates()?,
            embedding: 4 * config.num_channels,
            config,
            layers: Layers::new(weights, device),
        };
        builder.build()
    }

    /// One evaluation: `x [b, 3, h, w]` in the model range, one timestep for each picture (an
    /// index into the full schedule), to `[b, out_channels, h, w]`.
    #[must_use]
    pub fn forward(&self, x: Tensor<4>, timesteps: &[f32]) -> Tensor<4> {
        let embedding = self.embedding(timesteps, &x);
        let mut x = x;
        let mut kept = Vec::with_capacity(self.input.len());
        for block in &self.input {
            x = block.forward(x, &embedding);
            kept.push(x.clone());
        }
        x = self.middle.forward(x, &embedding);
        for block in &self.output {
            let skip = kept.pop().expect("as many blocks up as down");
            x = block.forward(Tensor::cat(vec![x, skip], 1), &embedding);
        }
        self.out_conv
            .forward(silu(normalise(&self.out_norm, x, None)))
    }

    /// What residual blocks are told of the timesteps, `[b, channels]`, as precise and on the same
    /// device as the picture.
    fn embedding(&self, timesteps: &[f32], picture: &Tensor<4>) -> Tensor<2> {
        let device = picture.device().without_autodiff();
        let sinusoids = self.timing().sinusoids(timesteps);
        let sinusoids = TensorData::new(sinusoids, [timesteps.len(), self.channels]);
        let sinusoids = Tensor::<2>::from_data(sinusoids, &device);

        // Every residual block starts with the same activation of the embedding.
        silu(self.time.forward(sinusoids.cast(picture.dtype())))
    }

    /// How timesteps are given to the network.
    pub(crate) fn timing(&self) -> Timing {
        Timing {
            channels: self.channels,
            waves: self.waves,
        }
    }

    /// [`forward`](Self::forward) as primitives, of a picture and the sinusoids of its timestep.
    /// Each block is let go as soon as it is written down, so that the weights are hardly ever
    /// there twice.
    pub(crate) fn into_program(mut self) -> Program {
        let mut program = Program::default();
        let embedding = self.time.append(&mut program, Program::SINUSOIDS);
        let embedding = program.activate(embedding);
        program.embed(embedding);
        let mut x = Program::PICTURE;
        let mut kept = Vec::with_capacity(self.input.len());
        for block in std::mem::take(&mut self.input) {
            x = block.append(&mut program, x);
            kept.push(x);
        }
        x = std::mem::replace(&mut self.middle, Block::empty()).append(&mut program, x);
        for block in std::mem::take(&mut self.output) {
            let skip = kept.pop().expect("as many blocks up as down");
            x = program.concatenate(x, skip);
            x = block.append(&mut program, x);
        }
        x = program.normalise_and_activate(&self.out_norm, x, None);
        program.convolve(&self.out_conv, x);
        program
    }
}

/// Walks through `create_model` in its own order, so that names come out as its indices do.
struct Builder<'a> {
    config: &'a UNetConfig,
    levels: Vec<usize>,
    rates: Vec<usize>,
    up_rates: Vec<usize>,
    embedding: usize,
    layers: Layers<'a>,
}

impl Builder<'_> {
    fn build(mut self) -> Result<UNet, DiffusionError> {
        let time = TimeEmbedding::build(&mut self.layers, self.config.num_channels)?;
        let (input, kept) = self.input()?;
        let middle = self.middle()?;
        let output = self.output(kept)?;
        let first = self.levels[0];
        Ok(UNet {
            time,
            input,
            middle,
            output,
            out_norm: (self.layers).norm("out.0", first, self.config.variant.norm())?,
            out_conv: self.layers.convolution(
                "out.2",
                [first, self.config.out_channels()],
                3,
                1,
            )?,
            channels: self.config.num_channels,
            waves: Waves {
                sines_first: self.config.variant.sines_first,
                shift: self.config.variant.frequency_shift as f32,
            },
        })
    }

    fn residual(
        &mut self,
        name: &str,
        channels: [usize; 2],
        resample: Resample,
    ) -> Result<Option<Residual>, DiffusionError> {
        let (layers, embedding) = (&mut self.layers, self.embedding);
        Residual::build(layers, name, channels, embedding, self.config, resample).map(Some)
    }

    fn attention(
        &mut self,
        name: &str,
        channels: usize,
        attends: bool,
    ) -> Result<Option<Attention>, DiffusionError> {
        if !attends {
            return Ok(None);
        }
        Attention::build(&mut self.layers, name, channels, self.config).map(Some)
    }

    /// The blocks on the way down and the channels each of them leaves behind.
    fn input(&mut self) -> Result<(Vec<Block>, Vec<usize>), DiffusionError> {
        let mut current = self.levels[0];
        let first = self.layers.convolution(
            "input_blocks.0.0",
            [self.config.in_channels, current],
            3,
            1,
        )?;
        let mut blocks = vec![Block {
            convolution: Some(first),
            ..Block::empty()
        }];
        let mut kept = vec![current];
        for level in 0..self.levels.len() {
            let channels = self.levels[level];
            let attends = self.rates.contains(&(1 << level));
            for _ in 0..self.config.num_res_blocks {
                let name = format!("input_blocks.{}", blocks.len());
                blocks.push(Block {
                    residual: self.residual(
                        &format!("{name}.0"),
                        [current, channels],
                        Resample::Keep,
                    )?,
                    attention: self.attention(&format!("{name}.1"), channels, attends)?,
                    ..Block::empty()
                });
                current = channels;
                kept.push(current);
            }
            if level + 1 < self.levels.len() {
                let name = format!("input_blocks.{}.0", blocks.len());
                blocks.push(self.halving(&name, current)?);
                kept.push(current);
            }
        }
        Ok((blocks, kept))
    }

    fn halving(&mut self, name: &str, channels: usize) -> Result<Block, DiffusionError> {
        let mut block = Block::empty();
        if self.config.resblock_updown {
            block.residual = self.residual(name, [channels, channels], Resample::Halve)?;
        } else {
            let name = format!("{name}.op");
            let mut halving = self.layers.convolution(&name, [channels, channels], 3, 2)?;
            if self.config.variant.pad_right_bottom {
                halving.padding = PaddingConfig2d::Explicit(0, 0, 1, 1);
            }
            block.convolution = Some(halving);
        }
        Ok(block)
    }

    fn middle(&mut self) -> Result<Block, DiffusionError> {
        let channels = self.levels[self.levels.len() - 1];
        Ok(Block {
            residual: self.residual("middle_block.0", [channels, channels], Resample::Keep)?,
            attention: self.attention(
                "middle_block.1",
                channels,
                self.config.variant.middle_attention,
            )?,
            second: self.residual("middle_block.2", [channels, channels], Resample::Keep)?,
            ..Block::empty()
        })
    }

    fn output(&mut self, mut kept: Vec<usize>) -> Result<Vec<Block>, DiffusionError> {
        let mut blocks = Vec::with_capacity(kept.len());
        let mut current = self.levels[self.levels.len() - 1];
        for level in (0..self.levels.len()).rev() {
            let channels = self.levels[level];
            let attends = self.up_rates.contains(&(1 << level));
            for i in 0..=self.config.num_res_blocks {
                let skip = kept.pop().expect("one for each block on the way down");
                let name = format!("output_blocks.{}", blocks.len());
                let mut block = Block {
                    residual: self.residual(
                        &format!("{name}.0"),
                        [current + skip, channels],
                        Resample::Keep,
                    )?,
                    attention: self.attention(&format!("{name}.1"), channels, attends)?,
                    ..Block::empty()
                };
                current = channels;
                if level > 0 && i == self.config.num_res_blocks {
                    let place = if block.attention.is_some() { 2 } else { 1 };
                    self.doubling(&mut block, &format!("{name}.{place}"), channels)?;
                }
                blocks.push(block);
            }
        }
        Ok(blocks)
    }

    fn doubling(
        &mut self,
        block: &mut Block,
        name: &str,
        channels: usize,
    ) -> Result<(), DiffusionError> {
        if self.config.resblock_updown {
            block.second = self.residual(name, [channels, channels], Resample::Double)?;
        } else {
            let name = format!("{name}.conv");
            block.convolution = Some(self.layers.convolution(&name, [channels, channels], 3, 1)?);
            block.resample = Resample::Double;
        }
        Ok(())
    }
}
