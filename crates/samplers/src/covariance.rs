//! Models of the posterior covariance `Sigma_t = Cov(x0 | x_t)`, CA-DPS's choice.
//!
//! Exactly (second-order Tweedie), `Sigma_t = ((1 - ab) / sqrt(ab)) J_x0`, with
//! `J_x0 = d x0_hat / d x_t`. Source: Hamidi & Yang 2024, arXiv 2412.20045.

use std::fmt;
use std::str::FromStr;

use burn::tensor::Tensor;
use operators::{Argument, LinearOperator, NoiseSource, Word};

use crate::error::SamplerError;
use crate::problem::{Linearised, Problem};
use crate::solve::solve;

mod dct;
mod diagonal;
mod krylov;
mod measured;
mod sigma;

pub(crate) use diagonal::Secant;
pub(crate) use sigma::Sigma;

/// Which model of `Sigma_t`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Covariance {
    /// The paper's finite difference, taken between consecutive steps at no cost and smoothed
    /// over channels and a small window. Diagonal. The default.
    Secant,
    /// The same difference between consecutive steps, in the cosine transform of 8 × 8 blocks: one
    /// variance for each frequency of a picture. Diagonal there, so that neighbours move together;
    /// meant to stand in for the network's Jacobian as well (`jacobian=model`).
    Dct,
    /// The finite difference along `k` random directions: Hutchinson's estimate of the diagonal,
    /// `k` evaluations more.
    Probe(usize),
    /// `r_t² I`, `r_t² = sigma_t² / (1 + sigma_t²)`: ΠGDM's noisy form (Song et al. 2023).
    Isotropic,
    /// `c mse(sigma_t) I`: what was measured of the prior, times a factor. Isotropic for denoisers that
    /// were not measured.
    Measured,
    /// The same by frequency, in the cosine transform of 8 × 8 blocks.
    MeasuredDct,
    /// The exact matrix-free covariance within the Krylov space of `k` conjugate-gradient
    /// iterations; `k` products in all.
    Krylov(usize),
    /// `krylov` to convergence: exact up to the Gaussian approximation of `p(x0 | x_t)`.
    Full,
}

/// How many directions or iterations.
const COUNT: Argument = Argument {
    letter: "K",
    low: 1.0,
    high: 64.0,
    whole: true,
    offered: &["1", "2", "4"],
};

/// What they are called, the default first.
pub(crate) const COVARIANCES: &[Word] = &[
    Word::new(
        "secant",
        "Secant",
        "Learns the uncertainty from step to step, at no cost.",
    ),
    Word::new(
        "dct",
        "Secant by frequency",
        "The same for each frequency, so that neighbours move together.",
    ),
    Word::new(
        "measured",
        "Measured",
        "The prior's own error at each noise level. For blurs and reductions.",
    ),
    Word::new(
        "measured-dct",
        "Measured by frequency",
        "The prior's own error at each noise level and frequency. For blurs and reductions.",
    ),
    Word::new(
        "probe",
        "Probe",
        "Probes the network along random directions, an evaluation each; it overshoots.",
    )
    .with(COUNT),
    Word::new(
        "krylov",
        "Krylov",
        "Exact along a few directions, a product each; the more, the closer to the measurement.",
    )
    .with(COUNT),
    Word::new(
        "isotropic",
        "Isotropic",
        "The same uncertainty everywhere: the older method.",
    ),
    Word::new(
        "full",
        "Full",
        "Solves to the end in every step: the yardstick, and slow.",
    ),
];

/// Where `Sigma_t` is wanted.
pub(crate) struct At<'a> {
    /// `A`.
    pub(crate) operator: &'a dyn LinearOperator,
    /// The step, an index into the respaced schedule.
    pub(crate) index: usize,
    /// `x_t`.
    pub(crate) x: Tensor<4>,
    /// `eps_theta(x_t, t)`, for covariances that take differences.
    pub(crate) eps: Option<Tensor<4>>,
}

impl At<'_> {
    /// The noise prediction.
    ///
    /// # Panics
    /// If it was left out, which [`Covariance::takes_differences`] rules out.
    fn eps(&self) -> Tensor<4> {
        let eps = self.eps.clone();
        eps.expect("kept for covariances that take differences")
    }
}

/// What finite differences need to know besides.
pub(crate) struct Differences {
    /// The step before this one.
    pub(crate) secant: Option<Secant>,
    /// Length of a probe, in units of `sqrt(1 - ab)`.
    pub(crate) probe_step: f64,
    /// The factor of a measured covariance.
    pub(crate) widen: f64,
}

/// The step from `x0_hat` towards the measurement.
pub(crate) struct Correction {
    /// `((1 - ab) / sqrt(ab)) J_x0ᵀ Aᵀ u`, to be added to `x0_hat`.
    pub(crate) delta: Tensor<4>,
    /// Entries of a diagonal that left their possible range.
    pub(crate) clamped: usize,
    /// Conjugate-gradient iterations.
    pub(crate) iterations: usize,
}

impl Covariance {
    /// The one of that word, out of [`COVARIANCES`].
    pub(crate) fn of((word, count): (&str, Option<f64>)) -> Self {
        // Words are read with whole numbers from 1 to 64 behind them.
        let count = count.map_or(1, |count| count as usize);
        match word {
            "dct" => Self::Dct,
            "measured" => Self::Measured,
            "measured-dct" => Self::MeasuredDct,
            "isotropic" => Self::Isotropic,
            "full" => Self::Full,
            "krylov" => Self::Krylov(count),
            "probe" => Self::Probe(count),
            _ => Self::Secant,
        }
    }

    /// Whether it is made of differences of noise predictions.
    pub(crate) fn takes_differences(self) -> bool {
        matches!(self, Self::Secant | Self::Dct | Self::Probe(_))
    }

    /// Whether the model is written down, and can stand in for the network's Jacobian too.
    pub(crate) fn is_explicit(self) -> bool {
        !matches!(self, Self::Krylov(_) | Self::Full)
    }

    /// The correction for `residual = y - A x0_hat`. Without `point` the covariance stands in for
    /// the Jacobian (`J_x0 = (sqrt(ab) / (1 - ab)) Sigma_t`) and nothing is differentiated.
    ///
    /// # Panics
    /// If a matrix-free covariance comes without `point`; it has nothing else to go by.
    pub(crate) fn correct(
        self,
        problem: &Problem<'_>,
        at: &At<'_>,
        point: Option<Linearised>,
        residual: Tensor<4>,
        differences: &Differences,
        noise: &mut dyn NoiseSource,
    ) -> Result<Correction, SamplerError> {
        let calibration = problem.denoiser.calibration();
        let model = match (self, &differences.secant, calibration) {
            (Self::Krylov(_) | Self::Full, ..) => {
                let point = point.expect("matrix-free covariances are products");
                let iterations = match self {
                    Self::Krylov(k) => Some(k),
                    _ => None,
                };
                return krylov::correct(problem, at.operator, point, residual, iterations);
            }
            (Self::Probe(probes), ..) => {
                diagonal::probe(problem, at, (probes, differences.probe_step), noise)?
            }
            (Self::Secant, Some(previous), _) => diagonal::secant(problem, at, previous)?,
            (Self::Dct, Some(previous), _) => dct::secant(problem, at, previous)?,
            (Self::Measured, _, Some(known)) => {
                measured::scalar(problem, at, known, differences.widen)
            }
            (Self::MeasuredDct, _, Some(known)) => {
                measured::bands(problem, at, known, differences.widen)
            }
            // The first step has nothing to take a difference from.
            (Self::Secant | Self::Dct, None, _)
            | (Self::Measured | Self::MeasuredDct, _, None)
            | (Self::Isotropic, ..) => diagonal::isotropic(problem, at),
        };
        let (u, iterations) = solve(problem, at.operator, &model.sigma, residual)?;
        let back = at.operator.adjoint(u);
        let delta = match point {
            None => model.sigma.times(back),
            Some(point) => {
                let alpha_bar = problem.schedule.alpha_bar(at.index);
                problem.product(point, back)? * ((1.0 - alpha_bar) / alpha_bar.sqrt())
            }
        };
        Ok(Correction {
            delta,
            clamped: model.clamped,
            iterations,
        })
    }
}

impl fmt::Display for Covariance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Secant => f.write_str("secant"),
            Self::Dct => f.write_str("dct"),
            Self::Probe(k) => write!(f, "probe:{k}"),
            Self::Measured => f.write_str("measured"),
            Self::MeasuredDct => f.write_str("measured-dct"),
            Self::Isotropic => f.write_str("isotropic"),
            Self::Krylov(k) => write!(f, "krylov:{k}"),
            Self::Full => f.write_str("full"),
        }
    }
}

impl FromStr for Covariance {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = Word::read(COVARIANCES, text);
        read.map(Self::of)
            .map_err(|reason| format!("the covariance `{text}` {reason}"))
    }
}
