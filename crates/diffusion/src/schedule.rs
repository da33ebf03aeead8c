//! Noise schedules: how much noise there is at each timestep.
//!
//! `alpha_bar_t = Π (1 - beta_s)`, computed in f64. Sources: Ho et al. 2020 (linear), Nichol &
//! Dhariwal 2021 (cosine); respacing as in guided-diffusion's `SpacedDiffusion`.

use serde::{Deserialize, Serialize};

use crate::error::DiffusionError;
use crate::level::Level;
use crate::respacing::retained_timesteps;

mod placed;

/// How `beta_t` was chosen in training.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoiseSchedule {
    /// From `1e-4 · 1000/T` to `0.02 · 1000/T` in equal steps.
    Linear,
    /// `alpha_bar_t = cos²((t + 0.008) / 1.008 · π/2)`, beta at most 0.999.
    Cosine,
    /// In equal steps between two values.
    LinearRange {
        /// The first beta.
        start: f64,
        /// The last beta.
        end: f64,
    },
    /// In equal steps of its square root between those of two values (latent diffusion).
    ScaledLinear {
        /// The first beta.
        start: f64,
        /// The last beta.
        end: f64,
    },
    /// Written down one by one, as many as there are steps.
    Betas(Vec<f64>),
}

/// Betas and everything that follows from them; index 0 is the least noise.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    betas: Vec<f64>,
    alpha_bar: Vec<f64>,
    /// The index of each step in the schedule the network was trained with.
    timesteps: Vec<usize>,
    /// Whether the network takes every noise level, not just those of its timesteps.
    continuous: bool,
}

impl Schedule {
    /// The schedule of `steps` timesteps.
    ///
    /// # Errors
    /// [`DiffusionError::Config`] for 0 steps or more than 100,000, betas outside (0, 1), or a
    /// number of written betas that is not `steps`.
    pub fn new(kind: NoiseSchedule, steps: usize) -> Result<Self, DiffusionError> {
        if steps == 0 || steps > 100_000 {
            return Err(DiffusionError::config(format!(
                "{steps} diffusion steps; between 1 and 100000 are possible"
            )));
        }
        let betas = match kind {
            NoiseSchedule::Linear => linear(steps),
            NoiseSchedule::Cosine => cosine(steps),
            NoiseSchedule::LinearRange { start, end } => evenly(start, end, steps).collect(),
            NoiseSchedule::ScaledLinear { start, end } => {
                if start < 0.0 || end < 0.0 {
                    return Err(DiffusionError::config(format!(
                        "a scaled linear schedule from {start} to {end}; betas lie between 0 and 1"
                    )));
                }
                evenly(start.sqrt(), end.sqrt(), steps)
                    .map(|root| root * root)
                    .collect()
            }
            NoiseSchedule::Betas(betas) => betas,
        };
        Self::from_betas(betas, (0..steps).collect())
    }

    /// From betas in (0, 1), with the index each step has for the network.
    ///
    /// # Errors
    /// [`DiffusionError::Config`] if a beta is outside (0, 1) or the lengths differ.
    pub fn from_betas(betas: Vec<f64>, timesteps: Vec<usize>) -> Result<Self, DiffusionError> {
        if betas.is_empty() || betas.len() != timesteps.len() {
            return Err(DiffusionError::config(
                "betas and timesteps must be as many, and some",
            ));
        }
        if let Some(beta) = betas.iter().find(|b| !(**b > 0.0 && **b < 1.0)) {
            return Err(DiffusionError::config(format!(
                "beta {beta} is not between 0 and 1"
            )));
        }
        let alpha_bar = betas
            .iter()
            .scan(1.0, |product, beta| {
                *product *= 1.0 - beta;
                Some(*product)
            })
            .collect();
        Ok(Self {
            betas,
            alpha_bar,
            timesteps,
            continuous: false,
        })
    }

    /// Fewer steps out of this schedule, betas recomputed from the retained `alpha_bar`.
    /// `sections` is guided-diffusion's notation: `"50"`, `"10,15,20"`, `"ddim25"`.
    ///
    /// # Errors
    /// [`DiffusionError::Steps`] if the schedule cannot give them.
    pub fn respaced(&self, sections: &str) -> Result<Self, DiffusionError> {
        let retained = retained_timesteps(self.len(), sections)?;
        let alpha_bar: Vec<f64> = retained.iter().map(|&t| self.alpha_bar[t]).collect();
        let timesteps = retained.iter().map(|&t| self.timesteps[t]).collect();
        self.retaining(&alpha_bar, timesteps)
    }

    /// Steps at these falling `alpha_bar`, with betas recomputed from them.
    fn retaining(&self, alpha_bar: &[f64], timesteps: Vec<usize>) -> Result<Self, DiffusionError> {
        let mut previous = 1.0;
        let betas = alpha_bar.iter().map(|&now| {
            let beta = 1.0 - now / previous;
            previous = now;
            beta
        });
        Ok(Self {
            continuous: self.continuous,
            ..Self::from_betas(betas.collect(), timesteps)?
        })
    }

    /// How many steps.
    #[must_use]
    pub fn len(&self) -> usize {
        self.betas.len()
    }

    /// Never: a schedule has at least one step.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.betas.is_empty()
    }

    /// All betas.
    #[must_use]
    pub fn betas(&self) -> &[f64] {
        &self.betas
    }

    /// `alpha_bar_i`, in (0, 1), falling with `i`.
    #[must_use]
    pub fn alpha_bar(&self, i: usize) -> f64 {
        self.alpha_bar[i]
    }

    /// `alpha_bar_{i-1}`, which is 1 before the first step.
    #[must_use]
    pub fn alpha_bar_previous(&self, i: usize) -> f64 {
        if i == 0 { 1.0 } else { self.alpha_bar[i - 1] }
    }

    /// The index of step `i` in the schedule the network was trained with.
    #[must_use]
    pub fn timestep(&self, i: usize) -> usize {
        self.timesteps[i]
    }

    /// The noise level of step `i`.
    #[must_use]
    pub fn level(&self, i: usize) -> Level {
        Level::new(self.alpha_bar[i], self.timesteps[i])
    }

    /// `beta_tilde_i`, the variance of `q(x_{i-1} | x_i, x_0)` (Ho et al. 2020, eq. 7).
    #[must_use]
    pub fn posterior_variance(&self, i: usize) -> f64 {
        self.betas[i] * (1.0 - self.alpha_bar_previous(i)) / (1.0 - self.alpha_bar[i])
    }

    /// `log beta_tilde_i`, with the zero at the first step replaced by its successor.
    #[must_use]
    pub fn posterior_log_variance(&self, i: usize) -> f64 {
        let i = if i == 0 && self.len() > 1 { 1 } else { i };
        self.posterior_variance(i).max(1e-20).ln()
    }

    /// `(a, b)` of the posterior mean `a x_0 + b x_i` (Ho et al. 2020, eq. 7).
    #[must_use]
    pub fn posterior_mean(&self, i: usize) -> (f64, f64) {
        let (beta, previous) = (self.betas[i], self.alpha_bar_previous(i));
        let remaining = 1.0 - self.alpha_bar[i];
        (
            beta * previous.sqrt() / remaining,
            (1.0 - beta).sqrt() * (1.0 - previous) / remaining,
        )
    }
}

fn linear(steps: usize) -> Vec<f64> {
    let scale = 1000.0 / steps as f64;
    // Very short schedules would ask for a beta above one.
    evenly(scale * 1e-4, scale * 0.02, steps)
        .map(|beta| beta.min(0.999))
        .collect()
}

/// `count` values from `first` to `last`.
fn evenly(first: f64, last: f64, count: usize) -> impl Iterator<Item = f64> {
    let gap = if count > 1 {
        (last - first) / (count - 1) as f64
    } else {
        0.0
    };
    (0..count).map(move |t| first + gap * t as f64)
}

fn cosine(steps: usize) -> Vec<f64> {
    let alpha_bar = |t: f64| {
        ((t + 0.008) / 1.008 * std::f64::consts::FRAC_PI_2)
            .cos()
            .powi(2)
    };
    (0..steps)
        .map(|t| {
            let (from, to) = (t as f64 / steps as f64, (t + 1) as f64 / steps as f64);
            (1.0 - alpha_bar(to) / alpha_bar(from)).min(0.999)
        })
        .collect()
}
