//! What a network is built from: one of the two architectures.

use serde::{Deserialize, Deserializer, Serialize};

use crate::error::DiffusionError;
use crate::preconditioned::PreconditionedConfig;
use crate::prior::{GUIDED_DIFFUSION, PRECONDITIONED};
use crate::unet::UNetConfig;

/// The architecture of a prior, the `model` of its `config.json`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Architecture {
    /// The U-Net of guided-diffusion, conditioned on a timestep.
    UNet(UNetConfig),
    /// The U-Net of a preconditioned denoiser, conditioned on a noise level.
    Preconditioned(PreconditionedConfig),
}

/// Only a preconditioned network lists the channels of its levels. Errors then name the field, which those
/// of an untagged enum do not.
impl<'de> Deserialize<'de> for Architecture {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        let read = if value.get("channels").is_some() {
            serde_json::from_value(value).map(Self::Preconditioned)
        } else {
            serde_json::from_value(value).map(Self::UNet)
        };
        read.map_err(serde::de::Error::custom)
    }
}

impl From<UNetConfig> for Architecture {
    fn from(config: UNetConfig) -> Self {
        Self::UNet(config)
    }
}

impl From<PreconditionedConfig> for Architecture {
    fn from(config: PreconditionedConfig) -> Self {
        Self::Preconditioned(config)
    }
}

impl Architecture {
    /// Refuses what cannot be built.
    ///
    /// # Errors
    /// [`DiffusionError::Config`] names the field.
    pub fn check(&self) -> Result<(), DiffusionError> {
        match self {
            Self::UNet(config) => config.check(),
            Self::Preconditioned(config) => config.check(),
        }
    }

    /// Heights and widths must be divisible by this.
    ///
    /// # Errors
    /// [`DiffusionError::Config`] if the configuration cannot be read.
    pub fn stride(&self) -> Result<usize, DiffusionError> {
        match self {
            Self::UNet(config) => config.stride(),
            Self::Preconditioned(config) => Ok(config.stride()),
        }
    }

    /// The receptive field: pixels to each side beyond which an output does not depend on the input. `None`
    /// for a network that takes statistics over all of the picture.
    #[must_use]
    pub fn halo(&self) -> Option<usize> {
        match self {
            Self::UNet(_) => None,
            Self::Preconditioned(config) => Some(config.halo()),
        }
    }

    /// The naming of its tensors, the `layout` of its `config.json`.
    #[must_use]
    pub fn layout(&self) -> &'static str {
        match self {
            Self::UNet(_) => GUIDED_DIFFUSION,
            Self::Preconditioned(_) => PRECONDITIONED,
        }
    }

    /// The side of the pictures that it was trained on, in pixels.
    #[must_use]
    pub fn image_size(&self) -> usize {
        match self {
            Self::UNet(config) => config.image_size,
            Self::Preconditioned(config) => config.image_size,
        }
    }

    /// Channels of its output: those of the picture, and as many again if the variance is learned.
    #[must_use]
    pub fn out_channels(&self) -> usize {
        match self {
            Self::UNet(config) => config.out_channels(),
            Self::Preconditioned(_) => 3,
        }
    }

    /// The configuration of the U-Net of guided-diffusion, if it is one.
    #[must_use]
    pub fn unet(&self) -> Option<&UNetConfig> {
        match self {
            Self::UNet(config) => Some(config),
            Self::Preconditioned(_) => None,
        }
    }

    /// The configuration of the preconditioned network, if it is one.
    #[must_use]
    pub fn preconditioned(&self) -> Option<&PreconditionedConfig> {
        match self {
            Self::UNet(_) => None,
            Self::Preconditioned(config) => Some(config),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_are_read_back_and_errors_name_the_field() {
        let unet = r#"{"image_size": 64, "num_channels": 32, "num_res_blocks": 1}"#;
        let preconditioned =
            r#"{"image_size": 64, "channels": [48, 96], "down": [2, 4], "up": [2]}"#;
        for (json, is_unet) in [(unet, true), (preconditioned, false)] {
            let read: Architecture = serde_json::from_str(json).expect("valid");
            assert_eq!(read.unet().is_some(), is_unet);
            assert_eq!(read.preconditioned().is_none(), is_unet);
            let written = serde_json::to_string(&read).expect("JSON");
            let again: Architecture = serde_json::from_str(&written).expect("as written");
            assert_eq!(again, read);
            let wrong = json.replacen('{', r#"{"wings": 2, "#, 1);
            let error = serde_json::from_str::<Architecture>(&wrong).expect_err("no such field");
            assert!(error.to_string().contains("wings"), "{error}");
        }
    }
}
