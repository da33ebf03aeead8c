//! Where work is saved by itself, and what crashes have left there.
//!
//! Every window has a file of its own and holds a lock beside it, which the system releases when
//! the process ends, however it ends. A file whose lock nobody holds was left behind by a crash; a
//! window that closes takes its file away.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use super::session;
use crate::document::Source;
use crate::document::session::{EXTENSION, Leftover, PhotoReference, Snapshot};

/// A window's own file.
#[derive(Clone)]
pub(crate) struct Recovery {
    folder: PathBuf,
    inner: Arc<Mutex<Inner>>,
}

struct Inner {
    /// Held while the window is open; `None` once it is closed.
    lock: Option<(File, PathBuf)>,
    file: PathBuf,
}

impl Recovery {
    /// Takes a place in the folder; `None`, with a line in the log, where that cannot be.
    pub(crate) fn begin(folder: PathBuf) -> Option<Self> {
        let begun = std::fs::create_dir_all(&folder).and_then(|()| {
            let since = SystemTime::now().duration_since(UNIX_EPOCH);
            let nanos = since.map_or(0, |since| since.as_nanos());
            let name = format!("{}-{nanos}", std::process::id());
            let lock = folder.join(format!("{name}.lock"));
            let held = File::create(&lock)?;
            held.lock()?;
            let file = folder.join(format!("{name}.{EXTENSION}"));
            Ok(Inner {
                lock: Some((held, lock)),
                file,
            })
        });
        match begun {
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

    /// Saves the work, unless the window has closed meanwhile.
    ///
    /// # Errors
    /// In words.
    pub(super) fn save(&self, snapshot: &Snapshot) -> Result<(), String> {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if inner.lock.is_none() {
            return Ok(());
        }
        session::write(snapshot, &inner.file)
    }

    /// Nothing needs recovering any more.
    pub(super) fn forget(&self) {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        remove(&inner.file);
    }

    /// The window closes and leaves nothing behind.
    pub(crate) fn end(&self) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        remove(&inner.file);
        if let Some((held, path)) = inner.lock.take() {
            drop(held);
            remove(&path);
        }
    }

    /// What windows that are gone have left behind.
    pub(super) fn leftovers(&self) -> Vec<Leftover> {
        let Ok(entries) = std::fs::read_dir(&self.folder) else {
            return Vec::new();
        };
        let locks = entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.extension().is_some_and(|e| e == "lock"));
        locks.filter_map(|lock| leftover(&lock)).collect()
    }
}

fn leftover(lock: &Path) -> Option<Leftover> {
    let file = File::open(lock).ok()?;
    match file.try_lock() {
        Ok(()) => {}
        // Its window is open, or nobody knows: leave it alone.
        Err(TryLockError::WouldBlock | TryLockError::Error(_)) => return None,
    }
    let path = lock.with_extension(EXTENSION);
    let Ok(stored) = session::stored(&path) else {
        // Nothing was saved, or nothing that can be read: there is nothing to offer.
        if !path.exists() {
            remove(lock);
        }
        return None;
    };
    let modified = std::fs::metadata(&path).and_then(|m| m.modified()).ok()?;
    let age = modified.elapsed().map_or(0, |age| age.as_secs());
    let source = match stored.photo {
        PhotoReference::Demo => Source::Demo,
        PhotoReference::Embedded(_) => Source::Clipboard,
        PhotoReference::File { places, .. } => Source::File(places.first().cloned()?),
    };
    Some(Leftover {
        path,
        name: source.name(),
        age,
    })
}

/// Throws away what a crash left behind.
pub(super) fn discard(path: &Path) {
    remove(path);
    remove(&path.with_extension("lock"));
}

fn remove(path: &Path) {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            tracing::warn!(%error, path = %path.display(), "a file could not be removed");
        }
        _ => {}
    }
}
