//! Undo, redo, and travelling through the steps.

use super::command::Command;
use super::state::ShellState;

impl ShellState {
    /// Takes back the latest corner, patch or step.
    pub(crate) fn undo(&mut self) {
        // An open polygon is taken back corner by corner.
        if let Some(document) = &mut self.document
            && document.outline().is_some()
        {
            document.remove_corner();
            return;
        }
        // Then a proposal, piece by piece.
        if self.finder.bring_back() {
            return;
        }
        self.end_stroke();
        if let Some(step) = self.history.undo() {
            step.replay(false, self);
        }
    }

    /// Does the latest undone step again.
    pub(crate) fn redo(&mut self) {
        // Closing an open shape would be a new step, and a new step forgets what was undone.
        if let Some(document) = &mut self.document {
            document.cancel_outline();
        }
        self.end_stroke();
        if let Some(step) = self.history.redo() {
            step.replay(true, self);
        }
    }

    /// Goes to where so many steps are done.
    pub(crate) fn travel_to(&mut self, steps: usize) {
        self.end_stroke();
        while self.history.len() > steps && self.obstacle(&Command::Undo).is_none() {
            self.undo();
        }
        while self.history.len() < steps && self.obstacle(&Command::Redo).is_none() {
            self.redo();
        }
    }
}
