//! Hands the import of a checkpoint to the worker.

use engine::{ImportRequest, JobId};

use super::state::RecipeState;
use crate::common::notice::{NO_WORKER, Notice};
use crate::outside::Outside;
use crate::request::{Broken, Place, Request, Requests};

/// Import a checkpoint.
#[derive(Debug)]
pub struct ImportPrior(pub Box<ImportRequest>);

impl Request for ImportPrior {
    type State = RecipeState;
    type Answer = Option<JobId>;
    const PLACE: Place = Place::Here;

    fn run(&mut self, outside: &Outside) -> Option<JobId> {
        let engine = outside.engine.as_ref()?;
        Some(engine.import(ImportRequest::clone(&self.0)))
    }

    fn answer(self, job: Result<Option<JobId>, Broken>, state: &mut RecipeState) -> Requests {
        match job {
            Ok(Some(job)) => state.import_submitted(job, self.0.model),
            _ => state.notice = Some(Notice::error(NO_WORKER)),
        }
        Vec::new()
    }
}
