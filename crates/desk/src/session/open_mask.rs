//! Decodes a mask.

use std::path::PathBuf;

use imaging::{ImagingError, Mask};

use super::state::SessionState;
use crate::outside::Outside;
use crate::request::{Broken, Request, Requests, flat};

/// Decode a mask.
#[derive(Debug)]
pub struct OpenMask(pub PathBuf);

impl Request for OpenMask {
    type State = SessionState;
    type Answer = Result<Mask, ImagingError>;

    fn run(&mut self, _: &Outside) -> Self::Answer {
        Mask::open(&self.0)
    }

    fn answer(self, answer: Result<Self::Answer, Broken>, state: &mut SessionState) -> Requests {
        state.mask_opened(flat(answer));
        Vec::new()
    }
}
