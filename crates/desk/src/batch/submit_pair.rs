//! Hands a photo of a batch to the worker.

use engine::{Job, JobId};

use super::state::BatchState;
use crate::common::notice::{NO_WORKER, Notice};
use crate::outside::Outside;
use crate::request::{Broken, Place, Request, Requests};

/// Restore a photo of a batch.
#[derive(Debug)]
pub(crate) struct SubmitPair {
    /// What is to be done.
    pub job: Box<Job>,
    /// The timing under way: nothing keeps a restoration waiting.
    pub timing: Option<JobId>,
}

impl Request for SubmitPair {
    type State = BatchState;
    type Answer = Option<JobId>;
    const PLACE: Place = Place::Here;

    fn run(&mut self, outside: &Outside) -> Option<JobId> {
        outside.submit(&self.job, self.timing)
    }

    fn answer(self, job: Result<Option<JobId>, Broken>, state: &mut BatchState) -> Requests {
        match job {
            Ok(Some(job)) => state.pair_submitted(job),
            _ => {
                state.notice = Some(Notice::error(NO_WORKER));
                state.pair_unsubmitted();
            }
        }
        Vec::new()
    }
}
