//! Fills the table, cell after cell.
//!
//! Methods come in the order of the plan, and each runs on every picture before the next begins:
//! put the dear ones last, and an evaluation that is stopped has compared the others. Of each
//! picture all tasks are done in turn.

use std::ops::ControlFlow;
use std::time::Instant;

use burn::tensor::Tensor;
use diffusion::Subject;
use imaging::Planar;
use operators::{NoiseBatch, Spec};
use samplers::{Problem, SamplerError};

use crate::baselines::{self, BaselineError, Measurement};
use crate::cell::{Cell, Measured, Outcome, Place};
use crate::error::EvaluationError;
use crate::lpips::Lpips;
use crate::memory;
use crate::pictures::Picture;
use crate::plan::{Method, Plan};
use crate::problem::{Prepared, load_kernel};
use crate::random::{self, Purpose};
use crate::score::Yardstick;
use crate::store::Store;
use crate::tensors::{download, number, upload};

/// What an evaluation is made on.
#[derive(Clone, Copy)]
pub struct Bench<'a> {
    /// The clean pictures of the plan.
    pub pictures: &'a [Picture],
    /// The prior that restores them.
    pub subject: Subject<'a>,
    /// Tells how different pictures look, if the plan names it.
    pub lpips: Option<&'a Lpips>,
}

/// How far a run is.
#[derive(Clone, Debug)]
pub struct Progress {
    /// Cells that are filled.
    pub done: usize,
    /// Cells in all.
    pub of: usize,
    /// What is computed now.
    pub now: String,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Every cell is filled.
    Finished,
    /// Asked to stop; what was filled is kept.
    Stopped,
}

/// Fills every cell of the store's plan that is still empty. `listener` hears of each cell before it is begun, and of
/// the end, and may break off; `cancelled` is asked before every evaluation.
///
/// # Errors
/// [`EvaluationError`] if a task cannot be built or a file cannot be written. A method that breaks
/// or does not suit an operator is no error of the run: its cell says so.
pub fn run(
    bench: Bench<'_>,
    store: &Store,
    listener: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    cancelled: &dyn Fn() -> bool,
) -> Result<Ended, EvaluationError> {
    let plan = store.plan();
    plan.check()?;
    let Bench {
        pictures, subject, ..
    } = bench;
    if let Some(least) = bench
        .lpips
        .map(Lpips::least_side)
        .filter(|l| plan.crop < *l)
    {
        return Err(EvaluationError::Setting(format!(
            "crops of {} pixels are too small for LPIPS, which needs {least}",
            plan.crop
        )));
    }
    for method in &plan.methods {
        if let Some(steps) = method.steps {
            let levels = samplers::parse(&method.spec)?.levels();
            levels.schedule(subject.schedule, steps, subject.denoiser)?;
        }
    }
    let tasks = plan.tasks.iter();
    let prepared: Vec<Prepared> = tasks
        .map(|task| Prepared::new(task, plan, subject.device))
        .collect::<Result<_, _>>()?;
    store.begin()?;
    for (task, ready) in prepared.iter().enumerate() {
        for (number, picture) in pictures.iter().enumerate() {
            let y = ready.measure(&picture.truth, plan, number, subject.device);
            store.keep_pictures((task, number), &picture.truth, &download(y)?)?;
        }
    }
    let runner = Runner {
        plan,
        bench,
        cancelled,
    };
    let of = plan.cells();
    let mut done = 0;
    for (method, chosen) in plan.methods.iter().enumerate() {
        for (picture, clean) in pictures.iter().enumerate() {
            for (task, ready) in prepared.iter().enumerate() {
                let place = Place {
                    task,
                    method,
                    picture,
                };
                if store.cell(place)?.is_none() {
                    let now = format!("{chosen} · {} · {}", plan.tasks[task], clean.name);
                    if listener(Progress { done, of, now }).is_break() {
                        return Ok(Ended::Stopped);
                    }
                    match runner.cell(chosen, ready, clean, picture)? {
                        None => return Ok(Ended::Stopped),
                        Some((outcome, restored)) => {
                            store.keep(&Cell { place, outcome }, restored.as_ref())?;
                        }
                    }
                }
                done += 1;
            }
        }
    }
    let now = "finished".to_owned();
    let _ = listener(Progress { done, of, now });
    Ok(Ended::Finished)
}

struct Runner<'a> {
    plan: &'a Plan,
    bench: Bench<'a>,
    cancelled: &'a dyn Fn() -> bool,
}

/// What restoring gave: some draws, or why none.
enum Restored {
    Pictures {
        /// `[draws, 3, h, w]`.
        x: Box<Tensor<4>>,
        evaluations: usize,
        products: usize,
    },
    Unsuitable(String),
    Failed(String),
    Cancelled,
}

impl Runner<'_> {
    /// `None` if it was asked to stop.
    fn cell(
        &self,
        method: &Method,
        ready: &Prepared,
        clean: &Picture,
        picture: usize,
    ) -> Result<Option<(Outcome, Option<Planar>)>, EvaluationError> {
        let device = self.bench.subject.device;
        let y = ready.measure(&clean.truth, self.plan, picture, device);
        let truth = upload(&clean.truth, device);
        let yardstick = Yardstick {
            truth: &clean.truth,
            hole: ready.hole.as_ref(),
            operator: ready.operator.as_ref(),
            measurement: &y,
            lpips: self.bench.lpips,
        };
        let draws = if method.steps.is_some() {
            self.plan.draws
        } else {
            1
        };
        let watched = memory::reset_peak();
        let mut drawn = Vec::with_capacity(draws);
        let (mut cost, mut seconds) = ((0, 0), 0.0);
        while drawn.len() < draws {
            let start = Instant::now();
            let count = self.plan.together.min(draws - drawn.len());
            let restored = self.restore(method, ready, &y, (picture, drawn.len(), count))?;
            let x = match restored {
                Restored::Cancelled => return Ok(None),
                Restored::Unsuitable(why) => return Ok(Some((Outcome::Unsuitable(why), None))),
                Restored::Failed(why) => return Ok(Some((Outcome::Failed(why), None))),
                Restored::Pictures {
                    x,
                    evaluations,
                    products,
                } => {
                    cost = (evaluations, products);
                    x
                }
            };
            // Reading numbers back is part of the time: devices compute when they are asked.
            for place in 0..count {
                let restored = x.clone().narrow(0, place, 1);
                drawn.push(download(ready.operator.alike(restored, &truth))?);
            }
            seconds += start.elapsed().as_secs_f64();
        }
        let peak_memory = if watched { memory::peak() } else { None };
        let scores = drawn.iter().map(|picture| yardstick.score(picture));
        let scores: Vec<_> = scores.collect::<Result<_, _>>()?;
        let mean = Planar::mean(&drawn)?;
        let measured = Measured {
            draws: scores,
            mean: if draws > 1 {
                Some(yardstick.score(&mean)?)
            } else {
                None
            },
            evaluations: cost.0,
            products: cost.1,
            seconds: seconds / draws as f64,
            peak_memory,
        };
        Ok(Some((Outcome::Measured(measured), Some(mean))))
    }

    fn without_prior(
        &self,
        spec: &Spec,
        ready: &Prepared,
        y: &Tensor<4>,
    ) -> Result<Restored, EvaluationError> {
        let operator = match ready.operator.linear() {
            Ok(operator) => operator,
            Err(_) if spec.name == baselines::PLAIN && ready.operator.gives_pictures() => {
                return settled(ready.operator.estimate(y.clone()), (0, 0));
            }
            Err(part) => {
                let why = format!("`{part}` is not linear, and baselines need that");
                return Ok(Restored::Unsuitable(why));
            }
        };
        let measurement = Measurement {
            operator,
            y: y.clone(),
            sigma_y: self.plan.noise,
            hole: ready.hole.as_ref(),
        };
        match baselines::parse(spec)?.restore(&measurement) {
            Ok(x) => settled(x, (0, 0)),
            Err(BaselineError::Unsuitable(why)) => Ok(Restored::Unsuitable(why.to_owned())),
            Err(BaselineError::Device(error)) => Err(error),
        }
    }

    fn restore(
        &self,
        method: &Method,
        ready: &Prepared,
        y: &Tensor<4>,
        (picture, first, count): (usize, usize, usize),
    ) -> Result<Restored, EvaluationError> {
        let operator = ready.operator.as_ref();
        let Some(steps) = method.steps else {
            return self.without_prior(&method.spec, ready, y);
        };
        let choice =
            samplers::with_operator_defaults(&method.spec, &ready.chain, self.plan.noise.into());
        if let Err(error) = samplers::check(&choice, &ready.chain, &load_kernel) {
            return match error {
                SamplerError::Choice(error) => Err(error.into()),
                unsuitable => Ok(Restored::Unsuitable(unsuitable.to_string())),
            };
        }
        let sampler = samplers::parse(&choice)?;
        let Subject {
            denoiser, schedule, ..
        } = self.bench.subject;
        let schedule = sampler.levels().schedule(schedule, steps, denoiser)?;
        let problem = Problem::new(
            self.bench.subject.denoiser,
            operator,
            y.clone().repeat(&[count, 1, 1, 1]),
            self.plan.noise,
            &schedule,
            self.cancelled,
        );
        // Each draw has a stream of its own, so it is the same however many are computed together.
        let stream = |draw| random::stream(self.plan.seed, Purpose::Draw, picture, draw);
        let mut noise = NoiseBatch((first..first + count).map(stream).collect());
        match sampler.run(&problem, &mut noise) {
            Ok(x) => settled(x, (problem.cost().evaluations, problem.cost().products)),
            Err(SamplerError::Cancelled) => Ok(Restored::Cancelled),
            Err(SamplerError::Device(reason)) => Err(EvaluationError::Device(reason)),
            Err(error) => Ok(Restored::Failed(error.to_string())),
        }
    }
}

/// Refuses results that are no numbers.
fn settled(
    x: Tensor<4>,
    (evaluations, products): (usize, usize),
) -> Result<Restored, EvaluationError> {
    // A sum keeps what is no number; a maximum may pass it over.
    if number(x.clone().abs().sum())?.is_finite() {
        Ok(Restored::Pictures {
            x: Box::new(x),
            evaluations,
            products,
        })
    } else {
        let why = "the result holds values that are no finite numbers";
        Ok(Restored::Failed(why.to_owned()))
    }
}
