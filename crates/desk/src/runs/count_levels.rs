//! Counts the levels of a picture.

use super::state::RunsState;
use super::study::Histogram;
use crate::outside::Outside;
use crate::photo::content::Content;
use crate::request::{Broken, Request, Requests};

/// Count a picture's levels.
#[derive(Debug)]
pub(crate) struct CountLevels(pub Content);

impl Request for CountLevels {
    type State = RunsState;
    type Answer = Histogram;

    fn run(&mut self, _: &Outside) -> Histogram {
        Histogram::of(&self.0)
    }

    fn answer(self, answer: Result<Histogram, Broken>, state: &mut RunsState) -> Requests {
        state.counted(self.0, answer.ok());
        Vec::new()
    }
}
