//! Hands a restoration to the worker.

use engine::{Job, JobId};

use super::state::RunsState;
use crate::common::notice::{NO_WORKER, Notice};
use crate::outside::Outside;
use crate::request::{Broken, Place, Request, Requests};

/// Start a restoration.
#[derive(Debug)]
pub(crate) struct Submit {
    /// What is to be done.
    pub job: Box<Job>,
    /// The timing under way: nothing keeps a restoration waiting.
    pub timing: Option<JobId>,
}

impl Request for Submit {
    type State = RunsState;
    type Answer = Option<JobId>;
    const PLACE: Place = Place::Here;

    fn run(&mut self, outside: &Outside) -> Option<JobId> {
        outside.submit(&self.job, self.timing)
    }

    fn answer(self, job: Result<Option<JobId>, Broken>, state: &mut RunsState) -> Requests {
        match job {
            Ok(Some(job)) => state.submitted(job),
            _ => {
                state.notice = Some(Notice::error(NO_WORKER));
                state.unsubmitted();
            }
        }
        Vec::new()
    }
}
