//! DDNM+: null-space restoration with noise (Wang, Yu & Zhang 2023, arXiv 2212.00490, eq. 17
//! to 19 and appendix I).
//!
//! ```text
//! x0 = x0_hat + V Lambda Vᵀ A⁺ (y - A x0_hat)
//! ```
//!
//! With `a = sqrt(ab')` and `sigma' = sqrt(1 - ab')` of the next step, along a vector with
//! singular value `s`: `Lambda = 1` where `sigma' >= a sigma_y / s`, and then the noise that the
//! measurement brings counts towards the step's own; otherwise
//! `Lambda = s sigma' sqrt(1 - eta²) / (a sigma_y)`, as much as the step's noise can hide. Where
//! nothing was measured it is DDIM's step.
//!
//! The network is never differentiated. Cost of a step: one evaluation; the paper takes 100.

use burn::tensor::Tensor;
use operators::{Family, NoiseSource, Spectrum, Values};

use crate::error::SamplerError;
use crate::estimate::Estimate;
use crate::footprint::Footprint;
use crate::levels::{LEVELS, Levels, START, levels};
use crate::operator_default::ABOVE_NOISE;
use crate::problem::Problem;
use crate::registry::{Built, Entry};
use crate::requirement::Requirement;
use crate::sampler::{Sampler, State, StepReport};
use crate::spectral::{ETA, choose, decompose, seen};

const NAME: &str = "ddnm";

pub(crate) const ENTRY: Entry = Entry {
    family: Family {
        name: NAME,
        title: "DDNM+",
        summary: "Keeps what was measured and samples the null space of the operator.",
        source: "Wang et al. 2023, arXiv 2212.00490",
        parameters: &[ETA, START, LEVELS],
        ..Family::PLAIN
    },
    defaults: &[ABOVE_NOISE],
    build,
};

fn build(values: &Values) -> Built {
    Ok(Box::new(Ddnm {
        eta: values.number("eta")?,
        levels: levels(values)?,
    }))
}

/// See the module.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ddnm {
    /// Fresh noise in each step, 0 to 1.
    pub eta: f64,
    /// Where it starts and how its steps are placed.
    pub levels: Levels,
}

/// What a step does along the singular vectors, `[1, 1, h', w']` each; zero where nothing was measured.
struct Weights {
    /// How far the estimate moves to the measurement.
    lambda: Tensor<4>,
    /// Fresh noise beyond that of DDIM.
    fresh: Tensor<4>,
}

impl Ddnm {
    /// For a measurement whose noise is `noise` at the scale of the next step, where the reverse process
    /// has the noise `sigma`.
    fn weights(&self, spectrum: &Spectrum<'_>, noise: f64, sigma: f64) -> Weights {
        let kept = (1.0 - self.eta * self.eta).sqrt();
        let seen = seen(spectrum);
        let brought = spectrum.values.clone().clamp_min(1e-12).recip() * noise;
        let clear = brought.clone().lower_equal_elem(sigma).float() * seen.clone();
        let hidden = brought.clone().clamp_min(1e-12).recip() * (sigma * kept);
        let lambda = choose(&clear, seen.ones_like(), hidden.clamp_max(1.0)) * seen.clone();
        let room = (brought.square() * -1.0 + sigma * sigma).clamp_min(0.0);
        let own = seen.zeros_like() + self.eta * sigma;
        let fresh = (choose(&clear, room.sqrt(), own.clone()) - own) * seen;
        Weights { lambda, fresh }
    }
}

impl Sampler for Ddnm {
    fn name(&self) -> &'static str {
        NAME
    }

    fn footprint(&self) -> Footprint {
        Footprint::forward(10.75)
    }

    fn levels(&self) -> Levels {
        self.levels
    }

    fn requirement(&self) -> Requirement {
        Requirement::Spectrum
    }

    fn step(
        &self,
        problem: &Problem<'_>,
        state: &mut State,
        noise: &mut dyn NoiseSource,
    ) -> Result<StepReport, SamplerError> {
        let index = state.index();
        let eps = problem.evaluate(state.x.clone(), index)?.eps;
        let Estimate { x0_hat, level, .. } = Estimate::new(problem, state, eps.clone())?;

        let spectrum = decompose(problem, NAME)?;
        let next = index
            .checked_sub(1)
            .map_or(1.0, |before| problem.schedule.alpha_bar(before));
        let (a, sigma) = (next.sqrt(), (1.0 - next).sqrt());
        let kept = (1.0 - self.eta * self.eta).sqrt();
        let Weights { lambda, fresh } = self.weights(&spectrum, a * problem.sigma_y, sigma);

        let mean = spectrum.analyse(x0_hat.clone());
        let shape = mean.dims();
        let explained = spectrum.explained(problem.measurement.clone());
        let gain = (explained - mean) * lambda.expand(shape);
        let x0 = x0_hat + spectrum.synthesise(gain);
        // Nothing can fail any more, so the last estimate need not lie beside this one.
        state.estimate = x0.clone();

        // DDIM's noise, and along what was measured the difference to that.
        let z = noise.normal(problem.shape(), &problem.device());
        let there = spectrum.analyse(z.clone()) * fresh.expand(shape);
        let there = there - spectrum.analyse(eps.clone()) * (kept * sigma);
        let noise = z * (self.eta * sigma) + eps * (kept * sigma) + spectrum.synthesise(there);

        state.advance(x0.clone() * a + noise, x0);
        Ok(StepReport::plain(level))
    }
}
