//! A prior that is looked at: what training and evaluation measure.

use burn::tensor::Device;

use crate::denoiser::Denoiser;
use crate::schedule::Schedule;

/// A prior on a device.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// Predicts the noise.
    pub denoiser: &'a dyn Denoiser,
    /// The schedule it was trained with.
    pub schedule: &'a Schedule,
    /// Where it computes.
    pub device: &'a Device,
}
