//! Looks for scratches in a photo.

use std::sync::Arc;

use imaging::{Mask, Photo, ScratchSearch};

use crate::outside::Outside;
use crate::request::{Broken, Request, Requests};
use crate::shell::state::State;

/// Look for scratches in a photo.
#[derive(Debug)]
pub(crate) struct FindScratches {
    /// The photo.
    pub photo: Arc<Photo>,
    /// What is looked for.
    pub search: ScratchSearch,
}

impl Request for FindScratches {
    type State = State;
    type Answer = Mask;

    fn run(&mut self, _: &Outside) -> Mask {
        self.search.propose(&self.photo)
    }

    fn answer(self, answer: Result<Mask, Broken>, state: &mut State) -> Requests {
        state.scratches_found(&self.photo, answer)
    }
}
