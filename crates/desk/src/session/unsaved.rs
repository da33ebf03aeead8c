//! What of the work is saved and what would be lost.

use super::state::SessionState;
use super::{Mark, Snapshot};
use crate::mask::document::Source;
use crate::runs::Simulation;

impl SessionState {
    /// What of the work there is now.
    #[must_use]
    pub fn mark(&self) -> Mark {
        Mark {
            document: self.kept.document,
            history: self.history.mark(),
            results: self.log.results,
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
        if self.kept.aside.as_ref().is_some_and(|a| a.unsaved) {
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
            reports: self.log.reports.clone(),
            path: self.kept.path.clone(),
            mark: self.mark(),
        }))
    }
}
