//! Asks the system's chooser for a checkpoint.

use std::path::PathBuf;

use super::import_form::CHECKPOINTS;
use super::state::RecipeState;
use crate::outside::{Chooser, Kind, Outside, Picked};
use crate::request::{Broken, Request, Requests};

/// Ask the system's chooser for a checkpoint.
#[derive(Debug)]
pub struct PickPrior {
    /// Whether a folder is asked for, and no file.
    pub folder: bool,
    /// Where to begin.
    pub start: PathBuf,
}

impl Request for PickPrior {
    type State = RecipeState;
    type Answer = Picked;

    fn run(&mut self, outside: &Outside) -> Picked {
        let title = "Import checkpoint";
        let chooser = if self.folder {
            Chooser::near(title, Kind::Folder, &self.start)
        } else {
            Chooser::near(title, Kind::Open, &self.start)
                .with_filter("Checkpoints", CHECKPOINTS.to_vec())
        };
        outside.window.choose(&chooser)
    }

    fn answer(self, answer: Result<Picked, Broken>, state: &mut RecipeState) -> Requests {
        state.prior_picked(answer.unwrap_or(Picked::Nothing))
    }
}
