//! What can go wrong in an evaluation.

use std::path::{Path, PathBuf};

use diffusion::DiffusionError;
use imaging::ImagingError;
use operators::OperatorError;

/// See the module.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EvaluationError {
    /// A setting is out of its range or contradicts another.
    #[error("{0}")]
    Setting(String),
    /// There is nothing to evaluate on.
    #[error("{}: {reason}", folder.display())]
    Pictures {
        /// Where pictures were looked for.
        folder: PathBuf,
        /// What is missing, and what would do.
        reason: String,
    },
    /// The folder holds an evaluation with other settings.
    #[error(
        "{} holds an evaluation with another {differing}; go on with its own settings, or choose \
         another folder",
        folder.display()
    )]
    OtherSettings {
        /// The folder.
        folder: PathBuf,
        /// What differs, in words.
        differing: String,
    },
    /// A file of the evaluation cannot be read or written.
    #[error("{}: {reason}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why, and what to do.
        reason: String,
    },
    /// A picture could not be read or written.
    #[error(transparent)]
    Imaging(#[from] ImagingError),
    /// An operator, a sampler or a baseline is not known or badly written.
    #[error(transparent)]
    Choice(#[from] OperatorError),
    /// The schedule cannot give the steps.
    #[error(transparent)]
    Schedule(#[from] DiffusionError),
    /// A network that LPIPS was to compare with cannot be used.
    #[error("{}: {reason}", file.display())]
    Perception {
        /// Its file, or that of the weights of its layers.
        file: PathBuf,
        /// Why, and what would do.
        reason: String,
    },
    /// Numbers could not be read back.
    #[error("the device stopped answering: {0}; choose another device or smaller crops")]
    Device(String),
}

impl EvaluationError {
    pub(crate) fn file(path: &Path, reason: impl std::fmt::Display) -> Self {
        Self::File {
            path: path.to_owned(),
            reason: reason.to_string(),
        }
    }
}
