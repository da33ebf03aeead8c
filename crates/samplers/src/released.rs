//! What the authors of CA-DPS RELEASED, which is not what their paper says (Hamidi & Yang 2024, arXiv
//! 2412.20045; for the paper's method see [`CaDps`](crate::CaDps)).
//!
//! A step of [`Dps`](crate::Dps) whose pull is multiplied, value by value, by `1 + Delta` with
//!
//! ```text
//! Delta = eps_theta(x_t, t) - eps_theta(x_t, t')
//! ```
//!
//! at the same `x_t`, `t'` being the timestep of the next step. Kept to compare with. The last step has
//! no next one and is DPS's own. Cost of a step: two evaluations and one product.

use operators::{Family, NoiseSource, Parameter, Values};

use crate::dps;
use crate::error::SamplerError;
use crate::footprint::Footprint;
use crate::levels::{LEVELS, Levels, START, levels};
use crate::operator_default::NEAR_THE_PICTURE;
use crate::problem::Problem;
use crate::registry::{Built, Entry};
use crate::requirement::Requirement;
use crate::sampler::{Sampler, State, StepReport, check_finite};

const NAME: &str = "ca-dps-released";

pub(crate) const ENTRY: Entry = Entry {
    family: Family {
        name: NAME,
        title: "CA-DPS as released",
        summary: "The released code of CA-DPS, which differs from its paper; for comparison.",
        source: "Hamidi & Yang 2024, arXiv 2412.20045",
        parameters: &[
            Parameter::number("scale", "Pull towards the photo", 0.3, (0.0, 100.0))
                .help("Too much gives grain, too little drifts away from the photo."),
            START,
            LEVELS,
        ],
        ..Family::PLAIN
    },
    defaults: &[NEAR_THE_PICTURE],
    build,
};

fn build(values: &Values) -> Built {
    Ok(Box::new(Released {
        scale: values.number("scale")?,
        levels: levels(values)?,
    }))
}

struct Released {
    scale: f64,
    levels: Levels,
}

impl Sampler for Released {
    fn name(&self) -> &'static str {
        NAME
    }

    /// From noise it is behind every other method until then; near the picture it improves from the start.
    fn fewest_steps(&self) -> usize {
        if self.start().is_some() { 3 } else { 1000 }
    }

    fn footprint(&self) -> Footprint {
        Footprint::with_products(10.25)
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
        let (index, x, done) = (state.index(), state.x.clone(), state.done(problem));
        dps::step(problem, state, noise, |eps, gradient| {
            let pull = gradient * self.scale;
            let Some(next) = index.checked_sub(1) else {
                return Ok(pull);
            };
            let there = problem.evaluate(x, next)?.eps;
            check_finite(&there, done, "noise prediction")?;
            Ok(pull * (eps.clone() - there + 1.0))
        })
    }
}
