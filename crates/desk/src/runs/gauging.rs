//! Measures the estimates of a running restoration against a known truth, one at a time.

use std::sync::Arc;

use engine::Preview;
use imaging::Rect;

use super::MeasureEstimate;
use super::gauge::{Gauge, Live};
use super::state::RunsState;
use crate::request::{BoxedRequest, Requests, one};

impl RunsState {
    /// Asks how close a preview of the run under way is to the truth, if that is known.
    pub(crate) fn gauge(&mut self, preview: &Preview) -> Option<BoxedRequest> {
        let truth = self.truth()?;
        let inside = truth.bounds().contains_rect(preview.window);
        if !inside || preview.rgba.len() != 4 * preview.window.area() {
            return None;
        }
        let gauge = Gauge {
            place: (self.runs.frames.generation, preview.done, preview.window),
            truth: Arc::clone(truth),
            mask: self.runs.active.as_ref()?.job.mask.clone(),
            preview: preview.clone(),
        };
        if self.runs.gauging {
            self.runs.to_gauge = Some(Box::new(gauge));
            return None;
        }
        self.runs.gauging = true;
        Some(MeasureEstimate(Box::new(gauge)).into())
    }

    /// An estimate was measured. The next one follows.
    pub(crate) fn gauged(&mut self, place: (u64, usize, Rect), live: Option<Live>) -> Requests {
        if let Some(live) = live {
            self.runs.frames.gauged(place, live);
        }
        let next = self.runs.to_gauge.take();
        self.runs.gauging = next.is_some();
        one(next.map(MeasureEstimate))
    }
}
