//! What can go wrong in an experiment.

use diffusion::DiffusionError;
use operators::OperatorError;
use samplers::SamplerError;

/// See the module.
#[derive(Debug, thiserror::Error)]
pub enum LabError {
    /// A setting is out of its range.
    #[error("{0}")]
    Setting(String),
    /// The schedule cannot give the steps.
    #[error(transparent)]
    Diffusion(#[from] DiffusionError),
    /// The sampler is not known or badly written.
    #[error(transparent)]
    Sampler(#[from] OperatorError),
    /// A run broke.
    #[error("problem {problem}: {source}")]
    Run {
        /// Which one, from 0.
        problem: usize,
        /// Why.
        source: SamplerError,
    },
}
