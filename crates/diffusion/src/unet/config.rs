//! The creation arguments of guided-diffusion's `create_model`.

use serde::{Deserialize, Deserializer, Serialize};

use super::variant::Variant;
use crate::error::DiffusionError;

/// How attention splits channels into heads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heads {
    /// A fixed number of heads.
    Number(usize),
    /// A fixed number of channels for each head.
    Width(usize),
}

/// The order in which the `qkv` projection is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttentionOrder {
    /// Heads first, each with its q, k and v (`QKVAttentionLegacy`).
    HeadsFirst,
    /// q, k and v first, each with its heads (`QKVAttention`).
    QkvFirst,
}

/// Architecture of a [`UNet`](crate::UNet), as in a guided-diffusion configuration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UNetConfig {
    /// The side it was trained at, in pixels; decides where `attention_resolutions` fall.
    pub image_size: usize,
    /// Channels at full resolution.
    pub num_channels: usize,
    /// Residual blocks at each level.
    pub num_res_blocks: usize,
    /// Channel multiplier of each level, joined by commas; empty for guided-diffusion's default
    /// of that image size.
    #[serde(default)]
    pub channel_mult: String,
    /// Resolutions (at `image_size`) with attention, joined by commas; may be empty.
    #[serde(default)]
    pub attention_resolutions: String,
    /// Attention heads, used when `num_head_channels` is -1.
    #[serde(default = "one")]
    pub num_heads: usize,
    /// Channels of each head, or -1 to go by `num_heads`.
    #[serde(default = "unset")]
    pub num_head_channels: i64,
    /// Whether the output also holds the variance logits.
    #[serde(default, deserialize_with = "boolean")]
    pub learn_sigma: bool,
    /// Whether the time embedding scales and shifts, instead of being added.
    #[serde(default, deserialize_with = "boolean")]
    pub use_scale_shift_norm: bool,
    /// Whether residual blocks resample, instead of convolutions.
    #[serde(default, deserialize_with = "boolean")]
    pub resblock_updown: bool,
    /// Whether the network wants a class label. Restoration has none to give, so this is refused
    /// unless [`Variant::num_classes`] says that there is one for "no class".
    #[serde(default, deserialize_with = "boolean")]
    pub class_cond: bool,
    /// Whether `qkv` is laid out q, k, v first.
    #[serde(default, deserialize_with = "boolean")]
    pub use_new_attention_order: bool,
    /// Colour channels of the pictures.
    #[serde(default = "three")]
    pub in_channels: usize,
    /// Where it differs from guided-diffusion's network.
    #[serde(default, skip_serializing_if = "Variant::is_default")]
    pub variant: Variant,
}

fn one() -> usize {
    1
}

fn three() -> usize {
    3
}

fn unset() -> i64 {
    -1
}

/// guided-diffusion scripts write `True` and `1` as readily as `true`.
fn boolean<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Bool(bool),
        Number(u8),
        Text(String),
    }
    match Written::deserialize(deserializer)? {
        Written::Bool(value) => Ok(value),
        Written::Number(number) => Ok(number != 0),
        Written::Text(text) => match text.to_lowercase().as_str() {
            "true" | "yes" | "1" => Ok(true),
            "false" | "no" | "0" => Ok(false),
            other => Err(serde::de::Error::custom(format!(
                "`{other}` is neither true nor false"
            ))),
        },
    }
}

impl UNetConfig {
    /// Channels at each level, from full resolution down.
    ///
    /// # Errors
    /// [`DiffusionError::Config`] if `channel_mult` cannot be read or gives no whole number of
    /// channels for each group of a normalisation.
    pub fn level_channels(&self) -> Result<Vec<usize>, DiffusionError> {
        let default = match self.image_size {
            512 => "0.5,1,1,2,2,4,4",
            256 => "1,1,2,2,4,4",
            128 => "1,1,2,3,4",
            64 => "1,2,3,4",
            _ => "",
        };
        let written = if self.channel_mult.trim().is_empty() {
            default
        } else {
            self.channel_mult.as_str()
        };
        let refuse = |reason: String| DiffusionError::config(format!("channel_mult: {reason}"));
        let levels = written
            .split(',')
            .map(|text| {
                let multiplier: f64 = text
                    .trim()
                    .parse()
                    .map_err(|_| refuse(format!("`{written}` is not a list of numbers")))?;
                // Fractions such as 1/3 are written with as many digits as there are.
                let channels = (multiplier * self.num_channels as f64 + 1e-6) as usize;
                let groups = self.variant.norm_groups.max(1);
                if channels == 0 || !channels.is_multiple_of(groups) || channels > 16_384 {
                    return Err(refuse(format!(
                        "{channels} channels are not a multiple of {groups}"
                    )));
                }
                Ok(channels)
            })
            .collect::<Result<Vec<_>, _>>()?;
        if levels.len() > 9 {
            return Err(refuse(format!("{} levels are more than 9", levels.len())));
        }
        Ok(levels)
    }

    /// Downsampling rates at which there is attention: 1, 2, 4, …
    ///
    /// # Errors
    /// [`DiffusionError::Config`] if the list cannot be read.
    pub fn attention_rates(&self) -> Result<Vec<usize>, DiffusionError> {
        self.rates(&self.attention_resolutions)
    }

    /// Downsampling rates at which there is attention on the way up.
    ///
    /// # Errors
    /// As [`attention_rates`](Self::attention_rates).
    pub fn up_attention_rates(&self) -> Result<Vec<usize>, DiffusionError> {
        let apart = self.variant.up_attention_resolutions.as_ref();
        self.rates(apart.unwrap_or(&self.attention_resolutions))
    }

    fn rates(&self, resolutions: &str) -> Result<Vec<usize>, DiffusionError> {
        resolutions
            .split(',')
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .map(|text| {
                let resolution: usize = text.parse().ok().filter(|&r| r > 0).ok_or_else(|| {
                    DiffusionError::config(format!(
                        "attention_resolutions: `{text}` is not a resolution"
                    ))
                })?;
                Ok(self.image_size / resolution)
            })
            .collect()
    }

    /// The same network for pictures of another side: attention stays at its levels.
    pub(crate) fn move_to(&mut self, image_size: usize) {
        // The default multipliers go by the image size; what they were has to be written down.
        if self.channel_mult.trim().is_empty()
            && let Ok(levels) = self.level_channels()
        {
            let of = |level: &usize| (*level as f64 / self.num_channels as f64).to_string();
            self.channel_mult = levels.iter().map(of).collect::<Vec<_>>().join(",");
        }
        let written = |rates: Result<Vec<usize>, DiffusionError>| {
            let sides = rates
                .unwrap_or_default()
                .into_iter()
                .filter(|rate| *rate > 0);
            let sides: Vec<_> = sides.map(|rate| (image_size / rate).to_string()).collect();
            sides.join(",")
        };
        let down = written(self.attention_rates());
        if self.variant.up_attention_resolutions.is_some() {
            self.variant.up_attention_resolutions = Some(written(self.up_attention_rates()));
        }
        (self.attention_resolutions, self.image_size) = (down, image_size);
    }

    /// How attention splits channels.
    #[must_use]
    pub fn heads(&self) -> Heads {
        match usize::try_from(self.num_head_channels) {
            Ok(width) if width > 0 => Heads::Width(width),
            _ => Heads::Number(self.num_heads),
        }
    }

    /// How `qkv` is laid out.
    #[must_use]
    pub fn attention_order(&self) -> AttentionOrder {
        if self.use_new_attention_order {
            AttentionOrder::QkvFirst
        } else {
            AttentionOrder::HeadsFirst
        }
    }

    /// Channels of the output: twice the input's when the variance is learned.
    #[must_use]
    pub fn out_channels(&self) -> usize {
        self.in_channels * if self.learn_sigma { 2 } else { 1 }
    }

    /// The total downsampling: heights and widths must be divisible by this.
    ///
    /// # Errors
    /// As [`level_channels`](Self::level_channels).
    pub fn stride(&self) -> Result<usize, DiffusionError> {
        Ok(1 << (self.level_channels()?.len() - 1))
    }

    /// Refuses what no network can be built from.
    ///
    /// # Errors
    /// [`DiffusionError::Config`] names the field.
    pub fn check(&self) -> Result<(), DiffusionError> {
        if let Some(fault) = self.variant.fault() {
            return Err(DiffusionError::config(fault));
        }
        if self.class_cond && self.variant.num_classes.is_none() {
            return Err(DiffusionError::config(
                "class_cond is true: the network wants a class label, which a restoration \
                 cannot give; use an unconditional checkpoint, or, if the last row of its table \
                 of classes means `no class`, give the number of classes (--num-classes)",
            ));
        }
        if self.in_channels != 3 {
            return Err(DiffusionError::config(format!(
                "in_channels is {}, but pictures have 3 channels",
                self.in_channels
            )));
        }
        for (field, value, range) in [
            ("image_size", self.image_size, 1..=65_536),
            ("num_channels", self.num_channels, 4..=16_384),
        ] {
            if !range.contains(&value) {
                return Err(DiffusionError::config(format!(
                    "{field} is {value}, but {} to {} is possible",
                    range.start(),
                    range.end()
                )));
            }
        }
        if self.num_res_blocks == 0 || self.num_res_blocks > 32 {
            return Err(DiffusionError::config(
                "num_res_blocks must be between 1 and 32",
            ));
        }
        let mut rates = self.attention_rates()?;
        rates.extend(self.up_attention_rates()?);
        let levels = self.level_channels()?;
        for (level, &channels) in levels.iter().enumerate() {
            // The middle block attends at the coarsest level whatever the list says.
            let middle = self.variant.middle_attention && level + 1 == levels.len();
            let attends = rates.contains(&(1 << level)) || middle;
            if !attends {
                continue;
            }
            let fits = match self.heads() {
                Heads::Number(n) => n > 0 && channels % n == 0,
                Heads::Width(w) => channels % w == 0,
            };
            if !fits {
                return Err(DiffusionError::config(format!(
                    "{channels} channels cannot be split into heads of {:?}",
                    self.heads()
                )));
            }
        }
        Ok(())
    }
}
