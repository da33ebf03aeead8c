//! Why a job could not be done. Every message names the thing and says what to do.

use diffusion::DiffusionError;
use imaging::ImagingError;
use operators::OperatorError;
use samplers::SamplerError;

/// Errors of jobs, shaped by cause.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// A picture could not be read, written or used.
    #[error(transparent)]
    Imaging(#[from] ImagingError),
    /// The operator was described wrongly.
    #[error(transparent)]
    Operator(#[from] OperatorError),
    /// The sampler was described wrongly or met a bad value.
    #[error(transparent)]
    Sampler(#[from] SamplerError),
    /// The prior could not be loaded.
    #[error(transparent)]
    Prior(#[from] DiffusionError),
    /// The recipe contradicts itself or the picture.
    #[error("{0}")]
    Recipe(String),
    /// A batch, or one of its photos, cannot be restored as it is.
    #[error("{0}")]
    Batch(String),
    /// The asked-for device is not there or cannot be used.
    #[error("{0}")]
    Device(String),
    /// The picture needs more memory than there is.
    #[error(
        "restoring {width} x {height} pixels at once needs about {needed_gib:.1} GiB of memory \
         and {available_gib:.1} GiB are free; use a picture of at most {workable} x {workable} \
         pixels"
    )]
    OutOfMemory {
        /// Width asked for, in pixels.
        width: usize,
        /// Height asked for, in pixels.
        height: usize,
        /// Estimated need in GiB.
        needed_gib: f64,
        /// What is free, in GiB.
        available_gib: f64,
        /// The side of a square that would fit.
        workable: usize,
    },
    /// So many pictures at a time need more memory than there is.
    #[error(
        "{pictures} pictures at a time need about {needed_gib:.1} GiB of memory and \
         {available_gib:.1} GiB are free; take at most {workable} at a time"
    )]
    TooManyTogether {
        /// How many were asked for.
        pictures: usize,
        /// Estimated need in GiB.
        needed_gib: f64,
        /// What is free, in GiB.
        available_gib: f64,
        /// How many would fit.
        workable: usize,
    },
    /// The network itself needs more memory than there is.
    #[error(
        "a network of {parameters} weights needs about {needed_gib:.1} GiB of memory and \
         {available_gib:.1} GiB are free; close other programs, or choose a smaller prior"
    )]
    NetworkTooLarge {
        /// How many weights it has.
        parameters: usize,
        /// Estimated need in GiB.
        needed_gib: f64,
        /// What is free, in GiB.
        available_gib: f64,
    },
    /// It was stopped on request.
    #[error("stopped; nothing was written")]
    Stopped,
    /// The worker broke; it has been rebuilt and the next job can run.
    #[error("the restoration broke: {cause}; it can be started again")]
    Broken {
        /// The first cause.
        cause: String,
    },
    /// The worker is gone.
    #[error("the background worker could not be started: {0}")]
    Worker(String),
}
