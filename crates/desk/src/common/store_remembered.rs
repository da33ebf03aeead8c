//! Writes down what is remembered from one start to the next.

use super::notice::Notice;
use super::remembered::Remembered;
use super::state::CommonState;
use crate::outside::{self, Outside, StoreError};
use crate::request::{BoxedRequest, Broken, Place, Request, Requests, flat};

/// Write down what is remembered.
#[derive(Debug)]
pub(crate) struct StoreRemembered(pub Box<Remembered>);

impl Request for StoreRemembered {
    type State = CommonState;
    type Answer = Result<(), StoreError>;
    const PLACE: Place = Place::Writer;

    fn run(&mut self, outside: &Outside) -> Self::Answer {
        let Some(folders) = &outside.folders else {
            return Ok(());
        };
        let text = serde_json::to_string_pretty(&self.0)?;
        outside::write(&folders.remembered(), &text)
    }

    fn answer(self, answer: Result<Self::Answer, Broken>, state: &mut CommonState) -> Requests {
        if let Err(error) = flat(answer) {
            state.notice = Some(Notice::error(&error.to_string()));
        }
        Vec::new()
    }
}

impl CommonState {
    /// Writes down what is remembered.
    pub(crate) fn remember(&self) -> BoxedRequest {
        StoreRemembered(Box::new(self.remembered.clone())).into()
    }
}
