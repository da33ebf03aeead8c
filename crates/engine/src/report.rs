//! The record of a run: everything needed to repeat it, and what it cost.

use serde::{Deserialize, Serialize};

use crate::device::DeviceInfo;
use crate::recipe::Recipe;

/// Serialised beside a result (`--report`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Version of the program.
    pub version: String,
    /// The recipe as it was run, with the sampler's parameters that suit the operators and were not
    /// given.
    pub recipe: Recipe,
    /// The prior's name.
    pub prior: String,
    /// SHA-256 of the prior's weights in hexadecimal; empty for a closed-form prior.
    pub prior_sha256: String,
    /// The device that computed.
    pub device: DeviceInfo,
    /// Result width in pixels.
    pub width: usize,
    /// Result height in pixels.
    pub height: usize,
    /// Windows sampled.
    pub windows: usize,
    /// Pixels inside the mask; 0 when the whole picture was restored.
    pub masked_pixels: usize,
    /// Denoiser evaluations.
    pub evaluations: usize,
    /// Vector-Jacobian products through the denoiser.
    pub products: usize,
    /// Standard deviation of the noise that was reckoned with, on the model range; with photons the
    /// root of the mean variance. Where the recipe says 0 and something has to be solved for, the
    /// rounding of the photo's values.
    #[serde(default)]
    pub sigma_y: f64,
    /// Wall-clock seconds of sampling, without loading.
    pub seconds: f64,
    /// Mean seconds for one step.
    pub seconds_per_step: f64,
    /// Root mean square of `y - A x0_hat` after each step (model range), window after window.
    pub residuals: Vec<f64>,
    /// Covariance entries that had to be clamped into their possible range, over all steps.
    pub clamped: usize,
    /// Whether the run was stopped before its end.
    pub stopped: bool,
    /// What to know about the result, if something is wrong with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caution: Option<String>,
}
