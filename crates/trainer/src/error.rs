//! Why a prior could not be trained or measured.

use std::path::PathBuf;

use diffusion::DiffusionError;
use imaging::ImagingError;

/// Errors of training and measuring, shaped by cause.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrainerError {
    /// A file or folder could not be read or written.
    #[error("cannot use {path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The photographs cannot be used.
    #[error("the photographs in {path}: {reason}")]
    Dataset {
        /// The folder or archive.
        path: PathBuf,
        /// What is wrong and what to do.
        reason: String,
    },
    /// A setting is out of its range, or contradicts another one.
    #[error("{0}")]
    Setting(String),
    /// A run in the output folder cannot be continued as asked.
    #[error("cannot go on with the run in {path}: {reason}")]
    Resume {
        /// The run's folder.
        path: PathBuf,
        /// What differs and what to do.
        reason: String,
    },
    /// A value stopped being a number.
    #[error("the {quantity} is not finite at step {step}; {advice}")]
    NonFinite {
        /// The step, from 1; 0 when measuring.
        step: u64,
        /// What was being computed.
        quantity: &'static str,
        /// What may help.
        advice: &'static str,
    },
    /// The listener broke off a measurement.
    #[error("stopped; nothing was written")]
    Stopped,
    /// The device failed or did not answer.
    #[error("the device did not answer: {0}")]
    Device(String),
    /// It would not fit into memory.
    #[error(
        "{what} needs about {needed_gib:.1} GiB of memory and {available_gib:.1} GiB are free; \
         {advice}"
    )]
    OutOfMemory {
        /// What needs it.
        what: String,
        /// Estimated need in GiB.
        needed_gib: f64,
        /// What is free, in GiB.
        available_gib: f64,
        /// What to change.
        advice: String,
    },
    /// A prior could not be read or written.
    #[error(transparent)]
    Prior(#[from] DiffusionError),
    /// A picture could not be read or written.
    #[error(transparent)]
    Imaging(#[from] ImagingError),
}
