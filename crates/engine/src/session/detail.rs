//! Between least error and full texture.
//!
//! A posterior sample has the texture of photographs and errs more than the posterior mean, which has
//! none of its own. Every trade between the two that is optimal lies on the straight line from one to
//! the other (Freirich, Michaeli & Meir 2021, arXiv 2107.02555, theorem 1):
//!
//! ```text
//! x(detail) = mean + detail (sample - mean),   detail in [0, 1]
//! ```
//!
//! Where a picture is only noisy, one evaluation at the noise's level is the mean. Elsewhere it is the
//! average of [`SAMPLES`] samples with different noise. Cost: one evaluation more, or [`SAMPLES`] times
//! the sampler's.

use std::rc::Rc;

use burn::tensor::Tensor;
use diffusion::Schedule;
use operators::{Class, Spec};
use samplers::{Sampler, State};

use super::{Session, WindowProblem};
use crate::error::EngineError;

/// Samples that are averaged for a posterior mean.
const SAMPLES: usize = 4;
/// The sampler that gives the mean of a noisy picture.
const MEAN: &str = "posterior-mean";

/// One run of a sampler within a job.
pub(super) struct Pass {
    pub(super) sampler: Rc<dyn Sampler>,
    pub(super) schedule: Schedule,
    /// Which of several with the same seed: each has noise of its own.
    pub(super) number: usize,
}

/// How a pass ended.
pub(super) enum Ended {
    Complete(Tensor<4>),
    /// Stopped on the way, with the last estimate if it has settled.
    Stopped(Option<Tensor<4>>),
}

impl Ended {
    /// Of a run that was stopped in this state, whose estimate was made at the noise level `reached`.
    pub(super) fn stopped(state: State, settled: bool) -> Self {
        Self::Stopped(settled.then_some(state.estimate))
    }
}

impl Session<'_> {
    /// The passes that the recipe's detail asks for, with this sampler: the first is the
    /// sample, if there is one, and the rest make up the mean.
    pub(super) fn passes(&self, sampler: &Rc<dyn Sampler>) -> Result<Vec<Pass>, EngineError> {
        let detail = self.job.recipe.detail;
        // What starts at an estimate takes the steps of the recipe's schedule below its start.
        let pass = |number| Pass {
            sampler: Rc::clone(sampler),
            schedule: self.schedule.clone(),
            number,
        };
        if detail >= 1.0 || sampler.name() == MEAN {
            return Ok(vec![pass(0)]);
        }
        if !self.is_only_noisy() {
            return Ok((0..SAMPLES).map(pass).collect());
        }
        let mean: Rc<dyn Sampler> = Rc::from(samplers::parse(&Spec::named(MEAN))?);
        let denoiser = self.prior.shown(self.job.recipe.tiles);
        let schedule = &self.prior.schedule;
        let mean = Pass {
            schedule: mean.levels().schedule(schedule, schedule.len(), denoiser)?,
            sampler: mean,
            number: 0,
        };
        Ok(if detail > 0.0 {
            vec![pass(0), mean]
        } else {
            vec![mean]
        })
    }

    /// Whether noise is all that happened to the picture.
    fn is_only_noisy(&self) -> bool {
        let mut classes = self.job.recipe.operator.classes();
        classes.all(|class| class == Class::Noise)
    }

    /// Takes the passes of a window and blends them.
    pub(super) fn take(
        &mut self,
        window: &WindowProblem<'_>,
        passes: Vec<Pass>,
    ) -> Result<Ended, EngineError> {
        let detail = self.job.recipe.detail;
        let (alone, noisy) = (passes.len() == 1, self.is_only_noisy());
        let mut sample: Option<Tensor<4>> = None;
        let mut sum: Option<Tensor<4>> = None;
        for (taken, pass) in passes.into_iter().enumerate() {
            match self.pass(window, &pass)? {
                Ended::Complete(result) if alone => return Ok(Ended::Complete(result)),
                Ended::Complete(result) => {
                    // The sample of a noisy picture is no part of its mean.
                    if !(noisy && taken == 0) {
                        sum = Some(match sum {
                            Some(sum) => sum + result.clone(),
                            None => result.clone(),
                        });
                    }
                    sample.get_or_insert(result);
                }
                Ended::Stopped(best) => {
                    let before = sum.map(|sum| sum / taken as f64).or(sample);
                    return Ok(Ended::Stopped(before.or(best)));
                }
            }
        }
        let count = if noisy { 1.0 } else { SAMPLES as f64 };
        let mean = sum.expect("several passes have a mean") / count;
        let sample = sample.expect("the first pass is a sample");
        Ok(Ended::Complete(mean.clone() + (sample - mean) * detail))
    }
}
