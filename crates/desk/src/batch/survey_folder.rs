//! Looks a folder of photos over.

use engine::{BatchRequest, EngineError, Pair};

use super::state::BatchState;
use crate::outside::Outside;
use crate::request::{Broken, Request, Requests, flat};

/// Look a folder over.
#[derive(Debug)]
pub(crate) struct SurveyFolder {
    /// Counts the changes of the form: an answer to what has changed since is old news.
    pub asked: u64,
    /// Which folder, and which masks.
    pub request: Box<BatchRequest>,
}

impl Request for SurveyFolder {
    type State = BatchState;
    /// Each photo, and whether its result is there already.
    type Answer = Result<Vec<(Pair, bool)>, EngineError>;

    fn run(&mut self, _: &Outside) -> Self::Answer {
        let looked_at = |mut pair: Pair| {
            pair.check_size();
            let there = pair.is_done();
            (pair, there)
        };
        Ok(self.request.pairs()?.into_iter().map(looked_at).collect())
    }

    fn answer(self, answer: Result<Self::Answer, Broken>, state: &mut BatchState) -> Requests {
        state.surveyed(self.asked, flat(answer))
    }
}
