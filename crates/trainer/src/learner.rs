//! What computes the steps of a run: the processor's own program, or Burn's modules.
//!
//! Both compute the same; the program is several times faster on the processor, and the modules
//! run everywhere and in 16-bit floats.

mod modules;
mod program;

use burn::tensor::Device;
use diffusion::{Network, Trainable};

use crate::batch::Example;
use crate::error::TrainerError;
use crate::pace::Pace;
use crate::parameters::{Layout, NamedWeights};
use crate::precision::Precision;
use crate::settings::Settings;
use crate::vectors::Vectors;
use modules::ByModules;
use program::ByProgram;

/// The loss of a batch, and how steep it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Slope {
    /// What the gradient is of.
    pub(crate) loss: f64,
    /// The error without weights, which validation measures as well.
    pub(crate) error: f64,
    /// The length of the gradient.
    pub(crate) norm: f64,
}

/// A step along the last gradient.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Update {
    /// From 1.
    pub(crate) number: u64,
    /// The learning rate.
    pub(crate) rate: f64,
    /// What the gradient is multiplied by.
    pub(crate) shorten: f64,
    /// Of the running mean of weights.
    pub(crate) decay: f64,
}

/// A network and what has been learnt of its weights.
pub(crate) trait Learner {
    /// Differentiates the loss of a batch; the gradient is kept for [`descend`](Self::descend).
    /// With 16-bit floats the loss is multiplied by `scale` on the way.
    fn slope(&mut self, batch: &[Example], scale: f64) -> Result<Slope, TrainerError>;

    /// AdamW's update, and that of the running mean of weights.
    fn descend(&mut self, update: Update, settings: &Settings);

    /// Everything that has been learnt.
    fn vectors(&self) -> Result<Vectors, TrainerError>;

    /// The running mean of weights.
    fn ema(&self) -> Result<Vec<f32>, TrainerError>;
}

/// The fastest there is for these settings on that device: this alone decides it.
pub(crate) fn learner(
    (settings, pace): (&Settings, &Pace),
    layout: &Layout,
    vectors: Vectors,
    device: &Device,
) -> Result<Box<dyn Learner>, TrainerError> {
    let mut named = NamedWeights(layout.named(&vectors.weights));
    let network = Network::build(&settings.model, &mut named, device)?;
    if runs_as_program(settings, pace, device)
        && let Some(trainable) = Trainable::new(network.clone())
    {
        let learner = ByProgram::new(trainable, vectors, (settings, pace))?;
        return Ok(Box::new(learner));
    }
    let micro = pace.micro_batch(settings);
    let learner = ByModules::new(network, vectors, (settings, micro), device);
    Ok(Box::new(learner))
}

/// Whether these settings run as a program on that device.
pub(crate) fn runs_as_program(settings: &Settings, pace: &Pace, device: &Device) -> bool {
    !pace.modules && settings.precision == Precision::F32 && *device == Device::flex()
}

pub(crate) use program::{piece, strands, workers};

#[cfg(test)]
mod tests;
