//! Works out the thumbnails and figures of runs.

use super::state::RunsState;
use super::study::{Question, Study, study};
use crate::outside::Outside;
use crate::request::{Broken, Request, Requests};

/// Work out the thumbnails and figures of runs.
#[derive(Debug)]
pub(crate) struct Summarise(pub Vec<Question>);

impl Request for Summarise {
    type State = RunsState;
    /// In the order of the questions.
    type Answer = Vec<Study>;

    fn run(&mut self, _: &Outside) -> Vec<Study> {
        self.0.iter().map(study).collect()
    }

    fn answer(self, answer: Result<Vec<Study>, Broken>, state: &mut RunsState) -> Requests {
        let studies = answer.unwrap_or_default();
        for (question, study) in self.0.iter().zip(studies) {
            state.studied(question.run, study);
        }
        Vec::new()
    }
}
