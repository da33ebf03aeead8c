//! Puts text on the clipboard.

use super::state::RunsState;
use crate::outside::Outside;
use crate::request::{Broken, Place, Request, Requests};

/// Put text on the clipboard.
#[derive(Debug)]
pub(crate) struct CopyText(pub String);

impl Request for CopyText {
    type State = RunsState;
    type Answer = ();
    const PLACE: Place = Place::Here;

    fn run(&mut self, outside: &Outside) {
        outside.window.copy(std::mem::take(&mut self.0));
    }

    fn answer(self, _: Result<(), Broken>, _: &mut RunsState) -> Requests {
        Vec::new()
    }
}
