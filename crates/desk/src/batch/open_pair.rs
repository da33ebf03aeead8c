//! Reads a photo of a batch and its mask.

use std::sync::Arc;

use engine::{EngineError, Pair};
use imaging::{Mask, Photo};

use super::run::Turn;
use super::state::BatchState;
use crate::outside::Outside;
use crate::request::{Broken, Request, Requests, flat};

/// Read a photo of a batch and its mask.
#[derive(Debug)]
pub(crate) struct OpenPair {
    /// Whose turn it is.
    pub turn: Turn,
    /// Photo and mask.
    pub pair: Box<Pair>,
}

impl Request for OpenPair {
    type State = BatchState;
    type Answer = Result<(Arc<Photo>, Option<Arc<Mask>>), EngineError>;

    fn run(&mut self, _: &Outside) -> Self::Answer {
        self.pair.open()
    }

    fn answer(self, answer: Result<Self::Answer, Broken>, state: &mut BatchState) -> Requests {
        state.pair_opened(self.turn, flat(answer))
    }
}
