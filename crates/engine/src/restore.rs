//! Runs a job from its recipe to its outcome.

use std::sync::Arc;

use burn::tensor::Device;
use imaging::{Mask, Photo};
use operators::registry::Context;
use operators::{Chain, Spec};

use crate::control::Control;
use crate::device::{self, DeviceChoice, DeviceInfo};
use crate::error::EngineError;
use crate::event::{Event, JobId, Outcome};
use crate::job::Job;
use crate::outbox::Outbox;
use crate::prior::{self, LoadedPrior};
use crate::recipe::{PriorChoice, Recipe};
use crate::session::Session;
use crate::start::start_obstacle;
use crate::timing::{self, Pace, TimingRequest};
use crate::{kernel_file, regions, whole};

/// How a job that did not fail came to its end.
pub(crate) enum Ending {
    Finished(Outcome),
    /// With the best so far, if there was anything worth keeping.
    Stopped(Option<Outcome>),
}

/// What a task hands back: the picture, and whether it is complete.
pub(crate) struct Restored {
    pub(crate) photo: Photo,
    pub(crate) complete: bool,
    pub(crate) masked_pixels: usize,
}

/// Keeps the last prior loaded, since most jobs follow one another with the same.
#[derive(Default)]
pub(crate) struct Restorer {
    loaded: Option<Loaded>,
}

struct Loaded {
    prior: PriorChoice,
    device: DeviceChoice,
    on: (Device, DeviceInfo),
    parts: LoadedPrior,
}

impl Restorer {
    pub(crate) fn run(
        &mut self,
        id: JobId,
        job: &Job,
        outbox: &Outbox,
        control: &Control,
    ) -> Result<Ending, EngineError> {
        check(job)?;
        let drawn = with_drawn_mask(job)?;
        let job = drawn.as_ref().unwrap_or(job);
        if control.is_stopped(id) {
            return Ok(Ending::Stopped(None));
        }
        let loaded = self.load(id, (&job.recipe.prior, job.recipe.device), outbox)?;
        let mut session = Session::new(id, job, &loaded.parts, &loaded.on, outbox, control)?;
        let restored = if is_inpainting(&job.recipe.operator) || drawn.is_some() {
            regions::restore(&mut session)?
        } else {
            whole::restore(&mut session)?
        };
        let Some(restored) = restored else {
            return Ok(Ending::Stopped(None));
        };
        let report = session.report(&restored);
        let outcome = Outcome {
            photo: Arc::new(restored.photo),
            report,
        };
        Ok(if restored.complete {
            Ending::Finished(outcome)
        } else {
            Ending::Stopped(Some(outcome))
        })
    }

    /// Times a prior.
    pub(crate) fn time(
        &mut self,
        request: &TimingRequest,
        (control, id): (&Control, JobId),
        outbox: &Outbox,
    ) -> Result<Pace, EngineError> {
        if control.is_stopped(id) {
            return Err(EngineError::Stopped);
        }
        let loaded = self.load(id, (&request.prior, request.device), outbox)?;
        let (prior, device) = (&loaded.parts, &loaded.on.0);
        timing::time(prior, device, request, &timing::clock(), (control, id))
    }

    fn load(
        &mut self,
        id: JobId,
        (prior, device): (&PriorChoice, DeviceChoice),
        outbox: &Outbox,
    ) -> Result<&Loaded, EngineError> {
        let same = |l: &Loaded| l.prior == *prior && l.device == device;
        // A prior on disk may have been replaced since.
        let on_disk = matches!(prior, PriorChoice::Path(_));
        if on_disk || !self.loaded.as_ref().is_some_and(same) {
            self.loaded = None;
            let message = if prior::lacks_calibration(prior) {
                format!(
                    "Loading the prior {prior} and measuring what it knows, which takes some seconds; \
                     `tweedie prior measure` keeps the result with it"
                )
            } else {
                format!("Loading the prior {prior}")
            };
            outbox.event(Event::Preparing { job: id, message });
            let on = device::open(device)?;
            let parts = prior::load(prior, &on.0)?;
            if on.1.choice != DeviceChoice::Cpu {
                let message = format!("Preparing {}: the first step takes longer", on.1.name);
                outbox.event(Event::Preparing { job: id, message });
            }
            self.loaded = Some(Loaded {
                prior: prior.clone(),
                device,
                on,
                parts,
            });
        }
        Ok(self.loaded.as_ref().expect("loaded above"))
    }
}

/// The job with its mask, if its operator is one that draws it.
fn with_drawn_mask(job: &Job) -> Result<Option<Job>, EngineError> {
    let size = (job.photo.width(), job.photo.height());
    let mask = drawn_mask(&job.recipe.operator, size)?;
    Ok(mask.map(|mask| Job {
        mask: Some(Arc::new(mask)),
        ..job.clone()
    }))
}

/// The mask that `operator` draws on a photo of this size (width, height), if it does nothing else.
pub(crate) fn drawn_mask(
    operator: &Chain,
    (width, height): (usize, usize),
) -> Result<Option<Mask>, EngineError> {
    let Some(known) = operator.drawn_mask((height, width))? else {
        return Ok(None);
    };
    let lost = known.iter().map(|&k| if k { 0 } else { 255 }).collect();
    Ok(Some(Mask::from_data(width, height, lost)?))
}

/// Whether `operator` is a painted mask and nothing else, which is sampled window by window.
pub(crate) fn is_inpainting(operator: &Chain) -> bool {
    matches!(&operator.0[..], [only] if only.name == "inpaint")
}

/// Refuses a sampler that is not known, has parameters that do not go together, or asks more of
/// `operator` than it has: that it is linear, or its singular vectors. Where it asks for those, kernels
/// are read, and it takes some milliseconds.
///
/// # Errors
/// [`EngineError`] names the sampler and what is wrong with it.
pub fn check_sampler(sampler: &Spec, operator: &Chain) -> Result<(), EngineError> {
    Ok(samplers::check(sampler, operator, &kernel_file::load)?)
}

/// Refuses an operator whose parameters are out of range or do not go together, by building it for a
/// small picture. Takes milliseconds.
///
/// # Errors
/// [`EngineError`] names the part and what is wrong with it.
pub fn check_operator(operator: &Chain) -> Result<(), EngineError> {
    const SIDE: usize = 64;
    let device = Device::flex();
    let side = SIDE * operator.factor()?;
    let context = Context {
        device: &device,
        measured: Some(&[true; SIDE * SIDE]),
        load_kernel: &kernel_file::load,
    };
    operator.build((side, side), None, &context)?;
    Ok(())
}

/// What can be refused without a prior.
fn check(job: &Job) -> Result<(), EngineError> {
    let recipe = &job.recipe;
    recipe.operator.check()?;
    check_sampler(&recipe.sampler, &recipe.operator)?;
    if recipe.operator.0.is_empty() {
        return Err(EngineError::Recipe(
            "the recipe names no operator".to_owned(),
        ));
    }
    if recipe.steps < 2 {
        return Err(EngineError::Recipe(format!(
            "{} steps are too few to draw anything; at least 2 are needed, 50 are usual",
            recipe.steps
        )));
    }
    recipe.noise_model().check()?;
    if !(0.0..=1.0).contains(&recipe.detail) {
        return Err(EngineError::Recipe(format!(
            "a detail of {} is not possible; it lies between 0 (least error) and 1 (a full sample)",
            recipe.detail
        )));
    }
    check_start(job)?;
    check_region(job)?;
    if recipe.feather > Recipe::MOST_FEATHER {
        return Err(EngineError::Recipe(format!(
            "a feather of {} pixels is too wide: at most {} are known to every window",
            recipe.feather,
            Recipe::MOST_FEATHER
        )));
    }
    if let Some(mask) = &job.mask {
        let (photo, found) = (job.photo.bounds(), mask.bounds());
        if photo != found {
            return Err(EngineError::Recipe(format!(
                "the mask is {} x {} pixels, but the photo is {} x {}; they must be the same size",
                found.width, found.height, photo.width, photo.height
            )));
        }
        if !recipe.operator.contains("inpaint") {
            return Err(EngineError::Recipe(format!(
                "a mask was given, but `{}` has no use for it; add `+inpaint`, or leave it out",
                recipe.operator
            )));
        }
        if mask.is_empty() {
            return Err(EngineError::Recipe(
                "the mask is empty: paint over the damage, white where the picture is to be \
                 restored"
                    .to_owned(),
            ));
        }
    } else if recipe.operator.contains("inpaint") {
        return Err(EngineError::Recipe(
            "`inpaint` needs a mask: white where the picture is to be restored".to_owned(),
        ));
    }
    Ok(())
}

/// A region is one of a whole picture, and lies in the photo.
fn check_region(job: &Job) -> Result<(), EngineError> {
    let Some(region) = job.recipe.region else {
        return Ok(());
    };
    let (photo, operator) = (job.photo.bounds(), &job.recipe.operator);
    if region.is_empty() || !photo.contains_rect(region) {
        return Err(EngineError::Recipe(format!(
            "the region of {} x {} pixels at ({}, {}) does not lie in the photo of {} x {}",
            region.width, region.height, region.x, region.y, photo.width, photo.height
        )));
    }
    if is_inpainting(operator) || operator.drawn_mask((photo.height, photo.width))?.is_some() {
        return Err(EngineError::Recipe(
            "inpainting restores what its mask covers and takes no region; mask less instead"
                .to_owned(),
        ));
    }
    Ok(())
}

/// The recipe says what the job brings: a run that went on is never taken for one from noise.
fn check_start(job: &Job) -> Result<(), EngineError> {
    let reason = match (&job.recipe.from, &job.start) {
        (None, None) => return Ok(()),
        (Some(from), Some(start)) if *from == start.sha256() => {
            match start_obstacle(&job.recipe.sampler) {
                None => return Ok(()),
                Some(reason) => reason,
            }
        }
        (Some(from), None) => format!(
            "this recipe went on from estimates (SHA-256 {from}) that are not at hand; open the session \
             that keeps them and draw the run again there, or leave `from` out to begin at noise"
        ),
        (_, Some(start)) => format!(
            "the estimates to go on from have the SHA-256 {}, which the recipe does not name",
            start.sha256()
        ),
    };
    Err(EngineError::Recipe(reason))
}
