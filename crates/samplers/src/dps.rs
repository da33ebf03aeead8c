//! DPS: diffusion posterior sampling (Chung et al. 2023, arXiv 2209.14687, algorithm 1).
//!
//! ```text
//! x_{t-1} = ancestral(x_t, clip(x0_hat)) - zeta · grad_{x_t} ||y - A clip(x0_hat)||
//! ```
//!
//! The norm is not squared, as in the authors' code, and weighs every value by its noise where that
//! differs, as the paper does for Poisson noise (eq. 21). `A` may be nonlinear. The gradient passes
//! through the network and the clipping, which is to the prior's range. Networks with a learned
//! variance use it. The published runs take 1000 steps. Cost of a step: one evaluation and one
//! product.

use burn::tensor::Tensor;
use diffusion::{Prediction, Schedule};
use operators::{Class, Family, NoiseSource, Parameter, Values};

use crate::conjugate_gradients::dot;
use crate::error::SamplerError;
use crate::estimate::Estimate;
use crate::footprint::Footprint;
use crate::levels::{LEVELS, Levels, START, levels};
use crate::operator_default::{NEAR_THE_PICTURE, OperatorDefault, Value};
use crate::problem::Problem;
use crate::registry::{Built, Entry};
use crate::requirement::Requirement;
use crate::sampler::{Sampler, State, StepReport};

const NAME: &str = "dps";

pub(crate) const ENTRY: Entry = Entry {
    family: Family {
        name: NAME,
        title: "DPS",
        summary: "Diffusion posterior sampling, the classic; needs many more steps for the same detail.",
        source: "Chung et al. 2023, arXiv 2209.14687",
        parameters: &[
            Parameter::number("scale", "Pull towards the photo", 0.5, (0.0, 100.0))
                .help("Too much gives grain, too little drifts away from the photo."),
            START,
            LEVELS,
        ],
        ..Family::PLAIN
    },
    defaults: &[
        // As published; what the sampler takes elsewhere suits masks.
        OperatorDefault {
            classes: &[Class::SymmetricBlur, Class::Blur, Class::Reduction],
            parameter: "scale",
            value: Value::Always("0.3"),
        },
        OperatorDefault {
            classes: &[Class::Magnitudes],
            parameter: "scale",
            value: Value::Always("1"),
        },
        NEAR_THE_PICTURE,
    ],
    build,
};

fn build(values: &Values) -> Built {
    Ok(Box::new(Dps {
        scale: values.number("scale")?,
        levels: levels(values)?,
    }))
}

/// See the module.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dps {
    /// `zeta`: 0.3 for blur and enlarging, 0.5 for inpainting in the paper.
    pub scale: f64,
    /// Where it starts and how its steps are placed.
    pub levels: Levels,
}

impl Sampler for Dps {
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
        step(problem, state, noise, |_, pull| Ok(pull * self.scale))
    }
}

/// A step of DPS in which `pull(eps, gradient)` makes of the gradient of the residual's norm what is
/// taken off.
pub(crate) fn step(
    problem: &Problem<'_>,
    state: &mut State,
    noise: &mut dyn NoiseSource,
    pull: impl FnOnce(&Tensor<4>, Tensor<4>) -> Result<Tensor<4>, SamplerError>,
) -> Result<StepReport, SamplerError> {
    let index = state.index();
    let (prediction, point) = problem.linearise(state.x.clone(), index)?;
    let Estimate {
        x0_hat: clipped,
        residual,
        level,
    } = Estimate::new(problem, state, prediction.eps.clone())?;

    // Clipping lets a gradient pass only where it changed nothing.
    let raw = problem.tweedie_mean(state.x.clone(), prediction.eps.clone(), index);
    let passes = raw.equal(clipped.clone()).float();
    // The best known value counts in full, so that the pull is as long as without weights.
    let weighted = match problem.weights() {
        Some(weights) => {
            // Holes are not known at all.
            let known = match problem.operator.measured() {
                Some(measured) => weights.clone() * measured.expand(weights.dims()),
                None => weights.clone(),
            };
            let most = known.max().reshape([1, 1, 1, 1]);
            residual.clone() * (weights / most)
        }
        None => residual.clone(),
    };
    let norm = dot(residual, weighted.clone()).sqrt().clamp_min(1e-12);
    let back = problem.operator.towards(clipped.clone(), weighted / norm) * passes;
    let gradient = -problem.product(point, back)?;

    let z = noise.normal(problem.shape(), &problem.device());
    let (of_x0, of_x) = problem.schedule.posterior_mean(index);
    let mean = clipped.clone() * of_x0 + state.x.clone() * of_x;
    let sample = if index == 0 {
        mean
    } else {
        mean + z * standard_deviation(problem.schedule, index, &prediction)
    };
    state.advance(sample - pull(&prediction.eps, gradient)?, clipped);
    Ok(StepReport::plain(level))
}

/// Of the reverse step: learned (Nichol & Dhariwal 2021, eq. 15) where the network offers it,
/// otherwise `sqrt(beta_tilde)`.
fn standard_deviation(schedule: &Schedule, index: usize, prediction: &Prediction) -> Tensor<4> {
    let small = schedule.posterior_log_variance(index);
    match &prediction.variance_logits {
        Some(logits) => {
            let large = schedule.betas()[index].ln();
            let fraction = (logits.clone() + 1.0) / 2.0;
            ((fraction * (large - small) + small) * 0.5).exp()
        }
        None => prediction.eps.zeros_like() + (0.5 * small).exp(),
    }
}
