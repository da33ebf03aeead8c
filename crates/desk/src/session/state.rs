//! The work as files know it: sessions, dialogs, and what has to be answered first.

use super::dialog::Dialog;
use super::preferences::Preferences;
use super::question::Prompt;
use super::save::Kept;
use crate::batch::state::BatchState;
use crate::layer::layer;

/// The state of sessions and dialogs, above that of folders.
#[derive(Clone, Debug, Default)]
pub struct SessionState {
    /// Folders of photos.
    pub below: BatchState,
    /// How the work is kept.
    pub kept: Kept,
    /// The open file dialog.
    pub dialog: Option<Dialog>,
    /// What was chosen once and for all.
    pub preferences: Preferences,
    /// What has to be answered first.
    pub question: Option<Prompt>,
}

layer!(SessionState, BatchState);
