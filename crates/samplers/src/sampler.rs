//! The interface of a sampler: `init` once, then `step` until nothing remains.

use burn::tensor::Tensor;
use diffusion::Schedule;
use operators::NoiseSource;

use crate::covariance::Secant;
use crate::error::SamplerError;
use crate::footprint::Footprint;
use crate::levels::Levels;
use crate::problem::{Problem, read_scalar};
use crate::requirement::{Requirement, check_built};

/// Everything that a run carries from step to step.
#[derive(Clone, Debug)]
pub struct State {
    /// The iterate, `[b, c, h, w]`: `x_t` of the reverse process, or `mu` of an optimiser. The
    /// result once `remaining` is 0.
    pub x: Tensor<4>,
    /// The current estimate of the picture, to look at.
    pub estimate: Tensor<4>,
    /// Steps still to take.
    pub remaining: usize,
    /// The step before this one, for samplers that take differences between steps.
    pub(crate) last: Option<Secant>,
    /// Running means of the gradient, for samplers that optimise.
    pub(crate) moments: Option<Moments>,
}

/// Adam's running means.
#[derive(Clone, Debug)]
pub(crate) struct Moments {
    /// Of the gradient.
    pub(crate) first: Tensor<4>,
    /// Of its square.
    pub(crate) second: Tensor<4>,
}

impl State {
    /// At the start of `problem`'s schedule.
    #[must_use]
    pub fn new(problem: &Problem<'_>, x: Tensor<4>) -> Self {
        let remaining = problem.schedule.len();
        Self {
            estimate: x.clone(),
            x,
            remaining,
            last: None,
            moments: None,
        }
    }

    /// Steps taken so far.
    #[must_use]
    pub fn done(&self, problem: &Problem<'_>) -> usize {
        problem.schedule.len() - self.remaining
    }

    /// Takes the step to `x`, with `estimate` to look at.
    pub(crate) fn advance(&mut self, x: Tensor<4>, estimate: Tensor<4>) {
        self.x = x;
        self.estimate = estimate;
        self.remaining -= 1;
    }

    /// The step about to be taken, an index into the respaced schedule.
    ///
    /// # Panics
    /// If nothing remains.
    #[must_use]
    pub fn index(&self) -> usize {
        self.remaining
            .checked_sub(1)
            .expect("a finished run takes no more steps")
    }
}

/// What a step has to say.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StepReport {
    /// Root mean square of `y - A x0_hat` over the measured values, model range.
    pub residual: f64,
    /// Covariance entries that had to be clamped into their possible range.
    pub clamped: usize,
    /// Conjugate-gradient iterations.
    pub iterations: usize,
}

impl StepReport {
    /// Of a step without a covariance or a solve.
    pub(crate) fn plain(residual: f64) -> Self {
        Self {
            residual,
            ..Self::default()
        }
    }
}

/// A posterior sampler.
pub trait Sampler: Send {
    /// The name it is chosen by.
    fn name(&self) -> &'static str;

    /// What it requires of `A`; [`check`](crate::check) says whether a written operator has it.
    fn requirement(&self) -> Requirement {
        Requirement::Linear
    }

    /// The fewest steps with which its results are usually no worse than the best linear estimate, by the
    /// tables of `assets/evaluation`. Fewer run as well; whoever runs them says so.
    fn fewest_steps(&self) -> usize {
        if self.start().is_some() { 3 } else { 20 }
    }

    /// How many tensors of the picture's size it holds.
    fn footprint(&self) -> Footprint {
        Footprint::LARGEST
    }

    /// Where it starts and how its steps are placed.
    fn levels(&self) -> Levels {
        Levels::UNIFORM
    }

    /// The noise level `sigma_t = sqrt((1 - ab) / ab)` from which it starts with the problem's
    /// estimate; `None` for pure noise at the schedule's own start.
    fn start(&self) -> Option<f64> {
        self.levels().start
    }

    /// How many steps of a respaced schedule it takes: those up to [`start`](Self::start), at least
    /// one.
    fn steps(&self, schedule: &Schedule) -> usize {
        let Some(level) = self.start() else {
            return schedule.len();
        };
        let below = |i: &usize| {
            let alpha_bar = schedule.alpha_bar(*i);
            (1.0 - alpha_bar) / alpha_bar <= level * level
        };
        (0..schedule.len()).take_while(below).count().max(1)
    }

    /// The state before the first step. Unless a sampler says otherwise, that is pure noise,
    /// `x_T ~ N(0, I)`, where the reverse process starts, or the estimate with the noise of
    /// [`start`](Self::start).
    ///
    /// # Errors
    /// [`SamplerError`].
    fn init(
        &self,
        problem: &Problem<'_>,
        noise: &mut dyn NoiseSource,
    ) -> Result<State, SamplerError> {
        begin(self, problem, noise)
    }

    /// One step. The state is unchanged when an error is returned.
    ///
    /// # Errors
    /// [`SamplerError::Cancelled`] before an evaluation, [`SamplerError::NonFinite`] naming the
    /// step and the quantity.
    fn step(
        &self,
        problem: &Problem<'_>,
        state: &mut State,
        noise: &mut dyn NoiseSource,
    ) -> Result<StepReport, SamplerError>;

    /// Takes all remaining steps and returns the result.
    ///
    /// # Errors
    /// As [`step`](Self::step).
    fn run(
        &self,
        problem: &Problem<'_>,
        noise: &mut dyn NoiseSource,
    ) -> Result<Tensor<4>, SamplerError> {
        let mut state = self.init(problem, noise)?;
        while state.remaining > 0 {
            self.step(problem, &mut state, noise)?;
        }
        Ok(state.x)
    }
}

/// What [`Sampler::init`] says, for those who remember something besides.
///
/// # Errors
/// As [`Sampler::init`].
pub(crate) fn begin<S: Sampler + ?Sized>(
    sampler: &S,
    problem: &Problem<'_>,
    noise: &mut dyn NoiseSource,
) -> Result<State, SamplerError> {
    check_built(sampler, problem.operator, &problem.device())?;
    let z = noise.normal(problem.shape(), &problem.device());
    if sampler.start().is_none() {
        return Ok(State::new(problem, z));
    }
    let steps = sampler.steps(problem.schedule);
    let alpha_bar = problem.schedule.alpha_bar(steps - 1);
    let estimate = problem.within_range(problem.initial());
    let x = estimate.clone() * alpha_bar.sqrt() + z * (1.0 - alpha_bar).sqrt();
    Ok(State {
        x,
        estimate,
        remaining: steps,
        last: None,
        moments: None,
    })
}

/// Root mean square of a residual over measured values; refuses a run whose numbers broke.
///
/// # Errors
/// [`SamplerError::NonFinite`], [`SamplerError::Device`].
pub(crate) fn residual_level(
    problem: &Problem<'_>,
    residual: &Tensor<4>,
    step: usize,
) -> Result<f64, SamplerError> {
    let squares = residual.clone().square();
    let mean = match problem.operator.measured() {
        None => squares.mean(),
        Some(mask) => {
            let [b, c, _, _] = residual.dims();
            let shape = residual.dims();
            let known = mask.clone().sum() * (b * c) as f64;
            (squares * mask.expand(shape)).sum() / known.clamp_min(1.0)
        }
    };
    let level = read_scalar(mean)?.sqrt();
    if level.is_finite() {
        Ok(level)
    } else {
        Err(SamplerError::NonFinite {
            step,
            quantity: "residual y - A x0_hat",
        })
    }
}

/// Refuses numbers that are none.
///
/// # Errors
/// [`SamplerError::NonFinite`], [`SamplerError::Device`].
pub fn check_finite(
    tensor: &Tensor<4>,
    step: usize,
    quantity: &'static str,
) -> Result<(), SamplerError> {
    if read_scalar(tensor.clone().abs().max())?.is_finite() {
        Ok(())
    } else {
        Err(SamplerError::NonFinite { step, quantity })
    }
}
