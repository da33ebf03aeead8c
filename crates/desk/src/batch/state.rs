//! Folders of photos.

use super::Batches;
use crate::layer::layer;
use crate::runs::state::RunsState;

/// The state of folders, above that of the runs: both share the worker.
#[derive(Clone, Debug, Default)]
pub struct BatchState {
    /// The runs of the open photo.
    pub below: RunsState,
    /// Folders of photos.
    pub batches: Batches,
}

layer!(BatchState, RunsState);
