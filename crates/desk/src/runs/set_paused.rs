//! Holds the worker, or lets it go on.

use crate::outside::Outside;
use crate::request::{Broken, Place, Request, Requests};
use crate::shell::state::State;

/// Hold the worker (true) or let it go on.
#[derive(Debug)]
pub(crate) struct SetPaused(pub bool);

impl Request for SetPaused {
    type State = State;
    type Answer = ();
    const PLACE: Place = Place::Here;

    fn run(&mut self, outside: &Outside) {
        if let Some(engine) = &outside.engine {
            engine.set_paused(self.0);
        }
    }

    fn answer(self, _: Result<(), Broken>, _: &mut State) -> Requests {
        Vec::new()
    }
}
