//! The world outside of the state, as requests see it.

mod chooser;
mod folders;
mod recovery;
mod store;

use std::fmt::Debug;

use engine::{Engine, Job, JobId};

pub use chooser::{Chooser, Kind, Picked};
pub(crate) use chooser::{NO_CHOOSER, full_path};
pub use folders::Folders;
pub use recovery::Recovery;
pub(crate) use recovery::SESSION;
pub use store::StoreError;
pub(crate) use store::{make_folder_of, read, write};

/// What the window can do for a request. Called from any thread.
pub trait Window: Debug + Send + Sync {
    /// Asks the system for what is on the clipboard.
    fn paste(&self);
    /// Puts text on the clipboard.
    fn copy(&self, text: String);
    /// Closes the window.
    fn close(&self);
    /// Asks the person for a path with the system's file chooser; blocks until it is answered.
    fn choose(&self, chooser: &Chooser) -> Picked;
}

/// Everything a request can use.
pub struct Outside {
    /// The worker; `None` if it could not be started.
    pub engine: Option<Engine>,
    /// Where settings are kept; nowhere for windows that only exist in a test.
    pub folders: Option<Folders>,
    /// Where work is saved by itself.
    pub recovery: Option<Recovery>,
    /// The window.
    pub window: Box<dyn Window>,
}

impl Outside {
    /// Hands a restoration to the worker and stops the timing under way: nothing keeps a restoration
    /// waiting. `None` without a worker.
    pub(crate) fn submit(&self, job: &Job, timing: Option<JobId>) -> Option<JobId> {
        let engine = self.engine.as_ref()?;
        if let Some(timing) = timing {
            engine.stop(timing);
        }
        Some(engine.submit(job.clone()))
    }
}
