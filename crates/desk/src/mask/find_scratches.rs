//! Looks for scratches in a photo.

use std::sync::Arc;

use imaging::{Mask, Photo, ScratchSearch};

use super::state::MaskState;
use crate::outside::Outside;
use crate::request::{Broken, Request, Requests};

/// Look for scratches in a photo.
#[derive(Debug)]
pub(crate) struct FindScratches {
    /// The photo.
    pub photo: Arc<Photo>,
    /// What is looked for.
    pub search: ScratchSearch,
}

impl Request for FindScratches {
    type State = MaskState;
    type Answer = Mask;

    fn run(&mut self, _: &Outside) -> Mask {
        self.search.propose(&self.photo)
    }

    fn answer(self, answer: Result<Mask, Broken>, state: &mut MaskState) -> Requests {
        state.scratches_found(&self.photo, answer)
    }
}
