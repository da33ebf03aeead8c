//! Preconditioned networks of three sizes, with the settings that train them.

use std::fmt;
use std::str::FromStr;

use diffusion::{PreconditionedConfig, Process};

use crate::error::TrainerError;
use crate::loss::Loss;
use crate::noise_levels::NoiseLevels;
use crate::precision::Precision;
use crate::settings::{Length, Settings};

/// How large a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// 0.29 million weights: for hours on a processor.
    Small,
    /// 1.1 million weights: for a night on a processor, or hours on a GPU.
    Standard,
    /// 11 million weights: for a GPU.
    Large,
}

impl FromStr for Preset {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "small" => Ok(Self::Small),
            "standard" => Ok(Self::Standard),
            "large" => Ok(Self::Large),
            other => Err(format!(
                "`{other}` is no preset; write small, standard or large"
            )),
        }
    }
}

impl fmt::Display for Preset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Small => "small",
            Self::Standard => "standard",
            Self::Large => "large",
        })
    }
}

impl Preset {
    /// The network for crops of `side` pixels.
    #[must_use]
    pub fn network(self, side: usize) -> PreconditionedConfig {
        let (channels, down, up): (&[usize], &[usize], &[usize]) = match self {
            Self::Small => (&[32, 64], &[1, 2], &[1]),
            Self::Standard => (&[48, 96], &[2, 4], &[2]),
            Self::Large => (&[96, 192, 288], &[2, 2, 4], &[2, 2]),
        };
        PreconditionedConfig::new(side, channels, down, up)
    }

    /// Settings for crops of `side` pixels.
    ///
    /// # Errors
    /// [`TrainerError::Setting`] if the network does not take that side.
    pub fn settings(self, side: usize, length: Length) -> Result<Settings, TrainerError> {
        let network = self.network(side);
        let stride = network.stride();
        if side == 0 || !side.is_multiple_of(stride) {
            return Err(TrainerError::Setting(format!(
                "crops of {side} pixels do not fit; use a multiple of {stride}, such as 64"
            )));
        }
        let (batch, learning_rate, ema) = match self {
            Self::Small => (16, 8e-4, 0.9995),
            Self::Standard => (32, 6e-4, 0.9995),
            Self::Large => (64, 3e-4, 0.9999),
        };
        Ok(Settings {
            model: network.into(),
            process: Process::default(),
            precision: Precision::F32,
            loss: Loss::Plain,
            noise: NoiseLevels::default(),
            batch,
            length,
            learning_rate,
            warmup: 200,
            beta1: 0.9,
            beta2: 0.99,
            weight_decay: 1e-3,
            clip: 1.0,
            ema,
            reduction: 4.0,
            flips: true,
            held_out: 0.05,
            seed: 0,
            from: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parameters::Layout;

    #[test]
    fn networks_have_as_many_weights_as_their_documentation_says() {
        for (preset, millions) in [
            (Preset::Small, 0.29),
            (Preset::Standard, 1.1),
            (Preset::Large, 11.0),
        ] {
            let settings = preset.settings(64, Length::Iterations(1)).expect("valid");
            settings.check().expect("can be trained");
            let layout = Layout::of(&settings.model).expect("a network");
            let off = layout.len() as f64 / 1e6 / millions;
            assert!((0.95..1.05).contains(&off), "{preset}: {}", layout.len());
        }
    }
}
