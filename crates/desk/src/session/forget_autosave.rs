//! Takes away what was saved by itself and needs recovering no more.
//!
//! Behind what is being written, so that no save that waits brings a file back.

use std::path::PathBuf;

use super::state::SessionState;
use crate::common::notice::Notice;
use crate::outside::{Outside, Recovery};
use crate::request::{Broken, Place, Request, Requests};

/// Take away what needs recovering no more.
#[derive(Debug, PartialEq, Eq)]
pub enum ForgetAutosave {
    /// All files of this window.
    Everything,
    /// The simulation of this window.
    Simulation,
    /// What a crash left behind.
    Leftover(PathBuf),
}

impl Request for ForgetAutosave {
    type State = SessionState;
    type Answer = ();
    const PLACE: Place = Place::Writer;

    fn run(&mut self, outside: &Outside) {
        match (self, &outside.recovery) {
            (Self::Leftover(path), _) => Recovery::discard(path),
            (Self::Everything, Some(recovery)) => recovery.forget(),
            (Self::Simulation, Some(recovery)) => recovery.forget_simulation(),
            (_, None) => {}
        }
    }

    fn answer(self, answer: Result<(), Broken>, state: &mut SessionState) -> Requests {
        if let Err(broken) = answer {
            state.notice = Some(Notice::error(&broken.to_string()));
        }
        Vec::new()
    }
}
