//! Networks of three sizes, with what training them asks for.

use std::fmt;
use std::str::FromStr;

use diffusion::{Process, UNetConfig};

use crate::error::TrainerError;
use crate::loss::Loss;
use crate::precision::Precision;
use crate::settings::{Length, Settings};

/// How large a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// 3.6 million weights: for the processor.
    Small,
    /// 23 million weights: for a night on one consumer GPU.
    Medium,
    /// 93 million weights: for days, or a large GPU.
    Large,
}

impl FromStr for Preset {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "small" => Ok(Self::Small),
            "medium" => Ok(Self::Medium),
            "large" => Ok(Self::Large),
            other => Err(format!(
                "`{other}` is no preset; write small, medium or large"
            )),
        }
    }
}

impl fmt::Display for Preset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Small => "small",
            Self::Medium => "medium",
            Self::Large => "large",
        })
    }
}

impl Preset {
    /// Settings for crops of `side` pixels.
    ///
    /// The loss is plain: min-SNR weighs little noise down to nearly nothing (0.008 at sigma 5 of
    /// 255), and that is where a restoration ends.
    ///
    /// # Errors
    /// [`TrainerError::Setting`] if `side` is no multiple of 8.
    pub fn settings(self, side: usize, length: Length) -> Result<Settings, TrainerError> {
        if side == 0 || !side.is_multiple_of(8) {
            return Err(TrainerError::Setting(format!(
                "crops of {side} pixels do not fit; use a multiple of 8, such as 64"
            )));
        }
        let (channels, blocks, head, deepest) = match self {
            Self::Small => (32, 1, 32, None),
            Self::Medium => (64, 2, 64, Some(4)),
            Self::Large => (128, 2, 64, Some(2)),
        };
        // Resolutions at half, a quarter, an eighth of the side.
        let attention: Vec<String> = [2, 4, 8]
            .into_iter()
            .filter(|rate| deepest.is_some_and(|deepest| *rate >= deepest))
            .map(|rate| (side / rate).to_string())
            .collect();
        let (batch, learning_rate, ema) = match self {
            Self::Small => (16, 3e-4, 0.9995),
            Self::Medium => (32, 2e-4, 0.9999),
            Self::Large => (64, 1e-4, 0.9999),
        };
        Ok(Settings {
            model: network(side, channels, blocks, &attention.join(","), head)?,
            process: Process::default(),
            precision: Precision::F32,
            loss: Loss::Plain,
            batch,
            length,
            learning_rate,
            warmup: 500,
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

/// By way of guided-diffusion's own argument names, as in a configuration file.
fn network(
    side: usize,
    channels: usize,
    blocks: usize,
    attention: &str,
    head: usize,
) -> Result<UNetConfig, TrainerError> {
    let arguments = serde_json::json!({
        "image_size": side,
        "num_channels": channels,
        "num_res_blocks": blocks,
        "channel_mult": "1,2,3,4",
        "attention_resolutions": attention,
        "num_heads": 4,
        "num_head_channels": head,
        "use_scale_shift_norm": true,
    });
    serde_json::from_value(arguments).map_err(|e| TrainerError::Setting(e.to_string()))
}
