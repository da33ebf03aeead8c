//! Stores the session where a crash cannot reach it.

use super::save_session::write;
use super::state::SessionState;
use super::{SessionError, Snapshot};
use crate::outside::Outside;
use crate::request::{Broken, Place, Request, Requests, flat};

/// Store the session where a crash cannot reach it.
#[derive(Debug)]
pub struct AutosaveSession(pub Box<Snapshot>);

impl Request for AutosaveSession {
    type State = SessionState;
    type Answer = Result<(), SessionError>;
    const PLACE: Place = Place::Writer;

    fn run(&mut self, outside: &Outside) -> Self::Answer {
        let simulated = self.0.simulation.is_some();
        match &outside.recovery {
            Some(recovery) => recovery.save(simulated, |path| write(&self.0, path)),
            None => Ok(()),
        }
    }

    fn answer(self, answer: Result<Self::Answer, Broken>, state: &mut SessionState) -> Requests {
        state.autosaved(self.0.mark, flat(answer))
    }
}
