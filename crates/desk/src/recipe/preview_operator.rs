//! Makes small pictures of what an operator and noise do.

use engine::{Chain, EngineError, Glimpse, Noise};

use super::state::RecipeState;
use crate::outside::Outside;
use crate::request::{Broken, Request, Requests, flat};

/// Make small pictures of what an operator and noise do.
#[derive(Debug)]
pub struct PreviewOperator {
    /// The operator.
    pub chain: Chain,
    /// The noise.
    pub noise: Noise,
}

impl Request for PreviewOperator {
    type State = RecipeState;
    type Answer = Result<Glimpse, EngineError>;

    fn run(&mut self, _: &Outside) -> Self::Answer {
        engine::glimpse(&self.chain, self.noise)
    }

    fn answer(self, answer: Result<Self::Answer, Broken>, state: &mut RecipeState) -> Requests {
        state.glimpsed((self.chain, self.noise), flat(answer))
    }
}
