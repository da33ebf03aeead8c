//! The version of session files, and what can be wrong with one.

use engine::EngineError;

use crate::request::Broken;

/// The latest version. A reader refuses every later one. Version 1 knew no kept runs and stored the
/// result as a whole picture; version 2 knew no simulated damage, and took its picture for the photo.
pub(super) const VERSION: u32 = 3;

/// Why a session cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SessionError {
    /// It is something else.
    #[error("{name} is not a Tweedie session")]
    Foreign {
        /// The file.
        name: String,
    },
    /// A part of it is missing or damaged.
    #[error("the session {name} is damaged: {reason}. Try another copy of it.")]
    Damaged {
        /// The file.
        name: String,
        /// What is wrong.
        reason: String,
    },
    /// It was written by a later program.
    #[error(
        "the session {name} was written by a later Tweedie (format {found}; this one reads up to \
         {VERSION}). Update Tweedie to open it."
    )]
    Later {
        /// The file.
        name: String,
        /// Its version.
        found: u32,
    },
    /// The disk would not take or give it.
    #[error(transparent)]
    Picture(#[from] imaging::ImagingError),
    /// Its simulated damage cannot be computed.
    #[error("the simulated damage of this session cannot be done again: {0}")]
    Damage(EngineError),
    /// Its simulated damage is not what it was.
    #[error("the simulated damage of this session comes out in another size")]
    DamageSize,
    /// Reading or writing it panicked.
    #[error(transparent)]
    Broken(#[from] Broken),
    /// It could not be put together.
    #[error("the session cannot be written: {0}")]
    Write(String),
}
