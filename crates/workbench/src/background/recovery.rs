//! Where work is saved by itself, and what crashes have left there.
//!
//! Every window has files of its own, one for the work and one for simulated damage, and holds a lock beside it, which the system releases when
//! the process ends, however it ends. A file whose lock nobody holds was left behind by a crash; a
//! window that closes takes its file away.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use super::session;
use desk::Source;
use desk::session::{EXTENSION, Leftover, PhotoReference, Snapshot};

/// Before the ending of the file of simulated damage.
const SIMULATION: &str = "simulation";

/// A window's own files.
#[derive(Clone)]
pub(crate) struct Recovery {
    folder: PathBuf,
    inner: Arc<Mutex<Inner>>,
}

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
    [EXTENSION.to_owned(), format!("{SIMULATION}.{EXTENSION}")].map(|end| lock.with_extension(end))
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
            let [file, simulation] = beside(&lock);
            Ok(Inner {
                lock: Some((held, lock)),
                file,
                simulation,
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
        let file = match snapshot.simulation {
            Some(_) => &inner.simulation,
            None => &inner.file,
        };
        session::write(snapshot, file)
    }

    /// Nothing needs recovering any more.
    pub(super) fn forget(&self) {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        remove(&inner.file);
        remove(&inner.simulation);
    }

    /// The simulation needs recovering no more; the work that waited for its end may.
    pub(super) fn forget_simulation(&self) {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        remove(&inner.simulation);
    }

    /// The window closes and leaves nothing behind.
    pub(crate) fn end(&self) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        remove(&inner.file);
        remove(&inner.simulation);
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
        locks.flat_map(|lock| left_beside(&lock)).collect()
    }
}

fn left_beside(lock: &Path) -> Vec<Leftover> {
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
    files.into_iter().rev().filter_map(leftover).collect()
}

/// What was saved there; `None` if nothing can be read.
fn leftover(path: PathBuf) -> Option<Leftover> {
    let stored = session::stored(&path).ok()?;
    let modified = std::fs::metadata(&path).and_then(|m| m.modified()).ok()?;
    let age = modified.elapsed().map_or(0, |age| age.as_secs());
    let source = match stored.photo {
        PhotoReference::Demo => Source::Demo,
        PhotoReference::Embedded(_) => Source::Clipboard,
        PhotoReference::File { places, .. } => Source::File(places.first().cloned()?),
    };
    let name = match stored.simulation {
        Some(_) => format!("{}, with simulated damage", source.name()),
        None => source.name(),
    };
    Some(Leftover { path, name, age })
}

/// Throws away what a crash left behind.
pub(super) fn discard(path: &Path) {
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

fn remove(path: &Path) {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            tracing::warn!(%error, path = %path.display(), "a file could not be removed");
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use imaging::{Depth, Mask, Photo, Planar};

    use super::*;
    use desk::session::Mark;
    use desk::{Damage, Settings};

    fn snapshot(simulation: Option<Damage>) -> Snapshot {
        let photo = Photo::from_planar(&Planar::new(40, 40), Depth::Eight);
        let photo = Arc::new(photo);
        Snapshot {
            source: Source::Demo,
            mask: Arc::new(Mask::new(photo.width(), photo.height())),
            photo,
            sha256: None,
            settings: Settings::default(),
            result: None,
            taken: None,
            runs: Vec::new(),
            reports: Vec::new(),
            path: None,
            simulation,
            mark: Mark::default(),
        }
    }

    fn damage() -> Damage {
        Damage {
            truth: Arc::clone(&snapshot(None).photo),
            mask: None,
            recipe: Settings::default().recipe(),
        }
    }

    #[test]
    fn work_and_its_simulation_are_left_behind_and_taken_up_apart() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().to_owned();
        let window = Recovery::begin(place.clone()).expect("a place");
        window.save(&snapshot(None)).expect("written");
        window.save(&snapshot(Some(damage()))).expect("written");
        let other = Recovery::begin(place.clone()).expect("another place");
        assert!(other.leftovers().is_empty(), "its window is open");
        // As if the process had ended: the lock is released and the files stay.
        drop(window);
        let mut left = other.leftovers();
        left.sort_by_key(|leftover| leftover.name.len());
        let names: Vec<_> = left.iter().map(|l| l.name.as_str()).collect();
        let expected = ["Demo photograph", "Demo photograph, with simulated damage"];
        assert_eq!(names, expected);
        discard(&left[1].path);
        let rest = other.leftovers();
        assert_eq!(rest.len(), 1, "the work is still offered");
        discard(&rest[0].path);
        assert!(other.leftovers().is_empty());
        drop(other);
        let locks = std::fs::read_dir(&place).expect("there").count();
        assert_eq!(locks, 1, "only the lock of the other window is left");
    }

    #[test]
    fn a_simulation_that_is_left_takes_its_file_along_and_no_other() {
        let folder = tempfile::tempdir().expect("a folder");
        let window = Recovery::begin(folder.path().to_owned()).expect("a place");
        window.save(&snapshot(None)).expect("written");
        window.save(&snapshot(Some(damage()))).expect("written");
        let files = || std::fs::read_dir(folder.path()).expect("there").count();
        assert_eq!(files(), 3);
        window.forget_simulation();
        assert_eq!(files(), 2);
        window.end();
        assert_eq!(files(), 0);
    }
}
