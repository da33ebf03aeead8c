//! Stores a session.

use std::path::{Path, PathBuf};

use super::state::SessionState;
use super::{SessionError, Snapshot};
use crate::outside::Outside;
use crate::request::{Broken, Place, Request, Requests, flat};

/// Store a session.
#[derive(Debug)]
pub struct SaveSession {
    /// What is stored.
    pub snapshot: Box<Snapshot>,
    /// Where.
    pub path: PathBuf,
}

/// Writes a session in one step.
///
/// # Errors
/// Those of [`Snapshot::to_bytes`], and [`SessionError::Picture`] where the disk does not take it.
pub(crate) fn write(snapshot: &Snapshot, path: &Path) -> Result<(), SessionError> {
    let bytes = snapshot.to_bytes(path)?;
    Ok(imaging::write_atomically(path, &bytes)?)
}

impl Request for SaveSession {
    type State = SessionState;
    type Answer = Result<(), SessionError>;
    const PLACE: Place = Place::Writer;

    fn run(&mut self, _: &Outside) -> Self::Answer {
        write(&self.snapshot, &self.path)
    }

    fn answer(self, answer: Result<Self::Answer, Broken>, state: &mut SessionState) -> Requests {
        match flat(answer) {
            Ok(()) => state.session_saved(self.path, self.snapshot.mark),
            Err(error) => {
                state.session_not_saved(&error);
                Vec::new()
            }
        }
    }
}
