//! What timestep it is, as a vector.

use burn::module::Module;
use burn::nn::Linear;
use burn::tensor::Tensor;
use burn::tensor::activation::silu;

use crate::cpu::{Program, Register};
use crate::error::DiffusionError;
use crate::layers::Layers;

/// How the frequencies are spaced and in which order the two waves stand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Waves {
    pub(super) sines_first: bool,
    pub(super) shift: f32,
}

/// How a network is told its timesteps.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timing {
    pub(super) channels: usize,
    pub(super) waves: Waves,
}

impl Timing {
    /// How many values [`sinusoids`](Self::sinusoids) gives for each timestep.
    pub(crate) fn channels(self) -> usize {
        self.channels
    }

    /// Sines and cosines of the timestep at geometrically falling frequencies, `[b, channels]`:
    /// cosines first and no shift, as guided-diffusion's `timestep_embedding` has it, or the
    /// other way round and shifted, as in diffusers' `get_timestep_embedding`.
    pub(crate) fn sinusoids(self, timesteps: &[f32]) -> Vec<f32> {
        let Self { channels, waves } = self;
        let half = channels / 2;
        let mut values = Vec::with_capacity(timesteps.len() * channels);
        for &t in timesteps {
            let angle = |i: usize| {
                // The reference works in f32 throughout. At t = 999 its rounding of the
                // frequencies moves angles by 2e-5, so we round where it does.
                let exponent = -(10_000_f64.ln() as f32) * i as f32 / (half as f32 - waves.shift);
                let frequency = f64::from(exponent).exp() as f32;
                f64::from(t * frequency)
            };
            let cosines = (0..half).map(|i| angle(i).cos() as f32);
            let sines = (0..half).map(|i| angle(i).sin() as f32);
            if waves.sines_first {
                values.extend(sines.chain(cosines));
            } else {
                values.extend(cosines.chain(sines));
            }
            values.resize(values.len() + channels % 2, 0.0);
        }
        values
    }
}

/// The two layers behind the sinusoids.
#[derive(Module, Debug)]
pub(super) struct TimeEmbedding {
    first: Linear,
    second: Linear,
}

impl TimeEmbedding {
    pub(super) fn build(layers: &mut Layers<'_>, channels: usize) -> Result<Self, DiffusionError> {
        let width = 4 * channels;
        Ok(Self {
            first: layers.linear("time_embed.0", [channels, width])?,
            second: layers.linear("time_embed.2", [width, width])?,
        })
    }

    /// `[b, channels]` to `[b, 4 · channels]`.
    pub(super) fn forward(&self, sinusoids: Tensor<2>) -> Tensor<2> {
        self.second.forward(silu(self.first.forward(sinusoids)))
    }

    /// [`forward`](Self::forward) as primitives.
    pub(super) fn append(&self, program: &mut Program, sinusoids: Register) -> Register {
        let inner = program.connect(&self.first, sinusoids);
        let inner = program.activate(inner);
        program.connect(&self.second, inner)
    }
}
