//! The undoable step of another current result.

use super::Taken;
use super::state::RunsState;
use crate::common::history::Step;

/// Something else became the current result.
#[derive(Debug)]
pub(crate) struct ResultStep {
    /// Before, if there was one.
    pub(crate) before: Option<Taken>,
    /// After.
    pub(crate) after: Option<Taken>,
}

impl Step for ResultStep {
    type State = RunsState;

    fn title(&self) -> String {
        match self.after {
            Some(_) => "Take a result".to_owned(),
            None => "Give the result up".to_owned(),
        }
    }

    fn bytes(&self) -> usize {
        // What was before is what came after in an earlier step.
        self.after.as_ref().map_or(0, |taken| taken.content.bytes())
    }

    fn replay(&self, forwards: bool, state: &mut RunsState) {
        let taken = if forwards { &self.after } else { &self.before };
        state.put(taken.clone(), None);
    }
}
