//! Stop and pause, shared between the handle and the worker.

use std::collections::BTreeSet;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use crate::event::JobId;

/// What the person at the other end wants of the worker right now. Clones are the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct Control(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    wishes: Mutex<Wishes>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Wishes {
    stopped: BTreeSet<JobId>,
    paused: bool,
    closed: bool,
}

impl Control {
    fn wishes(&self) -> MutexGuard<'_, Wishes> {
        // Every critical section only assigns, so a poisoned lock still holds a whole value.
        self.0.wishes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn stop(&self, job: JobId) {
        self.wishes().stopped.insert(job);
        self.0.changed.notify_all();
    }

    pub(crate) fn set_paused(&self, paused: bool) {
        self.wishes().paused = paused;
        self.0.changed.notify_all();
    }

    pub(crate) fn is_paused(&self) -> bool {
        self.wishes().paused
    }

    /// Stops everything, for good.
    pub(crate) fn close(&self) {
        self.wishes().closed = true;
        self.0.changed.notify_all();
    }

    pub(crate) fn is_stopped(&self, job: JobId) -> bool {
        let wishes = self.wishes();
        wishes.closed || wishes.stopped.contains(&job)
    }

    /// Forgets a job that has ended.
    pub(crate) fn forget(&self, job: JobId) {
        self.wishes().stopped.remove(&job);
    }

    /// Returns when the worker may go on: at once, or when a pause or the job ends.
    pub(crate) fn wait_while_paused(&self, job: JobId) {
        let mut wishes = self.wishes();
        while wishes.paused && !wishes.closed && !wishes.stopped.contains(&job) {
            wishes = self
                .0
                .changed
                .wait(wishes)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}
