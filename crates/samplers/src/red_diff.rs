//! RED-diff: regularisation by denoising diffusion (Mardani et al. 2024, arXiv 2305.04391).
//!
//! Optimises a picture `mu` with Adam(lr, 0.9, 0.99), timesteps descending:
//!
//! ```text
//! x_t  = sqrt(ab) mu + sqrt(1 - ab) z
//! loss = ½ mean((y - A mu)²) + lambda w_t mean(stopgrad(eps_theta(x_t, t) - z) · mu)
//! ```
//!
//! Both terms are means, so their balance shifts with the number of measured values; the balance
//! `measured` counts only those. `A` may be nonlinear; its gradient is a vector-Jacobian product.
//! Where the noise differs between values, each is weighed by it. The network is never
//! differentiated. Seeks a mode, not a sample. Cost of a step: one evaluation.

use burn::tensor::Tensor;
use operators::{Class, Family, NoiseSource, Parameter, Values, Word};

use crate::error::SamplerError;
use crate::footprint::Footprint;
use crate::levels::{LEVELS, Levels, START, levels};
use crate::operator_default::{OperatorDefault, Value};
use crate::problem::{Problem, read_scalar};
use crate::registry::{Built, Entry};
use crate::requirement::Requirement;
use crate::sampler::{Moments, Sampler, State, StepReport, residual_level};

/// Adam's decay rates, as published.
const DECAY: (f64, f64) = (0.9, 0.99);
/// Adam's guard, as in PyTorch.
const GUARD: f64 = 1e-8;

const NAME: &str = "red-diff";

pub(crate) const ENTRY: Entry = Entry {
    family: Family {
        name: NAME,
        title: "RED-diff",
        summary: "Optimises one smooth restoration and never differentiates the prior; less texture than a sample has.",
        source: "Mardani et al. 2024, arXiv 2305.04391",
        parameters: &[
            Parameter::number("lr", "Step size", 0.1, (1e-6, 1.0))
                .offered(0.001, 1.0)
                .help("Step size of Adam. Larger converges in fewer steps and is rougher."),
            Parameter::number("lambda", "Weight of the prior", 0.25, (0.0, 100.0))
                .help("Higher is smoother, lower stays closer to the photo."),
            Parameter::choice(
                "weight",
                "Weight over the steps",
                &[
                    Word::new("linear", "Linear", ""),
                    Word::new("sqrt", "Square root", ""),
                    Word::new("square", "Square", ""),
                    Word::new("log", "Logarithm", ""),
                    Word::new("const", "Constant", ""),
                ],
            )
            .help("How the weight of the prior follows the noise-to-signal ratio."),
            Parameter::choice(
                "balance",
                "Balance",
                &[
                    Word::new("published", "Published", "The mean over all values."),
                    Word::new(
                        "measured",
                        "Measured",
                        "The mean over measured values, so that small masks do not shift it.",
                    ),
                ],
            )
            .help("Over which values photo and prior are balanced."),
            START,
            LEVELS,
        ],
        ..Family::PLAIN
    },
    defaults: &[OperatorDefault {
        classes: &[Class::Compression],
        parameter: "lr",
        value: Value::Always("0.003"),
    }],
    build,
};

fn build(values: &Values) -> Built {
    let weighting = match values.word("weight")? {
        "sqrt" => Weighting::Sqrt,
        "square" => Weighting::Square,
        "log" => Weighting::Log,
        "const" => Weighting::Const,
        _ => Weighting::Linear,
    };
    let balance = match values.word("balance")? {
        "measured" => Balance::Measured,
        _ => Balance::Published,
    };
    Ok(Box::new(RedDiff {
        learning_rate: values.number("lr")?,
        lambda: values.number("lambda")?,
        weighting,
        balance,
        levels: levels(values)?,
    }))
}

/// How `w_t` follows the noise-to-signal ratio `s = sqrt(1 - ab) / sqrt(ab)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weighting {
    /// `s`.
    Linear,
    /// `sqrt(s)`.
    Sqrt,
    /// `s²`.
    Square,
    /// `ln(s + 1)`.
    Log,
    /// `1`.
    Const,
}

impl Weighting {
    fn weight(self, alpha_bar: f64) -> f64 {
        let ratio = ((1.0 - alpha_bar) / alpha_bar).sqrt();
        match self {
            Self::Linear => ratio,
            Self::Sqrt => ratio.sqrt(),
            Self::Square => ratio * ratio,
            Self::Log => ratio.ln_1p(),
            Self::Const => 1.0,
        }
    }
}

/// Over which values the data term takes its mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Balance {
    /// All of them, holes included.
    Published,
    /// Those that were measured.
    Measured,
}

/// See the module.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RedDiff {
    /// Adam's step.
    pub learning_rate: f64,
    /// `lambda`.
    pub lambda: f64,
    /// `w_t`.
    pub weighting: Weighting,
    /// The mean of the data term.
    pub balance: Balance,
    /// Where it starts and how its steps are placed.
    pub levels: Levels,
}

impl Moments {
    /// Adam's means after one more gradient; they begin at zero.
    fn after(before: Option<&Self>, gradient: Tensor<4>) -> Self {
        let (first, second) = DECAY;
        let (mean, square) = match before {
            Some(before) => (before.first.clone(), before.second.clone()),
            None => (gradient.zeros_like(), gradient.zeros_like()),
        };
        Self {
            first: mean * first + gradient.clone() * (1.0 - first),
            second: square * second + gradient.square() * (1.0 - second),
        }
    }
}

impl RedDiff {
    fn gradient(
        &self,
        problem: &Problem<'_>,
        (index, mu): (usize, Tensor<4>),
        residual: Tensor<4>,
        difference: Tensor<4>,
    ) -> Result<Tensor<4>, SamplerError> {
        let count = |t: &Tensor<4>| t.dims().iter().product::<usize>() as f64;
        // Pictures of a batch are optimised each on its own.
        let pictures = problem.shape()[0] as f64;
        let values = match (self.balance, problem.operator.measured()) {
            (Balance::Measured, Some(mask)) => {
                let channels = residual.dims()[1] as f64;
                (read_scalar(mask.sum())? * channels).max(1.0)
            }
            _ => count(&residual) / pictures,
        };
        let weight = self.lambda * self.weighting.weight(problem.schedule.alpha_bar(index));
        let prior = difference.clone() * (weight * pictures / count(&difference));
        let weighted = match problem.weights() {
            Some(weights) => residual * weights,
            None => residual,
        };
        let data = problem.operator.towards(mu, weighted);
        Ok(prior - data / values)
    }
}

impl Sampler for RedDiff {
    fn name(&self) -> &'static str {
        NAME
    }

    /// From noise, Adam has not arrived before; from a low level it has little way to go.
    fn fewest_steps(&self) -> usize {
        if self.start().is_some() { 6 } else { 100 }
    }

    fn footprint(&self) -> Footprint {
        Footprint::forward(10.0)
    }

    fn levels(&self) -> Levels {
        self.levels
    }

    fn requirement(&self) -> Requirement {
        Requirement::Derivative
    }

    /// `mu = A⁺ y`, or the estimate to start from.
    fn init(&self, problem: &Problem<'_>, _: &mut dyn NoiseSource) -> Result<State, SamplerError> {
        let mu = problem.initial();
        let mut state = State::new(problem, mu);
        state.remaining = self.steps(problem.schedule);
        Ok(state)
    }

    fn step(
        &self,
        problem: &Problem<'_>,
        state: &mut State,
        noise: &mut dyn NoiseSource,
    ) -> Result<StepReport, SamplerError> {
        let index = state.index();
        let done = state.done(problem);
        let alpha_bar = problem.schedule.alpha_bar(index);
        let mu = state.x.clone();
        let z = noise.normal(problem.shape(), &problem.device());
        let x = mu.clone() * alpha_bar.sqrt() + z.clone() * (1.0 - alpha_bar).sqrt();
        let eps = problem.evaluate(x, index)?.eps;
        let residual = problem.residual(mu.clone());
        let level = residual_level(problem, &residual, done)?;
        let gradient = self.gradient(problem, (index, mu.clone()), residual, eps - z)?;

        let moments = Moments::after(state.moments.as_ref(), gradient);
        let age = (self.steps(problem.schedule) - index) as i32;
        let mean = moments.first.clone() / (1.0 - DECAY.0.powi(age));
        let square = moments.second.clone() / (1.0 - DECAY.1.powi(age));
        let step = mean / (square.sqrt() + GUARD) * self.learning_rate;
        let next = mu - step;
        state.advance(next.clone(), next);
        state.moments = Some(moments);
        Ok(StepReport::plain(level))
    }
}
