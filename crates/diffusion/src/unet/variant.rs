//! Where networks of other families differ from guided-diffusion's own.
//!
//! Every field is at guided-diffusion's value by default and is left out of `config.json` then,
//! so that a configuration says only what is unusual.

use serde::{Deserialize, Serialize};

/// What may differ. The other values are those of Hugging Face's `UNet2DModel`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Variant {
    /// Groups of every group normalisation.
    pub norm_groups: usize,
    /// What is added to the variance in group normalisation.
    pub norm_epsilon: f64,
    /// Whether convolutions that halve the resolution pad by one pixel at the right and the
    /// bottom only, instead of all around.
    pub pad_right_bottom: bool,
    /// Whether the time embedding has its sines before its cosines.
    pub sines_first: bool,
    /// Taken from the number of frequencies of the time embedding when they are spaced: with 1
    /// the slowest is 1/10000 exactly.
    pub frequency_shift: f64,
    /// Whether the middle block attends.
    pub middle_attention: bool,
    /// Resolutions with attention on the way up, if they are not those on the way down.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub up_attention_resolutions: Option<String>,
    /// For a class-conditional network whose table of classes has one row more than there are
    /// classes, the last of which means "no class": the number of classes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_classes: Option<usize>,
}

impl Default for Variant {
    fn default() -> Self {
        Self {
            norm_groups: 32,
            norm_epsilon: 1e-5,
            pad_right_bottom: false,
            sines_first: false,
            frequency_shift: 0.0,
            middle_attention: true,
            up_attention_resolutions: None,
            num_classes: None,
        }
    }
}

impl Variant {
    /// Whether this is guided-diffusion's own network.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// Groups of every normalisation, and what is added to the variance there.
    pub(super) fn norm(&self) -> (usize, f64) {
        (self.norm_groups, self.norm_epsilon)
    }

    /// What is wrong with it, if anything.
    pub(super) fn fault(&self) -> Option<String> {
        if self.norm_groups == 0 || self.norm_groups > 1024 {
            return Some(format!("variant.norm_groups is {}", self.norm_groups));
        }
        if !(self.norm_epsilon > 0.0 && self.norm_epsilon < 1.0) {
            return Some(format!("variant.norm_epsilon is {}", self.norm_epsilon));
        }
        if !(0.0..=1.0).contains(&self.frequency_shift) {
            return Some(format!(
                "variant.frequency_shift is {}, but 0 to 1 is possible",
                self.frequency_shift
            ));
        }
        None
    }
}
