//! Writes the settings file.

use crate::common::notice::Notice;
use crate::outside::{self, Outside, StoreError};
use crate::request::{Broken, Place, Request, Requests, flat};
use crate::session::preferences::Preferences;
use crate::session::state::SessionState;

/// Write the settings file.
#[derive(Debug)]
pub(crate) struct StorePreferences(pub Box<Preferences>);

impl Request for StorePreferences {
    type State = SessionState;
    type Answer = Result<(), StoreError>;
    const PLACE: Place = Place::Writer;

    fn run(&mut self, outside: &Outside) -> Self::Answer {
        match &outside.folders {
            Some(folders) => outside::write(&folders.settings(), &self.0.written()),
            None => Ok(()),
        }
    }

    fn answer(self, answer: Result<Self::Answer, Broken>, state: &mut SessionState) -> Requests {
        if let Err(error) = flat(answer) {
            state.notice = Some(Notice::error(&error.to_string()));
        }
        Vec::new()
    }
}
