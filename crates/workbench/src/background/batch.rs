//! What a folder of photos asks of the disk.

use std::path::Path;

use engine::{BatchRequest, Pair};
use imaging::{Photo, SaveOptions};

use super::{Background, pick};
use desk::{Effect, Message, Picked};

impl Background {
    /// Carries out an effect that concerns folders of photos; hands back any other.
    pub(super) fn restore_folders(&self, effect: Effect) -> Option<Effect> {
        match effect {
            Effect::PickBatchPath(which, start) => self.spawn(
                move || Message::BatchPathPicked(which, pick::batch(which, &start)),
                move |_| Message::BatchPathPicked(which, Picked::Nothing),
            ),
            Effect::Survey(asked, request) => self.spawn(
                move || Message::Surveyed(asked, survey(&request)),
                move |reason| Message::Surveyed(asked, Err(reason)),
            ),
            Effect::OpenPair(turn, pair) => self.spawn(
                move || Message::PairOpened(turn, pair.open().map_err(|e| e.to_string())),
                move |reason| Message::PairOpened(turn, Err(reason)),
            ),
            Effect::StorePair(turn, seconds, photo, path) => self.spawn(
                move || Message::PairStored(turn, seconds, store(&photo, &path)),
                move |reason| Message::PairStored(turn, seconds, Err(reason)),
            ),
            other => return self.compute(other),
        }
        None
    }
}

fn survey(request: &BatchRequest) -> Result<Vec<(Pair, bool)>, String> {
    let pairs = request.pairs().map_err(|error| error.to_string())?;
    let looked_at = |mut pair: Pair| {
        pair.check_size();
        let there = pair.is_done();
        (pair, there)
    };
    Ok(pairs.into_iter().map(looked_at).collect())
}

fn store(photo: &Photo, path: &Path) -> Result<(), String> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)
            .map_err(|error| format!("cannot make the folder {}: {error}", folder.display()))?;
    }
    imaging::save(photo, path, &SaveOptions::default()).map_err(|error| error.to_string())
}
