//! Asks the system for the picture on the clipboard.

use super::state::SessionState;
use crate::outside::Outside;
use crate::request::{Broken, Place, Request, Requests};

/// Ask the system for the picture on the clipboard.
#[derive(Debug)]
pub struct Paste;

impl Request for Paste {
    type State = SessionState;
    type Answer = ();
    const PLACE: Place = Place::Here;

    fn run(&mut self, outside: &Outside) {
        outside.window.paste();
    }

    fn answer(self, _: Result<(), Broken>, _: &mut SessionState) -> Requests {
        Vec::new()
    }
}
