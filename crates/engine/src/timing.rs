//! How long a denoiser takes on a device: what is timed when there is nothing else to do, so that
//! a restoration's time can be told before any has run.
//!
//! Seconds for a pixel grow with the window, as caches are outgrown and attention looks farther, so
//! the smallest and the largest planned window are timed and those between lie between. What counts
//! of each is the middle of three, after one to warm up.

use std::sync::Arc;
use std::time::Instant;

use burn::tensor::{Device, Tensor};
use diffusion::Denoiser as _;
use imaging::Mask;
use operators::{Chain, NoiseSource, SeededNoise};
use serde::{Deserialize, Serialize};

use crate::control::Control;
use crate::device::DeviceChoice;
use crate::error::EngineError;
use crate::event::JobId;
use crate::prior::LoadedPrior;
use crate::recipe::PriorChoice;
use crate::windows::{LARGEST, SMALLEST};
use crate::work::{Work, planned};

/// What a window of some size takes, on one device with one prior.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Timed {
    /// Its pixels.
    pub pixels: f64,
    /// Seconds for a denoiser evaluation.
    pub evaluation: f64,
    /// Seconds for a vector-Jacobian product, without the evaluation it follows.
    pub product: f64,
}

/// What windows take, on one device with one prior.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Pace {
    /// Those that were timed, smallest first, no two of a size.
    pub sizes: Vec<Timed>,
    /// The prior's stride, by which windows are rounded up.
    pub stride: usize,
}

impl Pace {
    /// Seconds that so much work takes; `None` if nothing was timed.
    #[must_use]
    pub fn seconds(&self, work: &Work) -> Option<f64> {
        work.0.iter().try_fold(0.0, |sum, share| {
            let pixels = share.pixels as f64;
            let (evaluation, product) = self.of_a_pixel(pixels)?;
            let each = share.evaluations as f64 * evaluation + share.products as f64 * product;
            Some(sum + pixels * each)
        })
    }

    /// Seconds for a pixel of a window of so many: those of the nearest sizes, in proportion.
    fn of_a_pixel(&self, pixels: f64) -> Option<(f64, f64)> {
        let each = |size: &Timed| (size.evaluation / size.pixels, size.product / size.pixels);
        let above = self.sizes.partition_point(|size| size.pixels < pixels);
        let below = self.sizes[..above].last();
        match (below, self.sizes.get(above)) {
            (None, None) => None,
            (Some(only), None) | (None, Some(only)) => Some(each(only)),
            (Some(small), Some(large)) => {
                let share = (pixels - small.pixels) / (large.pixels - small.pixels);
                let ((a, b), (c, d)) = (each(small), each(large));
                Some((a + (c - a) * share, b + (d - b) * share))
            }
        }
    }

    /// Whether it could have been timed: a file may hold anything.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let least = |value: f64, least: f64| value.is_finite() && value >= least;
        let sound = |size: &Timed| {
            least(size.pixels, 1.0) && least(size.evaluation, 0.0) && least(size.product, 0.0)
        };
        let ascending = self.sizes.is_sorted_by(|a, b| a.pixels < b.pixels);
        !self.sizes.is_empty() && ascending && self.sizes.iter().all(sound)
    }

    /// The most pixels that were timed.
    #[must_use]
    pub fn largest(&self) -> f64 {
        self.sizes.last().map_or(0.0, |size| size.pixels)
    }

    /// With what was timed later, which counts where both know a size.
    #[must_use]
    pub fn with(self, later: Self) -> Self {
        let mut sizes = later.sizes;
        let new = |size: &Timed| sizes.iter().all(|there| there.pixels != size.pixels);
        let kept: Vec<Timed> = self.sizes.into_iter().filter(new).collect();
        sizes.extend(kept);
        sizes.sort_by(|a, b| a.pixels.total_cmp(&b.pixels));
        Self {
            sizes,
            stride: later.stride,
        }
    }

    /// Everything slower by a factor.
    #[must_use]
    pub fn scaled(mut self, factor: f64) -> Self {
        for size in &mut self.sizes {
            size.evaluation *= factor;
            size.product *= factor;
        }
        self
    }
}

/// What is to be timed: a prior on a device, for what happened to a photo.
#[derive(Clone, Debug)]
pub struct TimingRequest {
    /// The prior.
    pub prior: PriorChoice,
    /// Where.
    pub device: DeviceChoice,
    /// What happened.
    pub operator: Chain,
    /// Width and height of the photo.
    pub photo: (usize, usize),
    /// What was painted over.
    pub mask: Option<Arc<Mask>>,
}

/// Sizes that take longer than this for an evaluation and its product, in seconds, by what smaller
/// ones took, are left out: whoever presses Restore waits for the one that is under way.
const MOST: f64 = 3.0;
const ROUNDS: usize = 3;

/// Times evaluations and products, by a clock that tells seconds.
///
/// # Errors
/// [`EngineError::Stopped`] between two of them, [`EngineError::Device`] if the device breaks.
pub(crate) fn time(
    prior: &LoadedPrior,
    device: &Device,
    request: &TimingRequest,
    clock: &dyn Fn() -> f64,
    (control, id): (&Control, JobId),
) -> Result<Pace, EngineError> {
    let stride = prior.denoiser.stride().max(1);
    let windows = planned(
        &request.operator,
        request.photo,
        request.mask.as_deref(),
        stride,
    );
    let mut pace = Pace {
        sizes: Vec::new(),
        stride,
    };
    let timer = Timer {
        prior,
        device,
        clock,
        stopped: &|| control.is_stopped(id),
    };
    let windows: Vec<_> = windows.iter().flatten().map(|window| window.size).collect();
    for (width, height) in sizes(&windows, stride) {
        let pixels = (width * height) as f64;
        let expected = pace
            .of_a_pixel(pixels)
            .map_or(0.0, |(e, p)| pixels * (e + p));
        if expected <= MOST {
            pace.sizes.push(timer.time(width, height)?);
        }
    }
    Ok(pace)
}

/// A clock for [`time`].
pub(crate) fn clock() -> impl Fn() -> f64 {
    let started = Instant::now();
    move || started.elapsed().as_secs_f64()
}

/// The smallest and the largest of these windows, smallest first, no larger than those that
/// inpainting samples; only one if they are about as large.
fn sizes(windows: &[(usize, usize)], stride: usize) -> Vec<(usize, usize)> {
    let limit = (LARGEST / stride * stride).max(stride);
    let area = |size: &(usize, usize)| size.0 * size.1;
    let mut sizes: Vec<_> = windows
        .iter()
        .map(|(width, height)| (*width.min(&limit), *height.min(&limit)))
        .collect();
    sizes.sort_by_key(area);
    match (sizes.first(), sizes.last()) {
        (Some(small), Some(large)) if 2 * area(large) > 3 * area(small) => vec![*small, *large],
        (_, Some(large)) => vec![*large],
        _ => vec![(
            SMALLEST.next_multiple_of(stride),
            SMALLEST.next_multiple_of(stride),
        )],
    }
}

struct Timer<'a> {
    prior: &'a LoadedPrior,
    device: &'a Device,
    clock: &'a dyn Fn() -> f64,
    stopped: &'a dyn Fn() -> bool,
}

impl Timer<'_> {
    fn time(&self, width: usize, height: usize) -> Result<Timed, EngineError> {
        let x = SeededNoise::new(0, 0).normal([1, 3, height, width], self.device);
        let level = self.prior.schedule.level(self.prior.schedule.len() / 2);
        let evaluation = || self.prior.denoiser.evaluate(x.clone(), level).eps;
        let both = || {
            let point = self.prior.denoiser.linearise(x.clone(), level);
            (point.pullback)(x.clone())
        };
        // The first prepares what the others find: weights, kernels, memory.
        let _ = self.seconds(&both)?;
        let (mut evaluations, mut pairs) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            evaluations.push(self.seconds(&evaluation)?);
            pairs.push(self.seconds(&both)?);
        }
        let evaluation = middle(evaluations);
        Ok(Timed {
            pixels: (width * height) as f64,
            evaluation,
            product: (middle(pairs) - evaluation).max(0.0),
        })
    }

    fn seconds(&self, compute: &dyn Fn() -> Tensor<4>) -> Result<f64, EngineError> {
        if (self.stopped)() {
            return Err(EngineError::Stopped);
        }
        let started = (self.clock)();
        finish(compute())?;
        Ok((self.clock)() - started)
    }
}

/// The middle of an odd number of values.
fn middle(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Waits until a tensor is computed.
fn finish(tensor: Tensor<4>) -> Result<(), EngineError> {
    let data = tensor.sum().try_into_data();
    data.map(|_| ())
        .map_err(|e| EngineError::Device(format!("the device did not compute: {e:?}")))
}

#[cfg(test)]
mod tests;
