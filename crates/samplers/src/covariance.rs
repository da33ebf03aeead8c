//! Models of the posterior covariance `Sigma_t = Cov(x0 | x_t)`, CA-DPS's choice.
//!
//! Exactly (second-order Tweedie), `Sigma_t = ((1 - ab) / sqrt(ab)) J_x0`, with
//! `J_x0 = d x0_hat / d x_t`. Source: Hamidi & Yang 2024, arXiv 2412.20045; METHODS of the
//! house for what differs.

use std::fmt;
use std::str::FromStr;

use burn::tensor::Tensor;

use crate::error::SamplerError;
use crate::problem::{Linearised, Problem};

mod diagonal;
mod krylov;

pub(crate) use diagonal::Secant;

/// Which model of `Sigma_t`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Covariance {
    /// The paper's finite difference, taken between consecutive steps at no cost and smoothed
    /// over channels and a small window. Diagonal. The default.
    Secant,
    /// `r_t² I`, `r_t² = sigma_t² / (1 + sigma_t²)`: ΠGDM's noisy form (Song et al. 2023).
    Isotropic,
    /// The exact matrix-free covariance within the Krylov space of `k` conjugate-gradient
    /// iterations; `k` products in all.
    Krylov(usize),
    /// `krylov` to convergence: exact up to the Gaussian approximation of `p(x0 | x_t)`.
    Full,
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
    /// The correction for `residual = y - A x0_hat`; `secant` is what the diagonal model
    /// remembers of the previous step.
    pub(crate) fn correct(
        self,
        problem: &Problem<'_>,
        point: Linearised,
        residual: Tensor<4>,
        secant: Option<&Secant>,
    ) -> Result<Correction, SamplerError> {
        match self {
            Self::Isotropic => diagonal::correct(problem, point, residual, None),
            Self::Secant => diagonal::correct(problem, point, residual, secant),
            Self::Krylov(k) => krylov::correct(problem, point, residual, Some(k)),
            Self::Full => krylov::correct(problem, point, residual, None),
        }
    }
}

impl fmt::Display for Covariance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Secant => f.write_str("secant"),
            Self::Isotropic => f.write_str("isotropic"),
            Self::Krylov(k) => write!(f, "krylov:{k}"),
            Self::Full => f.write_str("full"),
        }
    }
}

impl FromStr for Covariance {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "secant" => Ok(Self::Secant),
            "isotropic" => Ok(Self::Isotropic),
            "full" => Ok(Self::Full),
            "krylov" => Ok(Self::Krylov(1)),
            other => other
                .strip_prefix("krylov:")
                .and_then(|k| k.parse().ok())
                .filter(|k| (1..=64).contains(k))
                .map(Self::Krylov)
                .ok_or_else(|| {
                    format!(
                        "`{text}` is not a covariance; write secant, krylov:K (K from 1 to 64), \
                         isotropic or full"
                    )
                }),
        }
    }
}
