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
//! followed by an ancestral step (`eta = 1`; DDIM for less) with `x0_post`. Both means are held
//! to the range of the prior, where every mean of pictures lies. There is no step size to tune.
//!
//! `jacobian=model` lets the covariance stand in for `J_x0` as well, so that
//! `x0_post = x0_hat + Sigma_t Aᵀ u` and nothing is differentiated.
//!
//! Cost of a step: one evaluation and one product (`krylov:k`: k products; `full`: as many as its
//! solve takes; `probe:k`: k evaluations more; `jacobian=model`: no product).

use operators::{Family, NoiseSource, Parameter, Values, Word};

use crate::covariance::{At, COVARIANCES, Covariance, Differences, Secant};
use crate::error::SamplerError;
use crate::estimate::Estimate;
use crate::footprint::Footprint;
use crate::levels::{LEVELS, Levels, START, levels};
use crate::operator_default::ABOVE_NOISE;
use crate::problem::Problem;
use crate::registry::{Built, Entry};
use crate::reverse::{ETA, ddim};
use crate::sampler::{Sampler, State, StepReport, check_finite};

const NAME: &str = "ca-dps";
/// The covariance stands in for the Jacobian, as written.
const MODEL: &str = "model";

pub(crate) const ENTRY: Entry = Entry {
    family: Family {
        name: NAME,
        title: "CA-DPS",
        summary: "Covariance-aware posterior sampling: weighs every value by how uncertain it still is, with no step size to tune.",
        source: "Hamidi & Yang 2024, arXiv 2412.20045",
        parameters: &[
            Parameter::choice("covariance", "Covariance", COVARIANCES)
                .help("How uncertain each estimate is taken to be."),
            Parameter::choice(
                "jacobian",
                "Jacobian",
                &[
                    Word::new(
                        "network",
                        "Network",
                        "Differentiates the network in every step.",
                    ),
                    Word::new(
                        MODEL,
                        "Model",
                        "The covariance stands in for the Jacobian: faster.",
                    ),
                ],
            )
            .help("What propagates the correction back through the denoiser."),
            ETA,
            START,
            LEVELS,
            Parameter::number("probe-step", "Probe length", 0.01, (1e-6, 10.0))
                .offered(0.001, 10.0)
                .help("Length of a probe relative to the noise.")
                .only_with("covariance", &["probe"]),
            Parameter::number("widen", "Widening", 3.0, (0.1, 100.0))
                .help("Factor of a measured covariance.")
                .only_with("covariance", &["measured", "measured-dct"]),
        ],
        ..Family::PLAIN
    },
    defaults: &[ABOVE_NOISE],
    build,
};

fn build(values: &Values) -> Built {
    let covariance = Covariance::of(values.word_and_number("covariance")?);
    let jacobian = match values.word("jacobian")? {
        MODEL if covariance.is_explicit() => Jacobian::Model,
        MODEL => {
            let reason = format!(
                "`{MODEL}` needs a covariance that is written down, which {covariance} is not"
            );
            return Err(values.refuse("jacobian", &reason));
        }
        _ => Jacobian::Network,
    };
    Ok(Box::new(CaDps {
        covariance,
        jacobian,
        eta: values.number("eta")?,
        levels: levels(values)?,
        probe_step: values.number("probe-step")?,
        widen: values.number("widen")?,
        name: NAME,
    }))
}

/// What serves as `J_x0ᵀ`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Jacobian {
    /// The network's own: a vector-Jacobian product.
    Network,
    /// The covariance model: no product at all.
    Model,
}

/// See the module.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CaDps {
    /// The model of `Sigma_t`.
    pub covariance: Covariance,
    /// What serves as `J_x0ᵀ`; [`Jacobian::Model`] does not go with matrix-free covariances.
    pub jacobian: Jacobian,
    /// Fresh noise in each step, 0 to 1.
    pub eta: f64,
    /// Where it starts and how its steps are placed.
    pub levels: Levels,
    /// Length of a probe in units of `sqrt(1 - ab)`.
    pub probe_step: f64,
    /// Factor of a measured covariance.
    pub widen: f64,
    /// What it is called: ΠGDM is a special case.
    pub(crate) name: &'static str,
}

impl CaDps {
    /// With the network's Jacobian, ancestral steps and probes of a hundredth of the noise.
    #[must_use]
    pub fn new(covariance: Covariance) -> Self {
        Self {
            covariance,
            jacobian: Jacobian::Network,
            eta: 1.0,
            levels: Levels::UNIFORM,
            probe_step: 0.01,
            widen: 3.0,
            name: NAME,
        }
    }
}

impl Sampler for CaDps {
    fn name(&self) -> &'static str {
        self.name
    }

    fn footprint(&self) -> Footprint {
        let tensors = match self.covariance {
            Covariance::Isotropic | Covariance::Measured | Covariance::MeasuredDct => 11.0,
            Covariance::Krylov(_) | Covariance::Full => 10.5,
            Covariance::Probe(_) => 13.0,
            Covariance::Secant | Covariance::Dct => Footprint::LARGEST.tensors,
        };
        match self.jacobian {
            Jacobian::Network => Footprint::with_products(tensors),
            Jacobian::Model => Footprint::forward(tensors),
        }
    }

    fn levels(&self) -> Levels {
        self.levels
    }

    fn step(
        &self,
        problem: &Problem<'_>,
        state: &mut State,
        noise: &mut dyn NoiseSource,
    ) -> Result<StepReport, SamplerError> {
        let operator = problem.linear(self.name)?;
        let (index, x) = (state.index(), state.x.clone());
        let (eps, point) = match self.jacobian {
            Jacobian::Network => {
                let (prediction, point) = problem.linearise(x.clone(), index)?;
                (prediction.eps, Some(point))
            }
            Jacobian::Model => (problem.evaluate(x.clone(), index)?.eps, None),
        };
        let Estimate {
            x0_hat,
            residual,
            level,
        } = Estimate::new(problem, state, eps.clone())?;

        let differences = Differences {
            secant: state.last.clone(),
            probe_step: self.probe_step,
            widen: self.widen,
        };
        let last = match self.covariance {
            Covariance::Secant | Covariance::Dct => Some(Secant {
                x: x.clone(),
                eps: eps.clone(),
            }),
            _ => None,
        };
        // What is not needed any more does not lie in memory during the solve.
        let eps = self.covariance.takes_differences().then_some(eps);
        let at = At {
            operator,
            index,
            x,
            eps,
        };
        let correction =
            self.covariance
                .correct(problem, &at, point, residual, &differences, noise)?;

        check_finite(&correction.delta, state.done(problem), "correction")?;
        let posterior = problem.within_range(x0_hat + correction.delta);
        let z = noise.normal(problem.shape(), &problem.device());
        let towards = posterior.clone();
        let next = ddim(problem.schedule, index, at.x, towards, self.eta, z);
        state.advance(next, posterior);
        state.last = last;
        Ok(StepReport {
            residual: level,
            clamped: correction.clamped,
            iterations: correction.iterations,
        })
    }
}
