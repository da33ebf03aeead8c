//! What of the work is saved and what would be lost.

use std::path::PathBuf;
use std::time::Duration;

use super::SessionRequest;
use super::opened::Opened;

/// Names one state of the work: equal marks, equal mask, settings and result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// Which document: answers about another come late.
    pub(crate) document: u64,
    pub(crate) history: u64,
    pub(crate) results: u64,
    /// Simulated damage has a history of its own, whose numbers begin again.
    pub(crate) simulated: bool,
}

impl Mark {
    /// What nothing has been saved as.
    pub(crate) const NEVER: Self = Self {
        document: u64::MAX,
        history: u64::MAX,
        results: u64::MAX,
        simulated: false,
    };
}

/// What waits until unsaved work has been seen to.
#[derive(Clone, Debug)]
pub(crate) enum Waiting {
    /// Closing the window.
    Quit,
    /// Showing what was opened.
    Show(Box<Opened>),
    /// Leaving a simulation.
    LeaveSimulation,
}

/// What is kept of the work from before a simulation.
#[derive(Clone, Debug)]
pub(crate) struct Aside {
    /// Its session file, which the simulation must not be saved into.
    pub(crate) path: Option<PathBuf>,
    pub(crate) saved: Mark,
    /// Whether it is unsaved.
    pub(crate) unsaved: bool,
}

/// How the work on the open photo is kept.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    /// Counts the documents of this window.
    pub(crate) document: u64,
    /// The session file, once there is one.
    pub path: Option<PathBuf>,
    /// Whether the window is closing with nothing left to ask.
    pub leaving: bool,
    pub(crate) saved: Mark,
    pub(crate) autosaved: Mark,
    /// What is being exported, if it is the current result.
    pub(crate) exporting: Option<Mark>,
    /// The current result when it was exported last.
    pub(crate) exported: Option<Mark>,
    /// An automatic save is being written.
    pub(crate) autosaving: bool,
    /// Since when there has been something to save.
    pub(crate) since: Option<Duration>,
    pub(crate) waiting: Option<Waiting>,
    /// The work that waits for the end of a simulation.
    pub(crate) aside: Option<Aside>,
    /// The session whose photo is being looked for.
    pub(crate) locating: Option<SessionRequest>,
    /// The leftover of a crash that this work was recovered from.
    pub(crate) recovered: Option<PathBuf>,
}
