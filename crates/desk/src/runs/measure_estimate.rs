//! Measures an estimate of a running restoration against the truth.

use super::gauge::{Gauge, Live};
use super::state::RunsState;
use crate::outside::Outside;
use crate::request::{Broken, Request, Requests};

/// Measure an estimate against the truth.
#[derive(Debug)]
pub(crate) struct MeasureEstimate(pub Box<Gauge>);

impl Request for MeasureEstimate {
    type State = RunsState;
    /// `None` for bytes that are no picture.
    type Answer = Option<Live>;

    fn run(&mut self, _: &Outside) -> Option<Live> {
        self.0.measure()
    }

    fn answer(self, answer: Result<Option<Live>, Broken>, state: &mut RunsState) -> Requests {
        state.gauged(self.0.place, answer.unwrap_or(None))
    }
}
