//! The noise level as a vector: sines and cosines of its logarithm, and two layers behind them.

use burn::module::Module;
use burn::nn::Linear;
use burn::tensor::Tensor;
use burn::tensor::activation::silu;

use crate::checkpoint::Checkpoint;
use crate::cpu::{Program, Register};
use crate::error::DiffusionError;
use crate::layers::Layers;

/// The slowest and the fastest frequency, in turns for each unit of the condition.
const RANGE: [f64; 2] = [0.25, 16.0];
/// The tensor under which a checkpoint may keep the frequencies. They follow from the width.
const NAME: &str = "freqs";
/// How far stored frequencies may be off, relative: those of 16 bits are rounded at 5e-4.
const CLOSE: f32 = 1e-3;

/// The features of noise levels, `[b, channels]`: cosines, then sines, of half as many frequencies.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frequencies {
    pub(super) channels: usize,
}

impl Frequencies {
    /// How many values [`features`](Self::features) gives for each noise level.
    pub(crate) fn channels(self) -> usize {
        self.channels
    }

    /// From `ln(sigma) / 4` of each picture.
    pub(crate) fn features(self, conditions: &[f32]) -> Vec<f32> {
        let frequencies = self.values();
        let mut values = Vec::with_capacity(conditions.len() * self.channels);
        for condition in conditions {
            let angle = |f: &f32| std::f64::consts::TAU * f64::from(condition * f);
            values.extend(frequencies.iter().map(|f| angle(f).cos() as f32));
            values.extend(frequencies.iter().map(|f| angle(f).sin() as f32));
        }
        values
    }

    /// Geometrically from the slowest to the fastest.
    fn values(self) -> Vec<f32> {
        let half = self.channels / 2;
        let [low, high] = RANGE.map(f64::ln);
        let gap = (high - low) / half.saturating_sub(1).max(1) as f64;
        let each = (0..half).map(|i| (low + gap * i as f64).exp() as f32);
        each.collect()
    }
}

/// Takes the frequencies out of a checkpoint if it keeps them.
///
/// # Errors
/// [`DiffusionError::Mismatch`] if they are others than this network has.
pub(crate) fn check_frequencies(
    checkpoint: &mut Checkpoint,
    embed: usize,
) -> Result<(), DiffusionError> {
    if !checkpoint.contains(NAME) {
        return Ok(());
    }
    let stored = checkpoint.take(NAME, &[embed / 2])?;
    let own = Frequencies { channels: embed }.values();
    let differs = |(own, stored): (&f32, &f32)| (own - stored).abs() > CLOSE * own;
    match own.iter().zip(&stored).position(differs) {
        None => Ok(()),
        Some(at) => Err(DiffusionError::Mismatch {
            reason: format!(
                "`{NAME}` holds {} at place {at} where this network has {}",
                stored[at], own[at]
            ),
        }),
    }
}

/// The two layers behind the features.
#[derive(Module, Debug)]
pub(super) struct NoiseEmbedding {
    first: Linear,
    second: Linear,
}

impl NoiseEmbedding {
    pub(super) fn build(layers: &mut Layers<'_>, width: usize) -> Result<Self, DiffusionError> {
        Ok(Self {
            first: layers.linear("mlp.0", [width, width])?,
            second: layers.linear("mlp.2", [width, width])?,
        })
    }

    /// `[b, width]` to the same.
    pub(super) fn forward(&self, features: Tensor<2>) -> Tensor<2> {
        silu(self.second.forward(silu(self.first.forward(features))))
    }

    /// [`forward`](Self::forward) as primitives.
    pub(super) fn append(&self, program: &mut Program, features: Register) -> Register {
        let inner = program.connect(&self.first, features);
        let inner = program.activate(inner);
        let inner = program.connect(&self.second, inner);
        program.activate(inner)
    }
}
