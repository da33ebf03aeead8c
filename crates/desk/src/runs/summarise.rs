//! Works out the thumbnails and figures of runs.

use super::study::{Question, Study, study};
use crate::outside::Outside;
use crate::request::{Broken, Request, Requests};
use crate::shell::state::State;

/// Work out the thumbnails and figures of runs.
#[derive(Debug)]
pub(crate) struct Summarise(pub Vec<Question>);

impl Request for Summarise {
    type State = State;
    /// In the order of the questions.
    type Answer = Vec<Study>;

    fn run(&mut self, _: &Outside) -> Vec<Study> {
        self.0.iter().map(study).collect()
    }

    fn answer(self, answer: Result<Vec<Study>, Broken>, state: &mut State) -> Requests {
        let studies = answer.unwrap_or_default();
        for (question, study) in self.0.iter().zip(studies) {
            state.studied(question.run, study);
        }
        Vec::new()
    }
}
