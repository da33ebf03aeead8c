//! Stores the result of a photo of a batch.

use std::path::PathBuf;
use std::sync::Arc;

use imaging::{Photo, SaveOptions};

use super::run::Turn;
use super::state::BatchState;
use crate::outside::{Outside, StoreError, make_folder_of};
use crate::request::{Broken, Request, Requests, flat};

/// Store the result of a photo of a batch.
#[derive(Debug)]
pub(crate) struct StorePair {
    /// Whose turn it is.
    pub turn: Turn,
    /// How long it took.
    pub seconds: f64,
    /// The result.
    pub photo: Arc<Photo>,
    /// Where it is stored.
    pub path: PathBuf,
}

impl Request for StorePair {
    type State = BatchState;
    type Answer = Result<(), StoreError>;

    fn run(&mut self, _: &Outside) -> Self::Answer {
        make_folder_of(&self.path)?;
        let options = SaveOptions::default();
        Ok(imaging::save(&self.photo, &self.path, &options)?)
    }

    fn answer(self, answer: Result<Self::Answer, Broken>, state: &mut BatchState) -> Requests {
        state.pair_stored(self.turn, self.seconds, flat(answer))
    }
}
