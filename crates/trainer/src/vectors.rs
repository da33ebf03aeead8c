//! What a run has learnt: four vectors as long as the weights, in the order of [`Layout`].
//!
//! [`Layout`]: crate::parameters::Layout

use burn::tensor::Device;
use diffusion::{Network, Weights};

use crate::error::TrainerError;
use crate::parameters::flat;
use crate::settings::Settings;
use crate::tensors::download;

/// In memory, as a checkpoint stores them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Vectors {
    pub(crate) weights: Vec<f32>,
    /// The running mean of the weights: what is kept in the end.
    pub(crate) ema: Vec<f32>,
    /// The running mean of gradients.
    pub(crate) first: Vec<f32>,
    /// The running mean of their squares.
    pub(crate) second: Vec<f32>,
}

impl Vectors {
    /// Of a run that has learnt nothing yet.
    pub(crate) fn at(weights: Vec<f32>) -> Self {
        Self {
            ema: weights.clone(),
            first: vec![0.0; weights.len()],
            second: vec![0.0; weights.len()],
            weights,
        }
    }

    /// Each by its name in a checkpoint.
    pub(crate) fn named(&self) -> [(&'static str, &[f32]); 4] {
        [
            ("weights", &self.weights),
            ("ema", &self.ema),
            ("first", &self.first),
            ("second", &self.second),
        ]
    }
}

/// Named weights as a vector.
pub(crate) fn vector(
    settings: &Settings,
    weights: &mut dyn Weights,
) -> Result<Vec<f32>, TrainerError> {
    let network = Network::build(&settings.model, weights, &Device::flex())?;
    download(flat(&network))
}
