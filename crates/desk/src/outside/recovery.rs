//! The place where a window saves its work by itself, and the places that crashes have left behind.
//!
//! Every window has files of its own, one for the work and one for simulated damage, and holds a
//! lock beside them, which the system releases when the process ends, however it ends. A file whose
//! lock nobody holds was left behind by a crash; a window that closes takes its files away.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

/// What the names of session files end with.
pub(crate) const SESSION: &str = "tweedie";
/// Before the ending of the file of simulated damage.
const SIMULATION: &str = "simulation";

/// A window's own files.
#[derive(Clone, Debug)]
pub struct Recovery {
    folder: PathBuf,
    inner: Arc<Mutex<Inner>>,
}

#[derive(Debug)]
struct Inner {
    /// Held while the window is open; `None` once it is closed.
    lock: Option<(File, PathBuf)>,
    /// Of the work.
    file: PathBuf,
    /// Of simulated damage, while the work waits for its end.
    simulation: PathBuf,
}

/// The files beside a lock: the work, and simulated damage.
fn beside(lock: &Path) -> [PathBuf; 2] {
    [SESSION.to_owned(), format!("{SIMULATION}.{SESSION}")].map(|end| lock.with_extension(end))
}

impl Recovery {
    /// Takes a place in the folder; `None`, with a line in the log, where that cannot be.
    #[must_use]
    pub fn begin(folder: PathBuf) -> Option<Self> {
        match Inner::begin(&folder) {
            Ok(inner) => Some(Self {
                folder,
                inner: Arc::new(Mutex::new(inner)),
            }),
            Err(error) => {
                tracing::warn!(%error, folder = %folder.display(), "work cannot be saved by itself");
                None
            }
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands the file of the work, or of simulated damage, to `write`, unless the window has closed
    /// meanwhile.
    ///
    /// # Errors
    /// Those of `write`.
    pub(crate) fn save<E>(
        &self,
        simulated: bool,
        write: impl FnOnce(&Path) -> Result<(), E>,
    ) -> Result<(), E> {
        let inner = self.inner();
        if inner.lock.is_none() {
            return Ok(());
        }
        write(if simulated {
            &inner.simulation
        } else {
            &inner.file
        })
    }

    /// Nothing needs recovering any more.
    pub(crate) fn forget(&self) {
        let inner = self.inner();
        remove(&inner.file);
        remove(&inner.simulation);
    }

    /// The simulation needs recovering no more; the work that waited for its end may.
    pub(crate) fn forget_simulation(&self) {
        remove(&self.inner().simulation);
    }

    /// The window closes and leaves nothing behind.
    pub fn end(&self) {
        let mut inner = self.inner();
        remove(&inner.file);
        remove(&inner.simulation);
        if let Some((held, path)) = inner.lock.take() {
            drop(held);
            remove(&path);
        }
    }

    /// The window is gone without having been closed, as after a crash: its files stay, and nobody
    /// holds them.
    pub fn abandon(&self) {
        drop(self.inner().lock.take());
    }

    /// The files that windows which are gone have left behind.
    pub(crate) fn leftovers(&self) -> Vec<PathBuf> {
        let Ok(entries) = std::fs::read_dir(&self.folder) else {
            return Vec::new();
        };
        let locks = entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.extension().is_some_and(|e| e == "lock"));
        locks.flat_map(|lock| left_beside(&lock)).collect()
    }

    /// Throws away a file that a crash left behind.
    pub(crate) fn discard(path: &Path) {
        remove(path);
        let lock = path.with_extension("");
        let lock = if lock.extension().is_some_and(|end| end == SIMULATION) {
            lock.with_extension("lock")
        } else {
            path.with_extension("lock")
        };
        // The lock is what the other is found by.
        if !beside(&lock).iter().any(|file| file.exists()) {
            remove(&lock);
        }
    }
}

impl Inner {
    fn begin(folder: &Path) -> std::io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let nanos = since.map_or(0, |since| since.as_nanos());
        let name = format!("{}-{nanos}", std::process::id());
        let lock = folder.join(format!("{name}.lock"));
        let held = File::create(&lock)?;
        held.lock()?;
        let [file, simulation] = beside(&lock);
        Ok(Self {
            lock: Some((held, lock)),
            file,
            simulation,
        })
    }
}

fn left_beside(lock: &Path) -> Vec<PathBuf> {
    let Ok(file) = File::open(lock) else {
        return Vec::new();
    };
    match file.try_lock() {
        Ok(()) => {}
        // Its window is open, or nobody knows: leave it alone.
        Err(TryLockError::WouldBlock | TryLockError::Error(_)) => return Vec::new(),
    }
    let files = beside(lock);
    if !files.iter().any(|file| file.exists()) {
        // Nothing was saved: there is nothing to offer.
        remove(lock);
    }
    // Of two that were saved in the same second the simulation is the later.
    files.into_iter().rev().collect()
}

fn remove(path: &Path) {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            tracing::warn!(%error, path = %path.display(), "a file could not be removed");
        }
        _ => {}
    }
}
