//! One job while it runs: samples windows, and says how far it is.

use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use burn::tensor::{Device, Tensor};
use diffusion::Schedule;
use imaging::{Planar, Rect};
use operators::{Operator, SeededNoise, Spec};
use samplers::{Cost, Problem, Sampler, SamplerError, StepReport};

use crate::control::Control;
use crate::device::DeviceInfo;
use crate::error::EngineError;
use crate::event::{Event, JobId, Plan, Preview, Progress};
use crate::job::Job;
use crate::noise;
use crate::outbox::Outbox;
use crate::pixels;
use crate::prior::LoadedPrior;
use crate::recipe::Recipe;
use crate::report::Report;
use crate::restore::Restored;
use crate::start::{Estimate, Picture};

/// Previews come at most this often, so that reading pixels back never rules the run.
const PREVIEW_INTERVAL: Duration = Duration::from_millis(60);

/// A measurement of one window and where its restoration belongs.
pub(crate) struct WindowProblem<'a> {
    pub(crate) operator: &'a dyn Operator,
    pub(crate) measurement: Tensor<4>,
    /// Where the estimate's upper left part belongs, in pixels of the result.
    pub(crate) window: Rect,
    /// Turns an estimate into what is shown.
    pub(crate) show: &'a dyn Fn(&Planar) -> Vec<u8>,
}

/// What sampling a window gave.
pub(crate) enum Sampled {
    Complete(Arc<Planar>),
    /// Stopped on the way, with the last estimate if it has settled.
    Stopped(Option<Planar>),
}

/// See the module.
pub(crate) struct Session<'a> {
    id: JobId,
    pub(crate) job: &'a Job,
    pub(crate) prior: &'a LoadedPrior,
    pub(crate) device: &'a Device,
    device_info: &'a DeviceInfo,
    outbox: &'a Outbox,
    control: &'a Control,
    /// The recipe's sampler with what suits its operators.
    choice: Spec,
    sampler: Rc<dyn Sampler>,
    schedule: Schedule,
    tally: Tally,
}

/// What has been done so far.
#[derive(Default)]
struct Tally {
    windows: Vec<Rect>,
    window: usize,
    steps: usize,
    steps_planned: usize,
    cost: Cost,
    clamped: usize,
    residuals: Vec<f64>,
    seconds: f64,
    /// Of the window in hand.
    sigma_y: f64,
    /// Pixels times steps, done and planned: what time is proportional to.
    work_done: f64,
    work_planned: f64,
    last_preview: Option<Instant>,
}

impl<'a> Session<'a> {
    pub(crate) fn new(
        id: JobId,
        job: &'a Job,
        prior: &'a LoadedPrior,
        (device, device_info): &'a (Device, DeviceInfo),
        outbox: &'a Outbox,
        control: &'a Control,
    ) -> Result<Self, EngineError> {
        let recipe = &job.recipe;
        let choice = samplers::suited(&recipe.sampler, &recipe.operator);
        let sampler = Rc::from(samplers::parse(&choice)?);
        let schedule = prior.schedule.respaced(&job.recipe.steps.to_string())?;
        let tally = Tally::default();
        Ok(Self {
            id,
            job,
            prior,
            device,
            device_info,
            outbox,
            control,
            choice,
            sampler,
            schedule,
            tally,
        })
    }

    /// Announces what will be sampled: windows in pixels of a result of `size`.
    ///
    /// # Errors
    /// [`EngineError::Recipe`] if there are estimates to go on from, but none of these windows.
    pub(crate) fn begin(
        &mut self,
        windows: Vec<Rect>,
        size: (usize, usize),
    ) -> Result<(), EngineError> {
        let start = self.job.start.as_ref();
        if start.is_some_and(|start| !windows.iter().any(|w| start.of(*w).is_some())) {
            return Err(EngineError::Recipe(
                "the estimates to go on from belong to other windows; the mask or the prior has \
                 changed since"
                    .to_owned(),
            ));
        }
        let mut total = 0;
        for window in &windows {
            let steps = match self.estimate(*window) {
                Some(estimate) if estimate.is_done() => 0,
                _ => self.sampler_of(*window)?.steps(&self.schedule),
            };
            total += steps;
            self.tally.work_planned += (window.area() * steps) as f64;
        }
        self.tally.steps_planned = total;
        self.tally.windows.clone_from(&windows);
        let plan = Plan {
            steps: total,
            windows,
            size,
            device: self.device_info.clone(),
        };
        self.outbox.event(Event::Started { job: self.id, plan });
        Ok(())
    }

    /// What is known of a window from an earlier run.
    fn estimate(&self, window: Rect) -> Option<&'a Estimate> {
        self.job.start.as_deref()?.of(window)
    }

    /// The sampler of a window: one that goes on where there is an estimate.
    fn sampler_of(&self, window: Rect) -> Result<Rc<dyn Sampler>, EngineError> {
        Ok(match self.estimate(window) {
            Some(estimate) => Rc::from(samplers::parse(&estimate.sampler(&self.choice))?),
            None => Rc::clone(&self.sampler),
        })
    }

    /// Samples one window; windows are counted in the order of the calls.
    pub(crate) fn sample(&mut self, window: &WindowProblem<'_>) -> Result<Sampled, EngineError> {
        let estimate = self.estimate(window.window);
        if let Some(done) = estimate.filter(|estimate| estimate.is_done()) {
            return self.keep_done(window, done);
        }
        let sampler = self.sampler_of(window.window)?;
        let (control, prior, id) = (self.control, self.prior, self.id);
        let stopped = || control.is_stopped(id);
        let schedule = self.schedule.clone();
        let (sigma_y, variance) = noise::reckoned(self.job, window)?;
        self.tally.sigma_y = sigma_y;
        let problem = Problem::new(
            prior.denoiser.as_ref(),
            window.operator,
            window.measurement.clone(),
            sigma_y,
            &schedule,
            &stopped,
        );
        let problem = match variance {
            Some(variance) => problem.with_variance(variance, sigma_y),
            None => problem,
        };
        let problem = match estimate {
            Some(estimate) => {
                let picture = estimate.planar()?;
                let initial = pixels::to_shape(&picture, problem.shape(), self.device);
                problem.with_initial(initial)
            }
            None => problem,
        };
        // Every window has a stream of its own: its noise does not depend on the others.
        let mut noise = SeededNoise::new(self.job.recipe.seed, self.tally.window as u64);
        let mut state = match sampler.init(&problem, &mut noise) {
            Err(SamplerError::Cancelled) => return Ok(Sampled::Stopped(None)),
            other => other?,
        };
        let read = |estimate: &Tensor<4>| {
            pixels::from_tensor(estimate.clone(), window.window.width, window.window.height)
        };
        // Through the first half an estimate is coarse, and often saturated: to put that into the
        // photo would be worse than to leave the damage.
        // One that went on from an estimate begins past that.
        let settled = match estimate {
            Some(_) => schedule.len() / 2,
            None => state.remaining / 2,
        };
        while state.remaining > 0 {
            self.control.wait_while_paused(self.id);
            let started = Instant::now();
            match sampler.step(&problem, &mut state, &mut noise) {
                Ok(report) => {
                    self.note(window, report, started.elapsed(), problem.cost());
                }
                Err(SamplerError::Cancelled) => {
                    self.close_window(problem.cost());
                    let best = (state.remaining <= settled).then(|| read(&state.estimate));
                    return Ok(Sampled::Stopped(best.transpose()?));
                }
                Err(error) => return Err(error.into()),
            }
            let next = state.remaining.checked_sub(1);
            let level = next.map_or(0.0, |index| problem.noise_to_signal(index).sqrt());
            self.preview(window, &state.estimate, level)?;
        }
        self.close_window(problem.cost());
        samplers::check_finite(&state.x, schedule.len() - 1, "result")?;
        let picture = Arc::new(read(&state.x)?);
        self.tell_done(window, &picture);
        Ok(Sampled::Complete(picture))
    }

    fn close_window(&mut self, cost: Cost) {
        self.tally.cost = self.tally.cost + cost;
        self.tally.window += 1;
    }

    fn note(&mut self, window: &WindowProblem<'_>, report: StepReport, took: Duration, cost: Cost) {
        let tally = &mut self.tally;
        tally.steps += 1;
        tally.clamped += report.clamped;
        tally.residuals.push(report.residual);
        tally.seconds += took.as_secs_f64();
        tally.work_done += window.window.area() as f64;
        let cost = tally.cost + cost;
        let left =
            tally.seconds / tally.work_done * (tally.work_planned - tally.work_done).max(0.0);
        self.outbox.event(Event::Progress(Progress {
            job: self.id,
            window: tally.window,
            windows: tally.windows.len(),
            done: tally.steps,
            total: tally.steps_planned,
            evaluations: cost.evaluations,
            products: cost.products,
            again: cost.again,
            seconds_per_step: tally.seconds / tally.steps as f64,
            remaining: Duration::from_secs_f64(left),
            residual: report.residual,
            noise: tally.sigma_y,
        }));
    }

    fn preview(
        &mut self,
        window: &WindowProblem<'_>,
        estimate: &Tensor<4>,
        level: f64,
    ) -> Result<(), EngineError> {
        let due = self
            .tally
            .last_preview
            .is_none_or(|at| at.elapsed() >= PREVIEW_INTERVAL);
        // The last of a window is its result.
        if !due && level > 0.0 {
            return Ok(());
        }
        let Rect { width, height, .. } = window.window;
        let picture = pixels::from_tensor(estimate.clone(), width, height)?;
        self.show(window, Arc::new(picture), level);
        Ok(())
    }

    fn show(&mut self, window: &WindowProblem<'_>, picture: Arc<Planar>, level: f64) {
        let made = Instant::now();
        self.outbox.preview(Preview {
            job: self.id,
            window: window.window,
            rgba: (window.show)(&picture),
            exact: picture,
            done: self.tally.steps,
            made,
            level,
        });
        self.tally.last_preview = Some(Instant::now());
    }

    fn tell_done(&self, window: &WindowProblem<'_>, picture: &Arc<Planar>) {
        self.outbox.event(Event::Window {
            job: self.id,
            done: self.tally.steps,
            estimate: Estimate {
                window: window.window,
                picture: Picture::Exact(Arc::clone(picture)),
                level: 0.0,
            },
        });
    }

    /// A window that an earlier run has finished.
    fn keep_done(
        &mut self,
        window: &WindowProblem<'_>,
        done: &Estimate,
    ) -> Result<Sampled, EngineError> {
        let picture = done.planar()?;
        self.tally.window += 1;
        self.show(window, Arc::clone(&picture), 0.0);
        self.tell_done(window, &picture);
        Ok(Sampled::Complete(picture))
    }

    /// The record of the run.
    pub(crate) fn report(&self, restored: &Restored) -> Report {
        let tally = &self.tally;
        Report {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            recipe: Recipe {
                sampler: self.choice.clone(),
                ..self.job.recipe.clone()
            },
            prior: self.prior.summary.name.clone(),
            prior_sha256: self.prior.summary.sha256.clone(),
            device: self.device_info.clone(),
            width: restored.photo.width(),
            height: restored.photo.height(),
            windows: tally.windows.len(),
            masked_pixels: restored.masked_pixels,
            evaluations: tally.cost.evaluations,
            products: tally.cost.products,
            sigma_y: tally.sigma_y,
            seconds: tally.seconds,
            seconds_per_step: tally.seconds / tally.steps.max(1) as f64,
            residuals: tally.residuals.clone(),
            clamped: tally.clamped,
            stopped: !restored.complete,
        }
    }
}
