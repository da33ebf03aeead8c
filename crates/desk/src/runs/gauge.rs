//! How close the estimate of a running restoration is to a known truth, worked out beside the
//! window's thread: at most one at a time, and of those that wait only the latest.

use std::sync::Arc;

use engine::Preview;
use imaging::{Mask, Photo, Rect};

use crate::request::{BoxedRequest, Requests, one};
use crate::runs::MeasureEstimate;
use crate::shell::state::State;

/// Distance of an estimate from the truth within its window, over the restored pixels if there is a
/// mask, on sRGB values with peak 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Live {
    /// Peak signal-to-noise ratio in dB; infinite when equal.
    pub psnr: f64,
    /// Structural similarity; `None` where the window has no room for its 11 pixels.
    pub ssim: Option<f64>,
}

/// An estimate that is to be measured.
#[derive(Clone, Debug)]
pub struct Gauge {
    /// Which filmstrip, step and window it is of.
    pub place: (u64, usize, Rect),
    truth: Arc<Photo>,
    mask: Option<Arc<Mask>>,
    preview: Preview,
}

impl Gauge {
    /// Measures. Takes about as long as filtering the window eleven times in each direction: some
    /// milliseconds for 256 × 256 pixels. `None` for bytes that are no picture.
    #[must_use]
    pub fn measure(&self) -> Option<Live> {
        let mask = self.mask.as_deref();
        let (_, psnr, ssim) = engine::closeness_on_the_way(&self.preview, &self.truth, mask)?;
        Some(Live { psnr, ssim })
    }
}

impl State {
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
