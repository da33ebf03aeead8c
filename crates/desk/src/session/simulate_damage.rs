//! Simulates damage.

use engine::{EngineError, Simulated};

use super::state::SessionState;
use crate::outside::Outside;
use crate::request::{Broken, Request, Requests, flat};
use crate::runs::Damage;

/// Simulate damage.
#[derive(Debug)]
pub(crate) struct SimulateDamage(pub Box<Damage>);

impl Request for SimulateDamage {
    type State = SessionState;
    type Answer = Result<Simulated, EngineError>;

    fn run(&mut self, _: &Outside) -> Self::Answer {
        self.0.simulate()
    }

    fn answer(self, answer: Result<Self::Answer, Broken>, state: &mut SessionState) -> Requests {
        state.damaged(*self.0, flat(answer))
    }
}
