//! The form of `session.json`, its version, and what can be wrong with a session file.

use engine::{EngineError, Report};
use serde::{Deserialize, Serialize};

use super::archive::PictureEntry;
use super::simulation::SimulationEntry;
use crate::recipe::settings::Settings;
use crate::request::Broken;

/// Marks the file as ours; never changes.
pub(super) const FORMAT: &str = "tweedie session";
/// The latest version. A reader refuses every later one. Version 1 knew no kept runs and stored the
/// result as a whole picture; version 2 knew no simulated damage, and took its picture for the photo.
pub(super) const VERSION: u32 = 3;
/// The version of sessions without simulated damage, which the program before can read as well.
pub(super) const PLAIN: u32 = 2;
/// The entries of the archive.
pub(super) const MANIFEST: &str = "session.json";
pub(super) const MASK: &str = "mask.png";
pub(super) const RESULT: &str = "result";
pub(super) const PHOTO: &str = "photo";

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

/// Read before all else, so that a later form is told apart from a damaged one.
#[derive(Debug, Deserialize)]
pub(super) struct Heading {
    #[serde(default)]
    pub(super) format: String,
    #[serde(default)]
    pub(super) version: u32,
}

/// `session.json`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Manifest {
    pub(super) format: String,
    pub(super) version: u32,
    /// The program that wrote it.
    pub(super) program: String,
    pub(super) photo: PhotoEntry,
    pub(super) settings: Settings,
    /// The reports of all runs, the latest last.
    #[serde(default)]
    pub(super) runs: Vec<Report>,
    /// The report of the result, which is the entry of that name.
    #[serde(default)]
    pub(super) result: Option<ResultEntry>,
    /// The kept runs: read on its own, so that nothing in it can take the rest along.
    #[serde(default)]
    pub(super) archive: Option<serde_json::Value>,
    /// The damage that was simulated on the photo; mask, result and runs are of what came out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) simulation: Option<SimulationEntry>,
    /// Automatically saved files say where the person keeps the session.
    #[serde(default)]
    pub(super) kept_at: Option<String>,
}

/// Which photo.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct PhotoEntry {
    #[serde(flatten)]
    pub(super) place: Place,
    pub(super) width: usize,
    pub(super) height: usize,
}

/// Where the photo is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(super) enum Place {
    /// The bundled photograph.
    Demo,
    /// A file.
    File {
        /// Where it was.
        path: String,
        /// The same place as seen from the session file, where it lies in the same folder or below.
        #[serde(default)]
        relative: Option<String>,
        /// Of the file's bytes, in hexadecimal.
        #[serde(default)]
        sha256: Option<String>,
    },
    /// The entry of the archive: it came from the clipboard.
    Embedded {
        /// The entry's name.
        entry: String,
    },
}

/// The latest result.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ResultEntry {
    /// Where it lies.
    #[serde(flatten)]
    pub(super) picture: PictureEntry,
    /// How it came about.
    pub(super) report: Report,
}
