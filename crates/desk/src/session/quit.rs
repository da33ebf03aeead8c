//! Closes the window.

use super::state::SessionState;
use crate::outside::Outside;
use crate::request::{Broken, Place, Request, Requests};

/// Close the window.
#[derive(Debug)]
pub(crate) struct Quit;

impl Request for Quit {
    type State = SessionState;
    type Answer = ();
    const PLACE: Place = Place::Here;

    fn run(&mut self, outside: &Outside) {
        outside.window.close();
    }

    fn answer(self, _: Result<(), Broken>, _: &mut SessionState) -> Requests {
        Vec::new()
    }
}
