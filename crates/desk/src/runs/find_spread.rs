//! Works out where candidates disagree.

use super::kept::RunId;
use super::spread::Spread;
use super::state::RunsState;
use crate::outside::Outside;
use crate::photo::content::Content;
use crate::request::{Broken, Request, Requests};

/// Work out where candidates disagree.
#[derive(Debug)]
pub(crate) struct FindSpread(pub Vec<(RunId, Content)>);

impl Request for FindSpread {
    type State = RunsState;
    /// `None` when the candidates cannot be compared.
    type Answer = Option<Spread>;

    fn run(&mut self, _: &Outside) -> Option<Spread> {
        Spread::over(&self.0)
    }

    fn answer(self, answer: Result<Option<Spread>, Broken>, state: &mut RunsState) -> Requests {
        state.spread_known(answer.unwrap_or(None));
        Vec::new()
    }
}
