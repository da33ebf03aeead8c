//! What a prior is worth, in numbers and pictures.
//!
//! Works on anything that can denoise: a prior just trained, one from elsewhere, a closed form.
//! All noise has an address (see [`crate::Cropping`] for the crops), so the same prior, pictures
//! and options give the same numbers whatever the batch size.

mod denoising;
mod estimation;
mod loss;
mod markdown;
mod memorisation;
mod nearest;
mod report;
mod samples;
mod sheet;

use std::ops::ControlFlow;

use imaging::Planar;

pub use denoising::{Denoised, denoising};
pub use diffusion::Subject;
pub use estimation::{ESTIMATED_AT, Estimated, estimation};
pub use loss::{LossByNoise, NoiseBin, loss_by_noise};
pub use memorisation::{Distances, Memorisation, memorisation};
pub use report::{Data, Measures, Sheets, measure};
pub(crate) use report::{columns, save_sheet};
pub use samples::unconditional_samples;
pub use sheet::contact_sheet;

use crate::error::TrainerError;

/// How to measure.
#[derive(Clone, Debug)]
pub struct MeasureOptions {
    /// The side of the crops and samples, in pixels; a multiple of the denoiser's stride.
    pub side: usize,
    /// How many held-out crops.
    pub crops: usize,
    /// How many unconditional samples; 0 for none.
    pub samples: usize,
    /// DDIM steps of a sample.
    pub steps: usize,
    /// Pictures evaluated at a time: memory against speed, without effect on the numbers.
    pub batch: usize,
    /// Seed of crops, noise and samples.
    pub seed: u64,
    /// Standard deviations of the noise to take away, in 8-bit levels.
    pub sigmas: Vec<f64>,
}

impl MeasureOptions {
    /// 64 crops and 16 samples of 100 steps; sigma 5, 15, 25 and 50.
    #[must_use]
    pub fn new(side: usize) -> Self {
        Self {
            side,
            crops: 64,
            samples: 16,
            steps: 100,
            batch: 16,
            seed: 0,
            sigmas: vec![5.0, 15.0, 25.0, 50.0],
        }
    }

    fn check(&self, subject: &Subject<'_>) -> Result<(), TrainerError> {
        let stride = subject.denoiser.stride();
        let refuse = |reason: String| Err(TrainerError::Setting(reason));
        if self.side == 0 || !self.side.is_multiple_of(stride) {
            return refuse(format!(
                "crops of {} pixels do not fit this prior; the side must be a multiple of {stride}",
                self.side
            ));
        }
        if self.crops == 0 || self.batch == 0 {
            return refuse("at least one crop and a batch of one are needed".to_owned());
        }
        let length = subject.schedule.len();
        if self.samples > 0 && !(1..=length).contains(&self.steps) {
            return refuse(format!(
                "{} sampling steps; between 1 and {length} are possible",
                self.steps
            ));
        }
        match self.sigmas.iter().find(|s| !(**s > 0.0 && **s <= 255.0)) {
            Some(sigma) => refuse(format!(
                "sigma {sigma} is not between 0 and 255 8-bit levels"
            )),
            None => Ok(()),
        }
    }
}

/// Which part of a measurement is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measuring {
    /// A few words: what is measured.
    pub what: &'static str,
    /// Evaluations done.
    pub done: usize,
    /// Evaluations in all.
    pub of: usize,
}

/// Hears of [`Measuring`], and may break off.
pub type Listener<'a> = &'a mut dyn FnMut(Measuring) -> ControlFlow<()>;

fn tell(listener: Listener<'_>, now: Measuring) -> Result<(), TrainerError> {
    match listener(now) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(TrainerError::Stopped),
    }
}

/// `-10 log10` of the mean squared error of pictures in [0, 1].
fn psnr(a: &Planar, b: &Planar) -> f64 {
    imaging::psnr(a, b)
}

fn finite(values: &[f32], quantity: &'static str) -> Result<(), TrainerError> {
    if values.iter().all(|v| v.is_finite()) {
        return Ok(());
    }
    Err(TrainerError::NonFinite {
        step: 0,
        quantity,
        advice: "the prior is broken, or the device computes wrongly; try --device cpu",
    })
}
