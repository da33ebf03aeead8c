//! Puts text on the clipboard.

use crate::outside::Outside;
use crate::request::{Broken, Place, Request, Requests};
use crate::shell::state::State;

/// Put text on the clipboard.
#[derive(Debug)]
pub(crate) struct CopyText(pub String);

impl Request for CopyText {
    type State = State;
    type Answer = ();
    const PLACE: Place = Place::Here;

    fn run(&mut self, outside: &Outside) {
        outside.window.copy(std::mem::take(&mut self.0));
    }

    fn answer(self, _: Result<(), Broken>, _: &mut State) -> Requests {
        Vec::new()
    }
}
