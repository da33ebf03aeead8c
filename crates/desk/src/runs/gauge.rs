//! How close the estimate of a running restoration is to a known truth, worked out beside the
//! window's thread: at most one at a time, and of those that wait only the latest.

use std::sync::Arc;

use engine::Preview;
use imaging::{Mask, Photo, Rect};

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
    pub(crate) truth: Arc<Photo>,
    pub(crate) mask: Option<Arc<Mask>>,
    pub(crate) preview: Preview,
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
