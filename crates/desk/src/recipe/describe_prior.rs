//! Reads what a prior says of itself.

use engine::{EngineError, PriorChoice, PriorSummary};

use super::state::RecipeState;
use crate::outside::Outside;
use crate::request::{Broken, Request, Requests, flat};

/// Read what a prior says of itself.
#[derive(Debug)]
pub struct DescribePrior(pub PriorChoice);

impl Request for DescribePrior {
    type State = RecipeState;
    type Answer = Result<PriorSummary, EngineError>;

    fn run(&mut self, _: &Outside) -> Self::Answer {
        engine::describe_prior(&self.0)
    }

    fn answer(self, answer: Result<Self::Answer, Broken>, state: &mut RecipeState) -> Requests {
        state.prior_described(&self.0, flat(answer));
        Vec::new()
    }
}
