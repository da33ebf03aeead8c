//! DiffPIR: plug-and-play restoration with a diffusion prior (Zhu et al. 2023, arXiv 2305.08995).
//!
//! ```text
//! x0      = argmin_x ||y - A x||² + rho_t ||x - x0_hat||²,   rho_t = lambda sigma_y² / sigma_t²
//! eps     = (x_t - sqrt(ab) x0) / sqrt(1 - ab)
//! x_{t-1} = sqrt(ab') x0 + sqrt(1 - ab') (sqrt(1 - zeta) eps + sqrt(zeta) z)
//! ```
//!
//! The minimiser is the most probable picture of `N(x0_hat, sigma_t² / lambda)` given `y`: where `A`
//! is linear that is its mean, found by one solve. The network is never
//! differentiated. Cost of a step: one evaluation.

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

const NAME: &str = "diffpir";

pub(crate) const ENTRY: Entry = Entry {
    family: Family {
        name: NAME,
        title: "DiffPIR",
        summary: "Alternates denoising and data fit and never differentiates the prior: fast, a little soft.",
        source: "Zhu et al. 2023, arXiv 2305.08995",
        parameters: &[
            Parameter::number("lambda", "Weight of the prior", 7.0, (0.01, 1000.0))
                .help("Higher is cleaner, lower stays closer to the photo."),
            Parameter::number("zeta", "Fresh noise", 0.3, (0.0, 1.0))
                .help("Share of the noise that is new in each step. More gives more texture."),
            START,
            LEVELS,
        ],
        ..Family::PLAIN
    },
    defaults: &[ABOVE_NOISE],
    build,
};

fn build(values: &Values) -> Built {
    Ok(Box::new(DiffPir {
        lambda: values.number("lambda")?,
        zeta: values.number("zeta")?,
        levels: levels(values)?,
    }))
}

/// See the module.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DiffPir {
    /// Trust in the denoiser against the measurement, above 0.
    pub lambda: f64,
    /// Share of fresh noise in each step, 0 to 1.
    pub zeta: f64,
    /// Where it starts and how its steps are placed.
    pub levels: Levels,
}

impl Sampler for DiffPir {
    fn name(&self) -> &'static str {
        NAME
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
        let (index, x) = (state.index(), state.x.clone());
        let eps = problem.evaluate(x.clone(), index)?.eps;
        let Estimate {
            x0_hat,
            residual,
            level,
        } = Estimate::new(problem, state, eps)?;

        let variance = problem.noise_to_signal(index) / self.lambda;
        let (x0, iterations) = proximal_point(problem, x0_hat, variance, residual)?;
        check_finite(&x0, state.done(problem), "proximal point")?;
        let x0 = problem.within_range(x0);
        let z = noise.normal(problem.shape(), &problem.device());
        let next = if index == 0 {
            x0.clone()
        } else {
            let next = problem.schedule.alpha_bar(index - 1);
            let kept = implied_noise(problem.schedule.alpha_bar(index), x, x0.clone());
            let direction = kept * (1.0 - self.zeta).sqrt() + z * self.zeta.sqrt();
            x0.clone() * next.sqrt() + direction * (1.0 - next).sqrt()
        };
        state.advance(next, x0);
        Ok(StepReport {
            iterations,
            ..StepReport::plain(level)
        })
    }
}
