//! DAPS: decoupled annealing posterior sampling (Zhang et al. 2024, arXiv 2407.01521).
//!
//! At every noise level: follow the probability-flow ODE from `x_t` to `x0_hat` in a few steps,
//! draw `x0` from `N(x0_hat, r_t² I)` given `y`, with `r_t = sigma_t`, and noise it afresh to the
//! next level. Steps are thus decoupled: an early mistake can be taken back.
//!
//! The paper draws with a short run of Langevin steps from `x0_hat`, tuned so that they settle what
//! was measured and hardly move the rest. For linear operators one solve does that without tuning:
//!
//! ```text
//! x0 = x0_hat + r_t² Aᵀ (r_t² A Aᵀ + sigma_y²)⁻¹ (y + sigma_y n - A x0_hat)
//! ```
//!
//! For others the same point is sought from `x0_hat` by steps that need no length either: the most
//! probable picture, had the noise been `sigma_y n` more.
//!
//! What was not measured stays at `x0_hat`, which is a sample already. To draw it from
//! `N(x0_hat, r_t²)` as well, which Langevin steps without end would do, would widen it at every
//! level: Gaussian data would come out with more than twice their variance.
//!
//! The network is never differentiated. Cost of a step: `ode` evaluations, fewer near the end.

use burn::tensor::Tensor;
use operators::{Family, NoiseSource, Parameter, Values};

use crate::error::SamplerError;
use crate::estimate::Estimate;
use crate::footprint::Footprint;
use crate::levels::{LEVELS, Levels, START, levels};
use crate::operator_default::ABOVE_NOISE;
use crate::problem::Problem;
use crate::proximal::proximal_point;
use crate::registry::{Built, Entry};
use crate::requirement::Requirement;
use crate::reverse::implied_noise;
use crate::sampler::{Sampler, State, StepReport, check_finite};

const NAME: &str = "daps";

pub(crate) const ENTRY: Entry = Entry {
    family: Family {
        name: NAME,
        title: "DAPS",
        summary: "Adds the noise of every step anew, so that it can take back early mistakes; five evaluations a step.",
        source: "Zhang et al. 2024, arXiv 2407.01521",
        parameters: &[
            Parameter::whole("ode", "Evaluations a step", 5, (1, 50)).help(
                "Evaluations on the way from each noise level to a clean estimate. More is slower and \
                 gives a better estimate.",
            ),
            START,
            LEVELS,
        ],
        ..Family::PLAIN
    },
    defaults: &[ABOVE_NOISE],
    build,
};

fn build(values: &Values) -> Built {
    Ok(Box::new(Daps {
        ode: values.whole("ode")?,
        levels: levels(values)?,
    }))
}

/// See the module.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Daps {
    /// Evaluations on the way from each noise level to a clean estimate, at least 1.
    pub ode: usize,
    /// Where it starts and how its steps are placed.
    pub levels: Levels,
}

impl Daps {
    /// The end of the probability flow that passes through `x` at step `index` (DDIM, eta 0).
    fn flow(
        &self,
        problem: &Problem<'_>,
        mut x: Tensor<4>,
        index: usize,
        done: usize,
    ) -> Result<Tensor<4>, SamplerError> {
        let places = descent(index, self.ode);
        let mut x0 = x.clone();
        for (i, &place) in places.iter().enumerate() {
            let eps = problem.evaluate(x.clone(), place)?.eps;
            check_finite(&eps, done, "noise prediction")?;
            x0 = problem.within_range(problem.tweedie_mean(x.clone(), eps, place));
            if let Some(&next) = places.get(i + 1) {
                let eps = implied_noise(problem.schedule.alpha_bar(place), x, x0.clone());
                let next = problem.schedule.alpha_bar(next);
                x = x0.clone() * next.sqrt() + eps * (1.0 - next).sqrt();
            }
        }
        Ok(x0)
    }
}

/// At most `count` steps from `index` down, evenly spaced, all different.
fn descent(index: usize, count: usize) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).map(|i| index * (count - i) / count).collect();
    places.dedup();
    places
}

impl Sampler for Daps {
    fn name(&self) -> &'static str {
        NAME
    }

    /// Each of them takes several evaluations.
    fn fewest_steps(&self) -> usize {
        if self.start().is_some() { 3 } else { 10 }
    }

    fn footprint(&self) -> Footprint {
        Footprint::forward(11.0)
    }

    fn levels(&self) -> Levels {
        self.levels
    }

    fn requirement(&self) -> Requirement {
        Requirement::Derivative
    }

    fn step(
        &self,
        problem: &Problem<'_>,
        state: &mut State,
        noise: &mut dyn NoiseSource,
    ) -> Result<StepReport, SamplerError> {
        let index = state.index();
        let done = state.done(problem);
        let end = self.flow(problem, state.x.clone(), index, done)?;
        let Estimate {
            x0_hat,
            residual,
            level,
        } = Estimate::of(problem, state, end)?;

        let device = problem.device();
        let variance = problem.noise_to_signal(index);
        let mut error = problem.as_noise(noise.normal(problem.measurement.dims(), &device));
        if let Some(measured) = problem.operator.measured() {
            error = error * measured.expand(problem.measurement.dims());
        }
        let drawn = residual + error;
        let (x0, iterations) = proximal_point(problem, x0_hat.clone(), variance, drawn)?;
        check_finite(&x0, done, "draw of x0")?;

        let z = noise.normal(problem.shape(), &device);
        if index == 0 {
            state.advance(x0.clone(), x0);
        } else {
            let next = problem.schedule.alpha_bar(index - 1);
            state.advance(x0 * next.sqrt() + z * (1.0 - next).sqrt(), x0_hat);
        }
        Ok(StepReport {
            iterations,
            ..StepReport::plain(level)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::descent;

    #[test]
    fn a_descent_starts_at_its_step_and_never_repeats_one() {
        assert_eq!(descent(40, 5), [40, 32, 24, 16, 8]);
        assert_eq!(descent(2, 5), [2, 1, 0]);
        assert_eq!(descent(0, 5), [0]);
        assert_eq!(descent(9, 1), [9]);
    }
}
