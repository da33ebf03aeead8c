//! Lets the worker time a prior on a device.

use engine::{JobId, TimingRequest};

use super::state::RunsState;
use crate::outside::Outside;
use crate::request::{Broken, Place, Request, Requests};

/// Time a prior on a device, on a window of this mask.
#[derive(Debug)]
pub(crate) struct TimePrior(pub Box<TimingRequest>);

impl Request for TimePrior {
    type State = RunsState;
    type Answer = Option<JobId>;
    const PLACE: Place = Place::Here;

    fn run(&mut self, outside: &Outside) -> Option<JobId> {
        let engine = outside.engine.as_ref()?;
        Some(engine.time(TimingRequest::clone(&self.0)))
    }

    fn answer(self, job: Result<Option<JobId>, Broken>, state: &mut RunsState) -> Requests {
        if let Ok(Some(job)) = job {
            state.pace.timing = Some(job);
        }
        Vec::new()
    }
}
