//! What an import of a checkpoint does while the worker has other work.

use super::active::Run;
use super::state::RunsState;

impl RunsState {
    /// What the import under way does. The worker does one thing after another, in the order of
    /// their numbers.
    #[must_use]
    pub fn import_progress(&self) -> Option<&'static str> {
        let import = self.importing.as_ref()?;
        let behind = |run: &Run| run.job < import.job;
        let restoring = self.run.as_ref().is_some_and(behind) || self.folder_busy;
        Some(if restoring {
            "Waits for the restoration"
        } else {
            "Reading, writing and checking the weights"
        })
    }
}
