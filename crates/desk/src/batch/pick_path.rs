//! Asks the system's chooser for a path of a batch.

use std::path::PathBuf;

use imaging::FileFormat;

use super::form::BatchPath;
use super::state::BatchState;
use crate::outside::{Chooser, Kind, Outside, Picked};
use crate::request::{Broken, Request, Requests};

/// Ask the system's chooser for a path of a batch.
#[derive(Debug)]
pub(crate) struct PickPath {
    /// Which path.
    pub which: BatchPath,
    /// Where to begin.
    pub start: PathBuf,
}

impl Request for PickPath {
    type State = BatchState;
    type Answer = Picked;

    fn run(&mut self, outside: &Outside) -> Picked {
        let folder = |title| Chooser::near(title, Kind::Folder, &self.start);
        outside.window.choose(&match self.which {
            BatchPath::Photos => folder("The folder of photos"),
            BatchPath::Masks => folder("The folder of masks"),
            BatchPath::Output => folder("The folder for the results"),
            BatchPath::Mask => Chooser::near("The mask for all photos", Kind::Open, &self.start)
                .with_filter("Pictures", FileFormat::readable_endings()),
        })
    }

    fn answer(self, answer: Result<Picked, Broken>, state: &mut BatchState) -> Requests {
        state.batch_path_picked(self.which, answer.unwrap_or(Picked::Nothing))
    }
}
