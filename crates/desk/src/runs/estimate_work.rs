//! Finds out how much work a restoration is.

use engine::{Draw, Work};

use super::state::RunsState;
use super::time_estimate::Foreseen;
use crate::outside::Outside;
use crate::request::{Broken, Request, Requests};

/// Find out how much work a restoration is.
#[derive(Debug)]
pub(crate) struct EstimateWork(pub Box<Foreseen>);

impl Request for EstimateWork {
    type State = RunsState;
    /// The work of each way to sample; empty where it cannot be told.
    type Answer = Vec<(Draw, Work)>;

    fn run(&mut self, _: &Outside) -> Self::Answer {
        self.0.answer()
    }

    fn answer(self, answer: Result<Self::Answer, Broken>, state: &mut RunsState) -> Requests {
        state.foreseen(*self.0, answer.unwrap_or_default());
        Vec::new()
    }
}
