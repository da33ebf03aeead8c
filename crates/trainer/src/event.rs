//! What a run tells while it goes on.

use std::path::PathBuf;
use std::time::Duration;

use crate::measure::{Estimated, LossByNoise, Measuring};

/// News of a run.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event {
    /// The run begins, or goes on.
    Started {
        /// Steps done before.
        step: u64,
        /// Weights of the network.
        parameters: usize,
        /// A checkpoint that could not be read, and why; the one before it is used.
        ignored: Option<(PathBuf, String)>,
    },
    /// It is now known how many steps there will be.
    Planned {
        /// Steps in all.
        iterations: u64,
        /// How long they will take.
        remaining: Duration,
    },
    /// A step is done.
    Step(Progress),
    /// The running mean of weights was tried on held-out crops.
    Validated(Validated),
    /// A checkpoint was written.
    Saved {
        /// The file.
        path: PathBuf,
        /// Steps done.
        step: u64,
    },
    /// The finished prior is being measured.
    Measuring(Measuring),
}

/// How far a run is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Progress {
    /// Steps done.
    pub step: u64,
    /// Steps in all, once that is known.
    pub iterations: Option<u64>,
    /// The squared error of what the network predicts (the noise, or what a preconditioned network says, whose
    /// error is that of the estimate weighed by noise level), without the weights of the loss, averaged over
    /// about the last 100 steps.
    pub loss: f64,
    /// The length of the last gradient, before it was shortened; not finite if 16-bit floats
    /// overflowed and the step was left out.
    pub gradient_norm: f64,
    /// The learning rate of the last step.
    pub learning_rate: f64,
    /// Crops a second.
    pub images_per_second: f64,
    /// Time left, once that is known.
    pub remaining: Option<Duration>,
}

/// The loss on held-out crops.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Validated {
    /// Steps done.
    pub step: u64,
    /// Time spent training, in seconds.
    pub seconds: f64,
    /// As [`Progress::loss`]: averaged over about the last 100 steps. Of a network of timesteps, to be compared
    /// with the loss below.
    pub training_loss: f64,
    /// By level of noise.
    pub loss: LossByNoise,
    /// The error of the estimated pictures at fixed noise levels.
    pub estimates: Vec<Estimated>,
}
