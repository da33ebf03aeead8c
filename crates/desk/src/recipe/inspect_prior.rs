//! Finds out what a checkpoint is.

use std::path::PathBuf;

use engine::{Answers, EngineError, Inspection};

use super::state::RecipeState;
use crate::outside::Outside;
use crate::request::{Broken, Request, Requests, flat};

/// Find out what a checkpoint is.
#[derive(Debug)]
pub struct InspectPrior {
    /// The checkpoint.
    pub path: PathBuf,
    /// What the person says of it.
    pub answers: Box<Answers>,
}

impl Request for InspectPrior {
    type State = RecipeState;
    type Answer = Result<Box<Inspection>, EngineError>;

    fn run(&mut self, _: &Outside) -> Self::Answer {
        Ok(Box::new(engine::inspect_prior(
            &self.path,
            None,
            &self.answers,
        )?))
    }

    fn answer(self, answer: Result<Self::Answer, Broken>, state: &mut RecipeState) -> Requests {
        state.inspected(&self.path, &self.answers, flat(answer));
        Vec::new()
    }
}
