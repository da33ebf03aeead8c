//! Reads a session and the photo it is about.

use super::opened::Opened;
use super::state::SessionState;
use super::{Refusal, SessionRequest};
use crate::outside::Outside;
use crate::request::{Broken, Request, Requests};

/// Read a session and its photo.
#[derive(Debug)]
pub struct OpenSession(pub SessionRequest);

impl Request for OpenSession {
    type State = SessionState;
    type Answer = Result<Opened, Refusal>;

    fn run(&mut self, _: &Outside) -> Self::Answer {
        super::open::resume(self.0.clone())
    }

    fn answer(self, answer: Result<Self::Answer, Broken>, state: &mut SessionState) -> Requests {
        let refusal = match answer {
            Ok(Ok(opened)) => return state.arrived(opened),
            Ok(Err(refusal)) => refusal,
            Err(broken) => Refusal::Broken(broken.into()),
        };
        state.refused(refusal);
        Vec::new()
    }
}
