//! Closes the window.

use crate::outside::Outside;
use crate::request::{Broken, Place, Request, Requests};
use crate::shell::state::State;

/// Close the window.
#[derive(Debug)]
pub struct Quit;

impl Request for Quit {
    type State = State;
    type Answer = ();
    const PLACE: Place = Place::Here;

    fn run(&mut self, outside: &Outside) {
        outside.window.close();
    }

    fn answer(self, _: Result<(), Broken>, _: &mut State) -> Requests {
        Vec::new()
    }
}
