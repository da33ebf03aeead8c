//! Finds what crashes have left behind.

use std::path::PathBuf;

use super::open::stored;
use super::state::SessionState;
use super::{Leftover, PhotoReference};
use crate::mask::document::Source;
use crate::outside::{Outside, Recovery};
use crate::request::{Broken, Request, Requests};

/// Find what crashes have left behind.
#[derive(Debug)]
pub struct FindLeftovers;

impl Request for FindLeftovers {
    type State = SessionState;
    type Answer = Vec<Leftover>;

    fn run(&mut self, outside: &Outside) -> Vec<Leftover> {
        let files = outside.recovery.as_ref().map(Recovery::leftovers);
        let files = files.unwrap_or_default();
        files.into_iter().filter_map(leftover).collect()
    }

    fn answer(self, answer: Result<Vec<Leftover>, Broken>, state: &mut SessionState) -> Requests {
        state.offer(answer.unwrap_or_default());
        Vec::new()
    }
}

/// What was saved there; `None` if nothing can be read.
fn leftover(path: PathBuf) -> Option<Leftover> {
    let stored = stored(&path).ok()?;
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use imaging::{Depth, Mask, Photo, Planar};

    use super::*;
    use crate::session::save_session::write;
    use crate::session::{Mark, Snapshot};
    use crate::{Damage, Settings};

    fn save(window: &Recovery, snapshot: &Snapshot) {
        let simulated = snapshot.simulation.is_some();
        window
            .save(simulated, |path| write(snapshot, path))
            .expect("written");
    }

    fn left_behind(window: &Recovery) -> Vec<Leftover> {
        window
            .leftovers()
            .into_iter()
            .filter_map(leftover)
            .collect()
    }

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
        save(&window, &snapshot(None));
        save(&window, &snapshot(Some(damage())));
        let other = Recovery::begin(place.clone()).expect("another place");
        assert!(left_behind(&other).is_empty(), "its window is open");
        // As if the process had ended: the lock is released and the files stay.
        drop(window);
        let mut left = left_behind(&other);
        left.sort_by_key(|leftover| leftover.name.len());
        let names: Vec<_> = left.iter().map(|l| l.name.as_str()).collect();
        let expected = ["Demo photograph", "Demo photograph, with simulated damage"];
        assert_eq!(names, expected);
        Recovery::discard(&left[1].path);
        let rest = left_behind(&other);
        assert_eq!(rest.len(), 1, "the work is still offered");
        Recovery::discard(&rest[0].path);
        assert!(left_behind(&other).is_empty());
        drop(other);
        let locks = std::fs::read_dir(&place).expect("there").count();
        assert_eq!(locks, 1, "only the lock of the other window is left");
    }

    #[test]
    fn a_simulation_that_is_left_takes_its_file_along_and_no_other() {
        let folder = tempfile::tempdir().expect("a folder");
        let window = Recovery::begin(folder.path().to_owned()).expect("a place");
        save(&window, &snapshot(None));
        save(&window, &snapshot(Some(damage())));
        let files = || std::fs::read_dir(folder.path()).expect("there").count();
        assert_eq!(files(), 3);
        window.forget_simulation();
        assert_eq!(files(), 2);
        window.end();
        assert_eq!(files(), 0);
    }
}
