//! What of the work is saved and what would be lost.

use std::path::PathBuf;
use std::time::Duration;

use engine::Report;

use super::opened::Opened;
use super::{SessionRequest, Snapshot};
use crate::mask::document::Source;
use crate::runs::Simulation;
use crate::shell::state::State;

/// Names one state of the work: equal marks, equal mask, settings and result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// Which document: answers about another come late.
    document: u64,
    history: u64,
    results: u64,
    /// Simulated damage has a history of its own, whose numbers begin again.
    simulated: bool,
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

/// How the work on the open photo is kept.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    /// Counts the documents of this window.
    pub(crate) document: u64,
    /// The session file, once there is one.
    pub path: Option<PathBuf>,
    /// The reports of all runs on this photo, the latest last.
    pub reports: Vec<Report>,
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
    /// A run has ended: do not wait for the interval.
    pub(crate) due: bool,
    /// Since when there has been something to save.
    pub(crate) since: Option<Duration>,
    pub(crate) results: u64,
    pub(crate) waiting: Option<Waiting>,
    /// The session whose photo is being looked for.
    pub(crate) locating: Option<SessionRequest>,
    /// The leftover of a crash that this work was recovered from.
    pub(crate) recovered: Option<PathBuf>,
}

impl Kept {
    /// Reports beyond this are forgotten, oldest first.
    const REPORTS: usize = 200;

    /// A run has left a result.
    pub(crate) fn ran(&mut self, report: &Report) {
        self.results += 1;
        self.due = true;
        self.reports.push(report.clone());
        let extra = self.reports.len().saturating_sub(Self::REPORTS);
        self.reports.drain(..extra);
    }
}

impl State {
    /// What of the work there is now.
    #[must_use]
    pub fn mark(&self) -> Mark {
        Mark {
            document: self.kept.document,
            history: self.history.mark(),
            results: self.kept.results,
            simulated: self.runs.simulation.is_some(),
        }
    }

    /// Whether a mark is of the photo that is open now, or of its simulated damage.
    pub(crate) fn is_about_this_document(&self, mark: Mark) -> bool {
        mark.document == self.kept.document
    }

    /// Whether a mark is of the document that is open now, and of the same side of a simulation.
    pub(crate) fn is_about_this(&self, mark: Mark) -> bool {
        mark.document == self.kept.document && mark.simulated == self.runs.simulation.is_some()
    }

    /// Whether something a person made would be lost if the photo were closed now. Settings alone
    /// are no work, unless they are those of a session.
    #[must_use]
    pub fn is_unsaved(&self) -> bool {
        let Some(document) = &self.document else {
            return false;
        };
        // What waits for the end of a simulation is lost with the window as well.
        if self.runs.simulation.as_ref().is_some_and(|s| s.unsaved) {
            return true;
        }
        let kept = &self.kept;
        let worth = kept.path.is_some()
            || kept.saved == Mark::NEVER
            || document.result.is_some()
            || self.runs.simulation.is_some()
            || document.is_drawing()
            || document.outline().is_some()
            || self.history.touches_photo();
        worth && (self.mark() != kept.saved || document.is_drawing())
    }

    /// All that a session file keeps, as it is now.
    pub(crate) fn snapshot(&self) -> Option<Box<Snapshot>> {
        let document = self.document.as_ref()?;
        let simulation = self.runs.simulation.as_deref();
        // Of simulated damage the photo is the truth.
        let original = simulation.map_or(document, Simulation::photo);
        // A result that was built on is no file: it goes into the session itself.
        let source = if original.built {
            Source::Clipboard
        } else {
            original.source.clone()
        };
        Some(Box::new(Snapshot {
            source,
            photo: document.photo.clone(),
            sha256: original.sha256.clone(),
            simulation: simulation.map(Simulation::damage),
            mask: document.mask.clone(),
            settings: self.settings.clone(),
            result: document.result.clone(),
            taken: self.runs.taken.clone(),
            runs: self.runs.archive.all().to_vec(),
            reports: self.kept.reports.clone(),
            path: self.kept.path.clone(),
            mark: self.mark(),
        }))
    }
}
