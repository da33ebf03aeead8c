//! CA-DPS: covariance-aware diffusion posterior sampling (Hamidi & Yang 2024, arXiv 2412.20045).
//!
//! The likelihood of `y` given `x_t` is Gaussian with mean `A x0_hat` and covariance
//! `A Sigma_t Aᵀ + sigma_y² I`, where `Sigma_t` is the closed-form posterior covariance. In
//! posterior-mean form:
//!
//! ```text
//! u       = (A Sigma_t Aᵀ + sigma_y² I)⁻¹ (y - A x0_hat)
//! x0_post = x0_hat + ((1 - ab) / sqrt(ab)) J_x0ᵀ Aᵀ u
//! ```
//!
//! followed by an ancestral step with `x0_post`. Both means are held to the range of the prior,
//! where every mean of pictures lies. There is no step size to tune.
//! Cost of a step: one evaluation and one product (`krylov:k`: k products; `full`: as many as
//! its solve takes).

use operators::{NoiseSource, Parameter, Values};

use crate::covariance::{Covariance, Secant};
use crate::error::SamplerError;
use crate::problem::Problem;
use crate::registry::{Built, Entry};
use crate::reverse::ancestral;
use crate::sampler::{Sampler, State, StepReport, check_finite, residual_level};

pub(crate) const ENTRY: Entry = Entry {
    family: operators::Family {
        name: "ca-dps",
        summary: "covariance-aware posterior sampling: no step size to tune (arXiv 2412.20045)",
        parameters: &[Parameter {
            key: "covariance",
            default: Some("secant"),
            help: "secant, krylov:K, isotropic or full: how uncertain each estimate is taken to be",
        }],
    },
    build,
};

fn build(values: &Values) -> Built {
    let covariance = values
        .text("covariance")?
        .parse()
        .map_err(|reason: String| values.refuse("covariance", &reason))?;
    Ok(Box::new(CaDps { covariance }))
}

/// See the module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CaDps {
    /// The model of `Sigma_t`.
    pub covariance: Covariance,
}

impl Sampler for CaDps {
    /// Pure noise: `x_T ~ N(0, I)`.
    fn init(
        &self,
        problem: &Problem<'_>,
        noise: &mut dyn NoiseSource,
    ) -> Result<State, SamplerError> {
        Ok(State::new(
            problem,
            noise.normal(problem.shape(), &problem.device()),
        ))
    }

    fn step(
        &self,
        problem: &Problem<'_>,
        state: &mut State,
        noise: &mut dyn NoiseSource,
    ) -> Result<StepReport, SamplerError> {
        let index = state.index();
        let point = problem.linearise(state.x.clone(), index)?;
        let done = problem.schedule.len() - state.remaining;
        // Before anything is held to a range, which would hide an infinity.
        check_finite(&point.prediction.eps, done, "noise prediction")?;
        let x0_hat = problem.within_range(point.x0_hat.clone());
        let residual = problem.residual(x0_hat.clone());
        let level = residual_level(problem, &residual, done)?;

        let secant = match &state.memory[..] {
            [x, eps] => Some(Secant {
                x: x.clone(),
                eps: eps.clone(),
            }),
            _ => None,
        };
        let memory = match self.covariance {
            Covariance::Secant => vec![state.x.clone(), point.prediction.eps.clone()],
            _ => Vec::new(),
        };
        let correction = self
            .covariance
            .correct(problem, point, residual, secant.as_ref())?;

        check_finite(&correction.delta, done, "correction")?;
        let posterior = problem.within_range(x0_hat + correction.delta);
        let z = noise.normal(problem.shape(), &problem.device());
        state.x = ancestral(
            problem.schedule,
            index,
            state.x.clone(),
            posterior.clone(),
            z,
        );
        state.estimate = posterior;
        state.memory = memory;
        state.remaining -= 1;
        Ok(StepReport {
            residual: level,
            clamped: correction.clamped,
            iterations: correction.iterations,
        })
    }
}
