//! `config.json`: what a prior is.

use serde::{Deserialize, Serialize};

use super::{arguments, record};
use crate::architecture::Architecture;
use crate::calibration::Calibration;
use crate::error::DiffusionError;
use crate::schedule::NoiseSchedule;

/// The naming of U-Nets' tensors.
pub(crate) const GUIDED_DIFFUSION: &str = "guided-diffusion";
/// The naming of Hugging Face's `UNet2DModel`.
pub(crate) const DIFFUSERS: &str = "diffusers";

/// The naming of preconditioned networks' tensors.
pub(crate) const PRECONDITIONED: &str = "preconditioned";

/// What the network's output means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Prediction {
    /// The noise.
    Epsilon,
    /// The clean picture `x0`.
    Sample,
    /// The velocity `sqrt(alpha_bar) eps - sqrt(1 - alpha_bar) x0`.
    #[serde(alias = "v_prediction")]
    V,
}

/// The diffusion process a network was trained for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Process {
    /// Timesteps, usually 1000.
    pub steps: usize,
    /// How the noise grows.
    pub noise_schedule: NoiseSchedule,
    /// What the output means.
    pub prediction: Prediction,
}

impl Default for Process {
    fn default() -> Self {
        Self {
            steps: 1000,
            noise_schedule: NoiseSchedule::Linear,
            prediction: Prediction::Epsilon,
        }
    }
}

/// `config.json` of a prior. `weights/README.md` describes every field for its readers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PriorConfig {
    /// A short name.
    pub name: String,
    /// The naming of its tensors: `guided-diffusion` for a U-Net, `preconditioned` for a preconditioned
    /// network, or `diffusers` for a folder that has not been imported.
    pub layout: String,
    /// The architecture.
    pub model: Architecture,
    /// The schedule. A preconditioned network knows every noise level; these are its timesteps.
    #[serde(default)]
    pub diffusion: Process,
    /// How many weights it has.
    #[serde(default)]
    pub parameters: Option<usize>,
    /// SHA-256 of the weights file in hexadecimal.
    #[serde(default)]
    pub sha256: Option<String>,
    /// Terms under which the weights may be used.
    #[serde(default)]
    pub licence: Option<String>,
    /// One line: what it learnt from.
    #[serde(default)]
    pub trained_on: Option<String>,
    /// How wrong it was measured to be at each noise level; `tweedie prior measure` writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calibration: Option<Calibration>,
    /// Training, validation and whatever else the author recorded.
    #[serde(flatten)]
    pub provenance: serde_json::Map<String, serde_json::Value>,
}

impl PriorConfig {
    /// A configuration that states nothing but what is needed to compute.
    pub(crate) fn bare(
        name: &str,
        layout: &str,
        model: impl Into<Architecture>,
        diffusion: Process,
    ) -> Self {
        Self {
            name: name.to_owned(),
            layout: layout.to_owned(),
            model: model.into(),
            diffusion,
            parameters: None,
            sha256: None,
            licence: None,
            trained_on: None,
            calibration: None,
            provenance: serde_json::Map::new(),
        }
    }

    /// From JSON: our own form; the record that a training run of a preconditioned network leaves beside its
    /// weights; or guided-diffusion's bare creation arguments, which are taken to mean 1000 linear steps and
    /// noise prediction unless they say otherwise, as in its scripts.
    ///
    /// # Errors
    /// [`DiffusionError::Config`] says which field is wrong.
    pub fn from_json(text: &str, name: &str) -> Result<Self, DiffusionError> {
        let refuse = |e: serde_json::Error| DiffusionError::config(format!("{name}: {e}"));
        Self::from_value(serde_json::from_str(text).map_err(refuse)?, name)
    }

    /// As [`from_json`](Self::from_json).
    pub(crate) fn from_value(value: serde_json::Value, name: &str) -> Result<Self, DiffusionError> {
        let config: Self = if value.get("model").is_some() {
            serde_json::from_value(value)
                .map_err(|e| DiffusionError::config(format!("{name}: {e}")))?
        } else if record::is_record(&value) {
            record::read(&value, name)?
        } else {
            arguments::read(value, name)?
        };
        config.check(name)?;
        if let Some(calibration) = &config.calibration {
            calibration.check()?;
        }
        Ok(config)
    }

    /// Refuses a layout that is not known or that another architecture has.
    fn check(&self, name: &str) -> Result<(), DiffusionError> {
        let refuse = |reason: String| Err(DiffusionError::config(format!("{name}: {reason}")));
        let layouts = match &self.model {
            Architecture::UNet(_) => [GUIDED_DIFFUSION, DIFFUSERS].as_slice(),
            Architecture::Preconditioned(_) => [PRECONDITIONED].as_slice(),
        };
        if ![GUIDED_DIFFUSION, DIFFUSERS, PRECONDITIONED].contains(&self.layout.as_str()) {
            return refuse(format!(
                "the layout `{}` cannot be read; `guided-diffusion`, `preconditioned` and `diffusers` can",
                self.layout
            ));
        }
        if !layouts.contains(&self.layout.as_str()) {
            return refuse(format!(
                "the layout is `{}`, but `model` describes a network of the layout `{}`",
                self.layout, layouts[0]
            ));
        }
        let predicts_noise = self.diffusion.prediction == Prediction::Epsilon;
        if self.model.preconditioned().is_some() && !predicts_noise {
            return refuse(
                "a preconditioned network has no other prediction than `epsilon`".to_owned(),
            );
        }
        self.model.check()
    }
}
