//! Holds the worker, or lets it go on.

use super::state::RunsState;
use crate::outside::Outside;
use crate::request::{Broken, Place, Request, Requests};

/// Hold the worker (true) or let it go on.
#[derive(Debug)]
pub(crate) struct SetPaused(pub bool);

impl Request for SetPaused {
    type State = RunsState;
    type Answer = ();
    const PLACE: Place = Place::Here;

    fn run(&mut self, outside: &Outside) {
        if let Some(engine) = &outside.engine {
            engine.set_paused(self.0);
        }
    }

    fn answer(self, _: Result<(), Broken>, _: &mut RunsState) -> Requests {
        Vec::new()
    }
}
