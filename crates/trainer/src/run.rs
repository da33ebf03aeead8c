//! A training run, from the first step or from the last checkpoint to the finished prior.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use burn::tensor::{DType, Device};
use diffusion::{Network, Schedule};

use crate::batch::{Example, Feeder};
use crate::checkpoint::{self, Identity};
use crate::crops::Crop;
use crate::dataset::Dataset;
use crate::error::TrainerError;
use crate::event::{Event, Progress, Validated};
use crate::initial::Initial;
use crate::learner::{Learner, Slope, learner};
use crate::log::Log;
use crate::measure::{
    Measures, Subject, columns, contact_sheet, estimation, loss_by_noise, save_sheet,
    unconditional_samples,
};
use crate::memory;
use crate::pace::Pace;
use crate::parameters::{Layout, NamedWeights};
use crate::precision::Precision;
use crate::publish::{self, Card};
use crate::settings::{Length, Settings};
use crate::speed::Speed;
use crate::start::Start;
use crate::vectors::{Vectors, vector};

/// The share of the hours that steps may take; the others go to validation and measuring.
const STEPPING: f64 = 0.95;

/// Everything a run needs.
pub struct Run {
    /// Photographs to train on.
    pub training: Arc<Dataset>,
    /// Photographs to validate with.
    pub held_out: Arc<Dataset>,
    /// What decides the outcome.
    pub settings: Settings,
    /// The prior to start from, if the settings name one.
    pub start: Option<Start>,
    /// What does not.
    pub pace: Pace,
    /// What the card says of the prior.
    pub card: Card,
    /// The folder that will hold the prior; checkpoints go to `run` in it.
    pub output: PathBuf,
    /// Where to compute.
    pub device: Device,
}

/// How a run ended.
#[derive(Clone, Debug)]
pub enum Ended {
    /// The prior is written; boxed because measures are many numbers.
    Finished(Box<Measures>),
    /// It had been finished before.
    AlreadyFinished,
    /// The listener stopped it; the last step is saved, and the run can go on from there.
    Stopped,
}

/// Trains until the run is finished or the listener breaks off, which saves the run. With a run of
/// the same settings and photographs in the output folder, goes on with that one, bit for bit on a
/// device that computes reproducibly (the processor does).
///
/// # Errors
/// [`TrainerError`]; the last checkpoint stays.
pub fn train(
    run: &Run,
    listener: &mut dyn FnMut(Event) -> ControlFlow<()>,
) -> Result<Ended, TrainerError> {
    run.settings.check()?;
    check_start(run)?;
    if run.settings.precision == Precision::F16 && !run.device.supports_dtype(DType::F16) {
        return Err(TrainerError::Setting(
            "this device has no 16-bit floats; use --precision f32".to_owned(),
        ));
    }
    let folder = run.output.join("run");
    prepare(&run.output, &folder)?;
    let photographs = [run.training.fingerprint(), run.held_out.fingerprint()];
    let identity = Identity::new(&run.settings, photographs);
    let layout = Layout::of(&run.settings.model)?;
    memory::check_training(run, layout.len())?;
    let (log, vectors, ignored) = match checkpoint::latest(&folder, &identity)? {
        Some(found) => (found.log, found.vectors, found.ignored),
        None => (Log::default(), Vectors::at(first_weights(run)?), None),
    };
    if log.iterations == Some(log.step) && run.output.join("config.json").exists() {
        return Ok(Ended::AlreadyFinished);
    }
    let schedule = run.settings.schedule()?;
    let crops = run
        .settings
        .cropping()
        .fixed(&run.held_out, run.pace.crops, run.settings.seed);
    let started = Event::Started {
        step: log.step,
        parameters: layout.len(),
        ignored,
    };
    if listener(started).is_break() {
        return Ok(Ended::Stopped);
    }
    let mut going = Going {
        run,
        folder,
        identity,
        learner: learner((&run.settings, &run.pace), &layout, vectors, &run.device)?,
        layout,
        schedule,
        crops,
        on_disk: log.step,
        log,
        speed: Speed::default(),
    };
    if going.steps(listener)?.is_break() {
        return Ok(Ended::Stopped);
    }
    let mut hear = |now| listener(Event::Measuring(now));
    let ema = going.learner.ema()?;
    let learnt = (&going.log, ema.as_slice());
    let published = publish::publish(run, &going.layout, learnt, &going.schedule, &mut hear);
    match published {
        Ok(measures) => Ok(Ended::Finished(Box::new(measures))),
        // All steps are on disk; only the measuring is repeated.
        Err(TrainerError::Stopped) => Ok(Ended::Stopped),
        Err(error) => Err(error),
    }
}

fn check_start(run: &Run) -> Result<(), TrainerError> {
    match (&run.start, &run.settings.from) {
        (Some(start), _) => start.check(&run.settings),
        (None, None) => Ok(()),
        (None, Some(from)) => Err(TrainerError::Setting(format!(
            "the settings start from {}, which was not given",
            from.name
        ))),
    }
}

fn first_weights(run: &Run) -> Result<Vec<f32>, TrainerError> {
    match &run.start {
        Some(start) => Ok(start.weights.clone()),
        None => vector(&run.settings, &mut Initial::new(run.settings.seed)),
    }
}

fn prepare(output: &Path, folder: &Path) -> Result<(), TrainerError> {
    // A finished run has its last checkpoint: anything else here is not its own.
    if let Some(name) = publish::in_the_way(output)
        && !checkpoint::any(folder)?
    {
        return Err(TrainerError::Resume {
            path: output.to_owned(),
            reason: format!(
                "there is none, and {name}, which is there already, would be written over; use \
                 another --output"
            ),
        });
    }
    std::fs::create_dir_all(folder).map_err(|source| TrainerError::File {
        path: folder.to_owned(),
        source,
    })
}

/// A run under way.
struct Going<'a> {
    run: &'a Run,
    folder: PathBuf,
    identity: Identity,
    layout: Layout,
    schedule: Schedule,
    /// Held-out crops, always the same.
    crops: Vec<Crop>,
    log: Log,
    learner: Box<dyn Learner>,
    /// The step of the last checkpoint.
    on_disk: u64,
    speed: Speed,
}

impl Going<'_> {
    /// All steps, or those before the listener broke off; either way the last one is saved.
    fn steps(
        &mut self,
        listener: &mut dyn FnMut(Event) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, TrainerError> {
        let ended = self.unsaved_steps(listener)?;
        if self.on_disk == self.log.step {
            return Ok(ended);
        }
        let heard = listener(self.save()?);
        Ok(if ended.is_break() { ended } else { heard })
    }

    fn unsaved_steps(
        &mut self,
        listener: &mut dyn FnMut(Event) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, TrainerError> {
        if let Length::Iterations(count) = self.run.settings.length {
            self.log.iterations = Some(count);
        }
        let feeder = Feeder::start(
            Arc::clone(&self.run.training),
            self.run.settings.clone(),
            self.schedule.clone(),
            self.log.step,
        );
        let (mut saved, mut validated) = (Instant::now(), Instant::now());
        while self.log.iterations.is_none_or(|n| self.log.step < n) {
            let started = Instant::now();
            let batch = feeder.next().ok_or_else(|| {
                TrainerError::Device("the thread that prepares crops is gone".to_owned())
            })?;
            let mut progress = self.step(&batch)?;
            let seconds = started.elapsed().as_secs_f64();
            self.log.seconds += seconds;
            self.speed.hear(seconds);
            if let Some(planned) = self.plan()
                && listener(planned).is_break()
            {
                return Ok(ControlFlow::Break(()));
            }
            progress.iterations = self.log.iterations;
            progress.images_per_second = batch.len() as f64 / self.speed.seconds();
            progress.remaining = self.remaining();
            if listener(Event::Step(progress)).is_break() {
                return Ok(ControlFlow::Break(()));
            }
            if validated.elapsed() >= self.run.pace.validate_every {
                let news = self.validate()?;
                validated = Instant::now();
                if listener(Event::Validated(news)).is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
            if saved.elapsed() >= self.run.pace.save_every {
                let news = self.save()?;
                saved = Instant::now();
                if listener(news).is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn step(&mut self, batch: &[Example]) -> Result<Progress, TrainerError> {
        let settings = &self.run.settings;
        let scale = self.log.scale.factor(settings.precision);
        let Slope { loss, error, norm } = self.learner.slope(batch, scale)?;
        let step = self.log.step + 1;
        let finite = loss.is_finite() && norm.is_finite();
        // An overflow of 16-bit floats is no failure; the step is left out.
        let scalable = settings.precision == Precision::F16 && self.log.scale.hear(finite);
        if !finite && scalable {
            self.log.step = step;
            return Ok(Progress {
                step,
                loss: self.log.loss.unwrap_or(1.0),
                gradient_norm: norm,
                ..Progress::default()
            });
        }
        for (value, quantity) in [(loss, "loss"), (norm, "gradient")] {
            if !value.is_finite() {
                return Err(TrainerError::NonFinite {
                    step,
                    quantity,
                    advice: "start again with a lower --learning-rate",
                });
            }
        }
        let update = self.log.update(norm, settings);
        self.learner.descend(update, settings);
        Ok(Progress {
            step,
            loss: self.log.hear(error),
            gradient_norm: norm,
            learning_rate: update.rate,
            ..Progress::default()
        })
    }

    /// Fixes the number of steps of a run of so many hours, once the speed is known.
    fn plan(&mut self) -> Option<Event> {
        let Length::Hours(hours) = self.run.settings.length else {
            return None;
        };
        let log = &mut self.log;
        if log.iterations.is_some() || !self.speed.is_known() {
            return None;
        }
        let left = (STEPPING * hours * 3600.0 - log.seconds).max(0.0);
        log.iterations = Some(log.step + (left / self.speed.seconds()) as u64);
        Some(Event::Planned {
            iterations: log.iterations.unwrap_or_default(),
            remaining: self.remaining().unwrap_or_default(),
        })
    }

    fn remaining(&self) -> Option<Duration> {
        let left = self.log.iterations?.saturating_sub(self.log.step);
        let seconds = left as f64 * self.speed.seconds();
        // Longer than a `Duration` can be is as good as unknown.
        let left = Duration::try_from_secs_f64(seconds).ok();
        left.filter(|_| self.speed.is_counted())
    }

    fn save(&mut self) -> Result<Event, TrainerError> {
        let learnt = (&self.log, &self.learner.vectors()?);
        let path = checkpoint::save(&self.folder, learnt, &self.layout, &self.identity)?;
        self.on_disk = self.log.step;
        Ok(Event::Saved {
            path,
            step: self.log.step,
        })
    }

    /// The loss and the estimates of the running mean on the held-out crops, and a sheet of its samples.
    fn validate(&mut self) -> Result<Validated, TrainerError> {
        let (run, settings) = (self.run, &self.run.settings);
        let named = self.layout.named(&self.learner.ema()?);
        let network = Network::build(&settings.model, &mut NamedWeights(named), &run.device)?;
        let denoiser = network.into_denoiser(&settings.model)?;
        let subject = Subject {
            denoiser: denoiser.as_ref(),
            schedule: &self.schedule,
            device: &run.device,
        };
        let side = settings.model.image_size();
        let sizes = (side, run.pace.micro_batch(settings), settings.seed);
        let go_on = &mut |_| ControlFlow::Continue(());
        let loss = loss_by_noise(subject, &run.held_out, &self.crops, sizes, go_on)?;
        let estimates = estimation(subject, &run.held_out, &self.crops, sizes, go_on)?;
        if run.pace.samples > 0 {
            let steps = run.pace.steps.min(self.schedule.len());
            let samples = unconditional_samples(subject, (run.pace.samples, steps), sizes, go_on)?;
            let samples: Vec<_> = samples.iter().collect();
            let sheet = contact_sheet(&samples, columns(samples.len()));
            let name = format!("samples-{:09}.png", self.log.step);
            save_sheet(&sheet, &self.folder.join(name))?;
        }
        let validated = Validated {
            step: self.log.step,
            seconds: self.log.seconds,
            training_loss: self.log.loss.unwrap_or_default(),
            loss,
            estimates,
        };
        self.log.remember(&validated);
        Ok(validated)
    }
}
