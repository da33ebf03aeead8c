//! DDRM: denoising diffusion restoration models (Kawar, Elad, Ermon & Song 2022, arXiv 2201.11793,
//! eq. 7 and 8).
//!
//! Works along the singular vectors of the operator, `x̄ = Vᵀ x`, and in variance-exploding scale,
//! `x_t / sqrt(ab)`, with noise `sigma_t`. Along a vector with singular value `s` the measurement
//! says `ȳ` with noise `sigma_y / s`; the next value is drawn around
//!
//! ```text
//! x̄0_hat + sqrt(1 - eta²) sigma' (x̄_t - x̄0_hat) / sigma_t        s = 0:              spread eta sigma'
//! x̄0_hat + sqrt(1 - eta²) sigma' (ȳ - x̄0_hat) s / sigma_y        sigma' < sigma_y/s: spread eta sigma'
//! (1 - eta_b) x̄0_hat + eta_b ȳ          otherwise: spread² sigma'² - eta_b² sigma_y² / s²
//! ```
//!
//! The network is never differentiated. Cost of a step: one evaluation; the paper takes 20.

use burn::tensor::Tensor;
use operators::{Family, NoiseSource, Parameter, Spectrum, Values};

use crate::error::SamplerError;
use crate::estimate::Estimate;
use crate::footprint::Footprint;
use crate::levels::{LEVELS, Levels, START, levels};
use crate::operator_default::ABOVE_NOISE;
use crate::problem::Problem;
use crate::registry::{Built, Entry};
use crate::requirement::{Requirement, check_built};
use crate::sampler::{Sampler, State, StepReport};
use crate::spectral::{self, ETA, choose, decompose};

const NAME: &str = "ddrm";

pub(crate) const ENTRY: Entry = Entry {
    family: Family {
        name: NAME,
        title: "DDRM",
        summary: "Restores along the singular vectors of the operator; fast, in few steps.",
        source: "Kawar et al. 2022, arXiv 2201.11793",
        parameters: &[
            ETA,
            Parameter::number("eta-b", "Trust in the photo", 1.0, (0.0, 1.0))
                .help("How far measured values overrule estimates. Lower is smoother."),
            START,
            LEVELS,
        ],
        ..Family::PLAIN
    },
    defaults: &[ABOVE_NOISE],
    build,
};

fn build(values: &Values) -> Built {
    Ok(Box::new(Ddrm {
        eta: values.number("eta")?,
        eta_b: values.number("eta-b")?,
        levels: levels(values)?,
    }))
}

/// See the module.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ddrm {
    /// Fresh noise in each step, 0 to 1.
    pub eta: f64,
    /// Trust in measured values against estimates, 0 to 1.
    pub eta_b: f64,
    /// Where it starts and how its steps are placed.
    pub levels: Levels,
}

/// The noise of the measurement along each singular vector, where it is below `sigma`:
/// one where it is, and its square there.
struct Known {
    seen: Tensor<4>,
    clear: Tensor<4>,
    variance: Tensor<4>,
}

fn known(spectrum: &Spectrum<'_>, sigma_y: f64, sigma: f64) -> Known {
    let values = spectrum.values.clone();
    let seen = spectral::seen(spectrum);
    let variance = (values.clamp_min(1e-12).recip() * sigma_y).square() * seen.clone();
    let clear = variance.clone().lower_equal_elem(sigma * sigma).float() * seen.clone();
    Known {
        seen,
        clear,
        variance,
    }
}

impl Sampler for Ddrm {
    fn name(&self) -> &'static str {
        NAME
    }

    fn footprint(&self) -> Footprint {
        Footprint::forward(12.25)
    }

    fn levels(&self) -> Levels {
        self.levels
    }

    fn requirement(&self) -> Requirement {
        Requirement::Spectrum
    }

    /// The measurement, noised up to the first level where it is clearer than that; elsewhere noise, or
    /// the noised estimate.
    fn init(
        &self,
        problem: &Problem<'_>,
        noise: &mut dyn NoiseSource,
    ) -> Result<State, SamplerError> {
        check_built(self, problem.operator, &problem.device())?;
        let spectrum = decompose(problem, NAME)?;
        let remaining = self.steps(problem.schedule);
        let sigma = problem.noise_to_signal(remaining - 1).sqrt();
        let Known {
            clear, variance, ..
        } = known(&spectrum, problem.sigma_y, sigma);
        let z = noise.normal(problem.shape(), &problem.device());
        let estimate = self
            .start()
            .map(|_| problem.within_range(problem.initial()));
        let elsewhere = match &estimate {
            Some(estimate) => estimate.clone() + z.clone() * sigma,
            None => z.clone() * sigma,
        };
        let explained = spectrum.explained(problem.measurement.clone());
        let spread = (variance * -1.0 + sigma * sigma).clamp_min(0.0).sqrt();
        let along = spectrum.analyse(z);
        let shape = along.dims();
        let measured = explained + along * spread.expand(shape);
        let moved = (measured - spectrum.analyse(elsewhere.clone())) * clear.expand(shape);
        let scale = problem.schedule.alpha_bar(remaining - 1).sqrt();
        let x = (elsewhere + spectrum.synthesise(moved)) * scale;
        Ok(State {
            estimate: estimate.unwrap_or_else(|| x.clone()),
            x,
            remaining,
            last: None,
            moments: None,
        })
    }

    fn step(
        &self,
        problem: &Problem<'_>,
        state: &mut State,
        noise: &mut dyn NoiseSource,
    ) -> Result<StepReport, SamplerError> {
        let (index, x) = (state.index(), state.x.clone());
        let eps = problem.evaluate(x.clone(), index)?.eps;
        let Estimate { x0_hat, level, .. } = Estimate::new(problem, state, eps)?;

        let spectrum = decompose(problem, NAME)?;
        let now = problem.noise_to_signal(index).sqrt();
        let (next, scale) = match index.checked_sub(1) {
            Some(before) => (
                problem.noise_to_signal(before).sqrt(),
                problem.schedule.alpha_bar(before).sqrt(),
            ),
            None => (0.0, 1.0),
        };
        let here = x / problem.schedule.alpha_bar(index).sqrt();
        let z = noise.normal(problem.shape(), &problem.device());
        let kept = (1.0 - self.eta * self.eta).sqrt() * next;
        let old = (here - x0_hat.clone()) * (kept / now);
        let unseen = x0_hat.clone() + old + z.clone() * (self.eta * next);

        let mean = spectrum.analyse(x0_hat.clone());
        let along = spectrum.analyse(z);
        let shape = mean.dims();
        let y = spectrum.explained(problem.measurement.clone());
        let Known {
            seen,
            clear,
            variance,
        } = known(&spectrum, problem.sigma_y, next);
        let towards = variance.clone().sqrt().clamp_min(1e-12).recip() * kept;
        let noisy = mean.clone()
            + (y.clone() - mean.clone()) * towards.expand(shape)
            + along.clone() * (self.eta * next);
        let spread = (variance * -(self.eta_b * self.eta_b) + next * next).clamp_min(0.0);
        let sharp =
            mean * (1.0 - self.eta_b) + y * self.eta_b + along * spread.sqrt().expand(shape);
        let wanted = choose(&clear, sharp, noisy);
        let moved = (wanted - spectrum.analyse(unseen.clone())) * seen.expand(shape);

        let next = (unseen + spectrum.synthesise(moved)) * scale;
        let estimate = if index == 0 { next.clone() } else { x0_hat };
        state.advance(next, estimate);
        Ok(StepReport::plain(level))
    }
}
