//! Undo, redo, and travelling through the steps.

use super::command::Command;
use super::state::State;
use crate::runs::history::Step;

impl State {
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
        match self.history.undo() {
            Some(Step::Settings { before, .. }) => self.settings = *before,
            Some(Step::Result { before, .. }) => self.put(before.map(|taken| *taken), None),
            Some(Step::Stage { before, .. }) => self.enter(*before),
            Some(step) => self.replay(&step, false),
            None => {}
        }
    }

    /// Does the latest undone step again.
    pub(crate) fn redo(&mut self) {
        // Closing an open shape would be a new step, and a new step forgets what was undone.
        if let Some(document) = &mut self.document {
            document.cancel_outline();
        }
        self.end_stroke();
        match self.history.redo() {
            Some(Step::Settings { after, .. }) => self.settings = *after,
            Some(Step::Result { after, .. }) => self.put(after.map(|taken| *taken), None),
            Some(Step::Stage { after, .. }) => self.enter(*after),
            Some(step) => self.replay(&step, true),
            None => {}
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

    fn replay(&mut self, step: &Step, forwards: bool) {
        if let Some(document) = &mut self.document {
            document.replay(step, forwards);
        }
    }
}
