//! The form of `session.json`.

use engine::Report;
use serde::{Deserialize, Serialize};

use super::archive::PictureEntry;
use super::simulation::SimulationEntry;
use crate::recipe::settings::Settings;

/// Marks the file as ours; never changes.
pub(super) const FORMAT: &str = "tweedie session";
/// The version of sessions without simulated damage, which the program before can read as well.
pub(super) const PLAIN: u32 = 2;
/// The entries of the archive.
pub(super) const MANIFEST: &str = "session.json";
pub(super) const MASK: &str = "mask.png";
pub(super) const PHOTO: &str = "photo";

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
