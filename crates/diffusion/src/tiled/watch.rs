//! Looking in on an evaluation of many tiles: whoever waits for it can pause it between two of them, or
//! stop it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Asked after every batch of tiles, with the tiles that are done and how many there are: whether to go on.
pub type Watch = Arc<dyn Fn(usize, usize) -> bool + Send + Sync>;

/// Who looks in, and whether they stopped it. Clones are the same.
#[derive(Clone, Default)]
pub(super) struct Watched(Arc<Shared>);

#[derive(Default)]
struct Shared {
    watch: Mutex<Option<Watch>>,
    interrupted: AtomicBool,
}

impl Watched {
    /// From now on this one is asked; what was stopped before counts no longer.
    pub(super) fn set(&self, watch: Option<Watch>) {
        // The lock only guards an assignment, so a poisoned one still holds a whole value.
        *self.0.watch.lock().unwrap_or_else(PoisonError::into_inner) = watch;
        self.0.interrupted.store(false, Ordering::Relaxed);
    }

    /// Whether to go on after so many tiles.
    pub(super) fn goes_on(&self, done: usize, tiles: usize) -> bool {
        if self.is_interrupted() {
            return false;
        }
        let watch = self
            .0
            .watch
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let goes_on = watch.is_none_or(|watch| watch(done, tiles));
        if !goes_on {
            self.0.interrupted.store(true, Ordering::Relaxed);
        }
        goes_on
    }

    pub(super) fn is_interrupted(&self) -> bool {
        self.0.interrupted.load(Ordering::Relaxed)
    }
}
