//! What can go wrong with a prior.

/// Errors of schedules and checkpoints.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DiffusionError {
    /// A file could not be read or written.
    #[error("cannot use {path}: {source}")]
    File {
        /// The file.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file of weights could not be written.
    #[error("the weights cannot be written: {0}")]
    Write(std::io::Error),
    /// The device could not take the weights.
    #[error("the device could not take the weights: {0}")]
    Device(String),
    /// The file is not a checkpoint of a kind we read.
    #[error("{path} is not a checkpoint that can be read: {reason}")]
    NotACheckpoint {
        /// The file.
        path: String,
        /// What is wrong.
        reason: String,
    },
    /// The configuration is missing, incomplete or contradictory.
    #[error("the prior's configuration: {reason}")]
    Config {
        /// What is wrong and what is expected.
        reason: String,
    },
    /// The tensors leave something open that nobody has said.
    #[error("{path} does not say everything: {}", crate::recognise::plea(.missing))]
    Undetermined {
        /// The checkpoint.
        path: String,
        /// What has to be said.
        missing: Vec<crate::recognise::Field>,
    },
    /// Tensors of the checkpoint do not make up the configured network.
    #[error("the checkpoint does not fit its configuration: {reason}")]
    Mismatch {
        /// The first tensors that are missing, left over or misshapen.
        reason: String,
    },
    /// The weights are not those the configuration was written for.
    #[error(
        "the weights of `{name}` were changed: SHA-256 {found}, but its configuration says \
         {expected}; fetch them again"
    )]
    Hash {
        /// The prior.
        name: String,
        /// The configured hash.
        expected: String,
        /// The hash of the file.
        found: String,
    },
    /// A number of steps or a section string that the schedule cannot give.
    #[error("cannot take `{steps}` steps from a schedule of {length}: {reason}")]
    Steps {
        /// What was asked for.
        steps: String,
        /// The schedule's length.
        length: usize,
        /// Why not.
        reason: String,
    },
}

impl DiffusionError {
    pub(crate) fn file(path: &std::path::Path, source: std::io::Error) -> Self {
        Self::File {
            path: path.display().to_string(),
            source,
        }
    }

    pub(crate) fn config(reason: impl Into<String>) -> Self {
        Self::Config {
            reason: reason.into(),
        }
    }
}
