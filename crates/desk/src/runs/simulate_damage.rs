//! Simulates damage.

use engine::{EngineError, Simulated};

use super::simulate::Damage;
use crate::outside::Outside;
use crate::request::{Broken, Request, Requests, flat};
use crate::shell::state::State;

/// Simulate damage.
#[derive(Debug)]
pub(crate) struct SimulateDamage(pub Box<Damage>);

impl Request for SimulateDamage {
    type State = State;
    type Answer = Result<Simulated, EngineError>;

    fn run(&mut self, _: &Outside) -> Self::Answer {
        self.0.simulate()
    }

    fn answer(self, answer: Result<Self::Answer, Broken>, state: &mut State) -> Requests {
        state.damaged(*self.0, flat(answer))
    }
}
