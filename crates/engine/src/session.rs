//! One job while it runs: samples windows, and says how far it is.

use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use burn::tensor::{Device, Tensor};
use diffusion::Schedule;
use imaging::{Planar, Rect};
use operators::{NoiseSource, Operator, PositionalNoise, SeededNoise, Spec};
use samplers::{Cost, Problem, Sampler, SamplerError, StepReport};

use crate::caution;
use crate::control::Control;
use crate::device::DeviceInfo;
use crate::error::EngineError;
use crate::event::{Event, JobId, Plan, Progress};
use crate::job::Job;
use crate::memory;
use crate::noise;
use crate::outbox::Outbox;
use crate::pixels;
use crate::prior::LoadedPrior;
use crate::recipe::Recipe;
use crate::report::Report;
use crate::restore::Restored;
use crate::scales::{self, Scale};
use crate::start::Estimate;

mod detail;
mod show;
mod within;

use detail::{Ended, Pass};

/// An estimate is worth keeping from this noise level down. Before, it is coarse and often saturated: to put
/// that into the photo would be worse than to leave the damage.
const SETTLED: f64 = 1.0;

/// What is to be sampled: windows one after another, each at its coarser scales first.
#[derive(Clone, Debug)]
pub(crate) struct Course {
    /// In pixels of the result.
    pub(crate) window: Rect,
    /// Coarsest first.
    pub(crate) coarser: Vec<Scale>,
}

/// A measurement of one window and where its restoration belongs.
pub(crate) struct WindowProblem<'a> {
    pub(crate) operator: &'a dyn Operator,
    pub(crate) measurement: Tensor<4>,
    /// Where the estimate's upper left part belongs, in pixels of the result.
    pub(crate) window: Rect,
    /// What is measured, if that is not the window at its own scale.
    pub(crate) coarse: Option<Scale>,
    /// Which part of a whole picture it is, if it is one.
    pub(crate) part: Option<Part>,
    /// What the scale below made of it, as an estimate of this one.
    pub(crate) below: Option<&'a Planar>,
    /// Turns an estimate of the window into what is shown.
    pub(crate) show: &'a dyn Fn(&Planar) -> Vec<u8>,
}

/// A part of a whole picture, in pixels of that picture.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part {
    /// What is sampled: the window, and what is seen around it. Its noise is that of the whole picture there.
    pub(crate) frame: Rect,
    /// The window's upper left pixel, seen from the frame.
    pub(crate) window: (usize, usize),
}

impl WindowProblem<'_> {
    /// Where the window lies in what is sampled.
    fn kept(&self) -> Rect {
        let (width, height) = self.size();
        let (x, y) = self.part.map_or((0, 0), |part| part.window);
        Rect::new(x, y, width, height)
    }

    /// Pixels of the photo along a side of one that is sampled.
    pub(crate) fn factor(&self) -> usize {
        self.coarse.map_or(1, |scale| scale.factor)
    }

    /// Width and height of what is sampled, as far as it counts.
    fn size(&self) -> (usize, usize) {
        let own = (self.window.width, self.window.height);
        self.coarse.map_or(own, |scale| scale.size())
    }

    /// An estimate as one of the window at its own scale.
    fn placed(&self, estimate: Planar) -> Planar {
        match self.coarse {
            Some(scale) => scales::carried(&estimate, scale, Scale::own(self.window)),
            None => estimate,
        }
    }
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
    /// The one that takes up an estimate of a coarser scale.
    taken_up: Option<Rc<dyn Sampler>>,
    schedule: Schedule,
    tally: Tally,
    step: within::Step,
}

/// What has been done so far.
#[derive(Default)]
struct Tally {
    windows: Vec<Rect>,
    window: usize,
    /// Counts the scales of all windows.
    part: usize,
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
        let choice = samplers::with_operator_defaults(
            &recipe.sampler,
            &recipe.operator,
            recipe.noise_model(),
        );
        let sampler: Rc<dyn Sampler> = Rc::from(samplers::parse(&choice)?);
        let taken_up = match scales::taken_up(&choice).filter(|_| recipe.coarse_to_fine) {
            Some(choice) => Some(Rc::from(samplers::parse(&choice)?)),
            None => None,
        };
        let denoiser = prior.shown(recipe.tiles);
        let levels = sampler.levels();
        let schedule = levels.schedule(&prior.schedule, recipe.steps, denoiser)?;
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
            taken_up,
            schedule,
            tally: Tally::default(),
            step: within::Step::default(),
        })
    }

    /// Whether estimates of coarser scales are taken up.
    pub(crate) fn climbs(&self) -> bool {
        self.taken_up.is_some()
    }

    /// Announces what will be sampled, in pixels of a result of `size`.
    ///
    /// # Errors
    /// [`EngineError::Recipe`] if there are estimates to go on from, but none of these windows.
    pub(crate) fn begin(
        &mut self,
        courses: &[Course],
        size: (usize, usize),
    ) -> Result<(), EngineError> {
        let windows: Vec<Rect> = courses.iter().map(|course| course.window).collect();
        let start = self.job.start.as_ref();
        if start.is_some_and(|start| !windows.iter().any(|w| start.of(*w).is_some())) {
            return Err(EngineError::Recipe(
                "the estimates to go on from belong to other windows; the mask or the prior has \
                 changed since"
                    .to_owned(),
            ));
        }
        for course in courses {
            let window = course.window;
            match self.estimate(window) {
                Some(estimate) if estimate.is_done() => {}
                Some(_) => self.plan(&self.sampler_of(window, false)?, window.area())?,
                None => {
                    let coarser = course.coarser.iter().map(Scale::area);
                    for (i, area) in coarser.chain([window.area()]).enumerate() {
                        self.plan(&self.sampler_of(window, i > 0)?, area)?;
                    }
                }
            }
        }
        self.tally.windows.clone_from(&windows);
        let plan = Plan {
            steps: self.tally.steps_planned,
            windows,
            size,
            device: self.device_info.clone(),
        };
        self.outbox.event(Event::Started { job: self.id, plan });
        Ok(())
    }

    fn plan(&mut self, sampler: &Rc<dyn Sampler>, area: usize) -> Result<(), EngineError> {
        let passes = self.passes(sampler)?;
        let steps = passes.iter().map(|p| p.sampler.steps(&p.schedule));
        let steps: usize = steps.sum();
        self.tally.steps_planned += steps;
        self.tally.work_planned += (area * steps) as f64;
        Ok(())
    }

    /// What is known of a window from an earlier run.
    fn estimate(&self, window: Rect) -> Option<&'a Estimate> {
        self.job.start.as_deref()?.of(window)
    }

    /// The sampler of a window: one that goes on where there is an estimate, of an earlier run or of a
    /// scale below.
    fn sampler_of(&self, window: Rect, climbing: bool) -> Result<Rc<dyn Sampler>, EngineError> {
        Ok(match (self.estimate(window), &self.taken_up) {
            (Some(estimate), _) => Rc::from(samplers::parse(&estimate.sampler(&self.choice))?),
            (None, Some(taken_up)) if climbing => Rc::clone(taken_up),
            (None, _) => Rc::clone(&self.sampler),
        })
    }

    /// Whether a window begins at an estimate of an earlier run.
    pub(crate) fn goes_on(&self, window: Rect) -> bool {
        self.estimate(window).is_some()
    }

    /// Whether there is memory to sample a picture of this width and height.
    pub(crate) fn check_room(&self, size: (usize, usize)) -> Result<(), EngineError> {
        let held = samplers::footprint(&self.choice);
        memory::check(self.prior, self.device, self.job.recipe.tiles, size, held)
    }

    /// Samples one window, or a coarser scale of it, which gives an estimate of that scale's size; windows
    /// are counted in the order of the calls.
    pub(crate) fn sample(&mut self, window: &WindowProblem<'_>) -> Result<Sampled, EngineError> {
        self.watch_tiles();
        let sampled = self.sample_watched(window);
        self.prior.denoiser.watch(None);
        sampled
    }

    fn sample_watched(&mut self, window: &WindowProblem<'_>) -> Result<Sampled, EngineError> {
        let estimate = self.estimate(window.window);
        if let Some(done) = estimate.filter(|estimate| estimate.is_done()) {
            return self.keep_done(window, done);
        }
        let sampler = self.sampler_of(window.window, window.below.is_some())?;
        let passes = self.passes(&sampler)?;
        let read = |estimate: Tensor<4>| pixels::from_tensor(estimate, window.kept());
        match self.take(window, passes)? {
            Ended::Stopped(best) => {
                self.close(window);
                let best = best.map(read).transpose()?;
                Ok(Sampled::Stopped(best.map(|best| window.placed(best))))
            }
            Ended::Complete(result) => {
                self.close(window);
                samplers::check_finite(&result, self.schedule.len() - 1, "result")?;
                let picture = Arc::new(read(result.clone())?);
                self.conclude(window, &picture, &result)?;
                Ok(Sampled::Complete(picture))
            }
        }
    }

    /// One run of a sampler on a window.
    fn pass(&mut self, window: &WindowProblem<'_>, pass: &Pass) -> Result<Ended, EngineError> {
        let (control, prior, id) = (self.control, self.prior, self.id);
        let stopped = || control.is_stopped(id);
        let (sigma_y, variance) = noise::reckoned(self.job, window)?;
        self.tally.sigma_y = sigma_y * window.factor() as f64;
        let problem = Problem::new(
            prior.shown(self.job.recipe.tiles),
            window.operator,
            window.measurement.clone(),
            sigma_y,
            &pass.schedule,
            &stopped,
        );
        let problem = match variance {
            Some(variance) => problem.with_variance(variance, sigma_y),
            None => problem,
        };
        let problem = self.started(problem, window)?;
        let ended = self.steps(window, pass, &problem);
        self.tally.cost = self.tally.cost + problem.cost();
        ended
    }

    /// The problem with the estimate that its run begins at, of an earlier run or of a scale below.
    fn started<'p>(
        &self,
        problem: Problem<'p>,
        window: &WindowProblem<'_>,
    ) -> Result<Problem<'p>, EngineError> {
        let shape = problem.shape();
        let at = window.part.map_or((0, 0), |part| part.window);
        let initial = |picture: &Planar| pixels::to_shape(picture, at, shape, self.device);
        Ok(match (self.estimate(window.window), window.below) {
            (Some(estimate), _) => problem.with_initial(initial(&*estimate.planar()?)),
            (None, Some(below)) => problem.with_initial(initial(below)),
            (None, None) => problem,
        })
    }

    /// All steps of a pass, with a preview after each.
    fn steps(
        &mut self,
        window: &WindowProblem<'_>,
        pass: &Pass,
        problem: &Problem<'_>,
    ) -> Result<Ended, EngineError> {
        let sampler = pass.sampler.as_ref();
        let mut noise = self.noise(window, problem.shape(), pass.number);
        let noise = noise.as_mut();
        let sweeps = self.sweeps(pass, problem.shape());
        self.begin_step(window, &sweeps);
        let mut state = match sampler.init(problem, noise) {
            Err(SamplerError::Cancelled) => return Ok(Ended::Stopped(None)),
            other => other?,
        };
        // The noise level that the estimate was made at.
        let mut reached = sampler.start().unwrap_or(f64::INFINITY);
        while state.remaining > 0 {
            self.control.wait_while_paused(self.id);
            self.begin_step(window, &sweeps);
            let index = state.index();
            match sampler.step(problem, &mut state, noise) {
                Ok(report) => {
                    reached = problem.noise_to_signal(index).sqrt();
                    self.note(window, report, self.step.taken(), problem.cost());
                }
                Err(SamplerError::Cancelled) => {
                    return Ok(Ended::stopped(state, reached <= SETTLED));
                }
                Err(error) => return Err(error.into()),
            }
            if let Some(next) = state.remaining.checked_sub(1) {
                let level = problem.noise_to_signal(next).sqrt();
                self.preview(window, &state.estimate, level)?;
            }
        }
        Ok(Ended::Complete(state.x))
    }

    /// Of a whole picture the noise belongs to its pixels, so that a part of it meets the same. Every
    /// scale of every other window has a stream of its own: its noise does not depend on the others.
    fn noise(
        &self,
        window: &WindowProblem<'_>,
        shape: [usize; 4],
        pass: usize,
    ) -> Box<dyn NoiseSource> {
        // Seeds that people choose are small: those of further passes lie far above them.
        let seed = self.job.recipe.seed.wrapping_add((pass as u64) << 48);
        match window.part {
            Some(Part { frame, .. }) => {
                let [_, _, height, width] = shape;
                Box::new(PositionalNoise::new(
                    seed,
                    (frame.y, frame.x),
                    (height, width),
                ))
            }
            None => {
                let stream = self.tally.window as u64 | (window.factor() as u64 - 1) << 32;
                Box::new(SeededNoise::new(seed, stream))
            }
        }
    }

    fn close(&mut self, window: &WindowProblem<'_>) {
        self.tally.part += 1;
        if window.coarse.is_none() {
            self.tally.window += 1;
        }
    }

    fn note(&mut self, window: &WindowProblem<'_>, report: StepReport, took: Duration, cost: Cost) {
        let tally = &mut self.tally;
        let (width, height) = window.size();
        // A mean over a block has as many times less noise as the block has pixels along a side.
        let residual = report.residual * window.factor() as f64;
        tally.steps += 1;
        tally.clamped += report.clamped;
        tally.residuals.push(residual);
        tally.seconds += took.as_secs_f64();
        tally.work_done += (width * height) as f64;
        let cost = tally.cost + cost;
        let left =
            tally.seconds / tally.work_done * (tally.work_planned - tally.work_done).max(0.0);
        self.outbox.event(Event::Progress(Progress {
            job: self.id,
            window: tally.window,
            windows: tally.windows.len(),
            part: tally.part,
            pixels: width * height,
            done: tally.steps,
            total: tally.steps_planned,
            evaluations: cost.evaluations,
            products: cost.products,
            again: cost.again,
            seconds_per_step: tally.seconds / tally.steps as f64,
            remaining: Duration::from_secs_f64(left),
            residual,
            noise: tally.sigma_y,
        }));
    }

    /// The record of the run.
    pub(crate) fn report(&self, restored: &Restored) -> Report {
        let tally = &self.tally;
        let report = Report {
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
            caution: None,
        };
        Report {
            caution: caution::verdict(&report),
            ..report
        }
    }
}
