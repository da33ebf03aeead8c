//! Asks the system for the picture on the clipboard.

use crate::outside::Outside;
use crate::request::{Broken, Place, Request, Requests};
use crate::shell::state::State;

/// Ask the system for the picture on the clipboard.
#[derive(Debug)]
pub struct Paste;

impl Request for Paste {
    type State = State;
    type Answer = ();
    const PLACE: Place = Place::Here;

    fn run(&mut self, outside: &Outside) {
        outside.window.paste();
    }

    fn answer(self, _: Result<(), Broken>, _: &mut State) -> Requests {
        Vec::new()
    }
}
