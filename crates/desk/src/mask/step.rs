//! The undoable step of a changed mask.

use super::edit::Edit;
use super::state::MaskState;
use crate::common::history::Step;

/// The mask changed.
#[derive(Debug)]
pub(crate) struct MaskStep(pub(crate) Edit);

impl Step for MaskStep {
    type State = MaskState;

    fn title(&self) -> String {
        self.0.title()
    }

    fn bytes(&self) -> usize {
        self.0.bytes()
    }

    fn replay(&self, forwards: bool, state: &mut MaskState) {
        if let Some(document) = &mut state.document {
            document.replay(&self.0, forwards);
        }
    }
}

impl MaskState {
    /// Notes an edit as a step, if something changed.
    pub(crate) fn record(&mut self, edit: Option<Edit>) {
        if let Some(edit) = edit {
            self.history.push(MaskStep(edit));
        }
    }
}
