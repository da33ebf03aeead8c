//! Sessions: the work on a photo, kept in a file to go on with later.
//!
//! A session file (`.tweedie`) is a zip archive of `session.json` (which photo by path and
//! SHA-256, the settings, the reports of the runs), `mask.png`, a folder for every kept run, and the
//! result and a pasted photo as lossless pictures. A photo that is a file is referred to, never
//! copied, and of pictures that differ from it only in places those places alone are stored. Of simulated
//! damage the truth is the photo, and the recipe with its seed is stored: the damaged picture is computed
//! again when the session is opened.

mod apply;
mod archive;
mod autosave;
mod autosave_session;
mod browse;
pub(crate) mod command;
mod commands;
mod container;
pub(crate) mod dialog;
mod error;
pub(crate) mod export;
#[cfg(test)]
mod export_tests;
mod file;
mod files;
mod forget_autosave;
pub(crate) mod keymap;
pub(crate) mod keys;
mod open;
mod open_mask;
mod open_photo;
mod open_session;
pub(crate) mod opened;
mod paste;
pub(crate) mod preferences;
pub(crate) mod question;
mod quit;
mod read;
mod read_runs;
mod receive;
mod recovery;
pub(crate) mod save;
mod save_file;
mod save_session;
mod simulate_damage;
mod simulating;
mod simulation;
pub(crate) mod state;
#[cfg(test)]
mod tests;
mod unsaved;
mod write;
mod write_runs;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use engine::Report;
use imaging::{Mask, Photo};

use crate::mask::document::{Restored, Source};
use crate::recipe::settings::Settings;
use crate::runs::{self, Damage, Scores, Taken};

pub use archive::TakenEntry;
pub use autosave_session::AutosaveSession;
pub use browse::Browse;
pub use command::SessionCommand;
pub use error::SessionError;
pub use forget_autosave::ForgetAutosave;
pub use open_mask::OpenMask;
pub use open_photo::OpenPhoto;
pub use open_session::OpenSession;
pub use opened::Opened;
pub use paste::Paste;
pub(crate) use quit::Quit;
pub use read::{PhotoReference, Stored, StoredPicture, StoredResult};
pub use read_runs::StoredRun;
pub use recovery::FindLeftovers;
pub(crate) use save::Waiting;
pub use save::{Kept, Mark};
pub use save_file::{Export, SaveFile};
pub use save_session::SaveSession;
pub(crate) use simulate_damage::SimulateDamage;
pub use simulation::StoredSimulation;

/// What the names of session files end with.
pub const EXTENSION: &str = crate::outside::SESSION;

/// Whether a file is a session, by its name.
#[must_use]
pub fn is_session(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case(EXTENSION))
}

/// All that a session file keeps. Photo and mask are shared with the window.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// Where the photo came from.
    pub source: Source,
    /// The photo.
    pub photo: Arc<Photo>,
    /// SHA-256 of its file in hexadecimal, where it is known.
    pub sha256: Option<String>,
    /// The mask.
    pub mask: Arc<Mask>,
    /// The settings.
    pub settings: Settings,
    /// The latest result.
    pub result: Option<Restored>,
    /// Which run it is, if it came from one.
    pub taken: Option<Taken>,
    /// The kept runs, oldest first.
    pub runs: Vec<runs::Kept>,
    /// The reports of all runs on this photo, the latest last.
    pub reports: Vec<Report>,
    /// The file in which the person keeps the session, if there is one.
    pub path: Option<PathBuf>,
    /// The damage that made `photo` of another, which then is what `source` and `sha256` are about.
    pub simulation: Option<Damage>,
    /// What of the work this is.
    pub mark: Mark,
}

/// A session that has been read together with its photo.
#[derive(Clone, Debug)]
pub struct Resumed {
    /// The file in which the person keeps it.
    pub path: Option<PathBuf>,
    /// The automatically saved file it was recovered from.
    pub recovered: Option<PathBuf>,
    /// The settings.
    pub settings: Settings,
    /// The latest result.
    pub result: Option<Restored>,
    /// Which run the result is.
    pub taken: Option<Taken>,
    /// The kept runs, oldest first, with what was measured of them.
    pub runs: Vec<(runs::Kept, Option<Scores>)>,
    /// The reports of its runs.
    pub reports: Vec<Report>,
    /// What to know of it, such as that the photo has changed.
    pub remark: Option<String>,
    /// The damage that was simulated, done again.
    pub simulation: Option<(Damage, engine::Simulated)>,
}

/// Which session to open, and what is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRequest {
    /// The session file.
    pub session: PathBuf,
    /// Where the photo is, if not where the session says.
    pub photo: Option<PathBuf>,
    /// Whether the photo may be another than it was.
    pub accept_changed: bool,
    /// Whether this is an automatically saved file.
    pub recovery: bool,
}

impl SessionRequest {
    /// A session as it is.
    #[must_use]
    pub fn new(session: PathBuf) -> Self {
        Self {
            session,
            photo: None,
            accept_changed: false,
            recovery: false,
        }
    }
}

/// Why a session was not opened.
#[derive(Debug)]
pub enum Refusal {
    /// The file cannot be read, or the photo not be decoded.
    Broken(SessionError),
    /// The photo is in none of the places where it could be.
    Missing {
        /// What was asked for.
        request: SessionRequest,
        /// Where the session says it is.
        photo: PathBuf,
    },
    /// The photo is another than it was.
    Changed {
        /// What was asked for.
        request: SessionRequest,
        /// The photo that was found.
        photo: PathBuf,
        /// Its size, and the size that it had, where they differ.
        sizes: Option<[(usize, usize); 2]>,
    },
}

/// Work that a crash left behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leftover {
    /// The automatically saved file.
    pub path: PathBuf,
    /// The name of its photo.
    pub name: String,
    /// How long ago it was saved, in seconds.
    pub age: u64,
}
