//! Experiments with known answers: how far a sampler's draws are from the exact posterior.
//!
//! [`MixtureProblem`] is the field's 25-component Gaussian mixture with random measurements, whose
//! posterior can be drawn from exactly; [`sliced_wasserstein`] measures the distance; [`Ablation`]
//! varies CA-DPS's finite difference. [`EXACT_SCORE`] stands beside the samplers: the reverse process of
//! the posterior itself, which shows what the number of steps alone costs. What they found is in this crate's `README.md`.

pub mod ablation;
mod error;
mod experiment;
mod mixture;
mod posterior;
mod scatter;
mod sliced_wasserstein;

pub use ablation::{Ablation, AblationFindings};
pub use error::LabError;
pub use experiment::{Difference, EXACT_SCORE, Experiment, Findings, Scatter, Trial};
pub use mixture::MixtureProblem;
pub use scatter::svg;
pub use sliced_wasserstein::sliced_wasserstein;
