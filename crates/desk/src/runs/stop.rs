//! Asks the worker to stop a job.

use engine::JobId;

use super::state::RunsState;
use crate::outside::Outside;
use crate::request::{Broken, Place, Request, Requests};

/// Stop a job.
#[derive(Debug)]
pub(crate) struct Stop(pub JobId);

impl Request for Stop {
    type State = RunsState;
    type Answer = ();
    const PLACE: Place = Place::Here;

    fn run(&mut self, outside: &Outside) {
        if let Some(engine) = &outside.engine {
            engine.stop(self.0);
        }
    }

    fn answer(self, _: Result<(), Broken>, _: &mut RunsState) -> Requests {
        Vec::new()
    }
}
