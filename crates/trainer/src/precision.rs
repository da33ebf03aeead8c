//! Mixed precision: the network computes in 16-bit floats, everything that is remembered stays in
//! 32 (Micikevicius et al. 2018).
//!
//! Small gradients would vanish in 16 bits, so the loss is multiplied by a scale and the gradient
//! divided by it. The scale falls when a gradient overflows, that step being left out, and rises
//! again after many that did not. Normalisation, softmax and the loss are computed in 32 bits.

use std::fmt;
use std::str::FromStr;

use burn::tensor::FloatDType;
use serde::{Deserialize, Serialize};

/// The numbers a network computes with while it is trained.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// 32-bit floats.
    #[default]
    F32,
    /// 16-bit floats, on a device that has them.
    F16,
}

impl Precision {
    pub(crate) fn dtype(self) -> FloatDType {
        match self {
            Self::F32 => FloatDType::F32,
            Self::F16 => FloatDType::F16,
        }
    }
}

impl FromStr for Precision {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "f32" => Ok(Self::F32),
            "f16" => Ok(Self::F16),
            other => Err(format!("`{other}` is no precision; write f32 or f16")),
        }
    }
}

impl fmt::Display for Precision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::F32 => "f32",
            Self::F16 => "f16",
        })
    }
}

/// Steps without overflow after which the scale is doubled.
const PATIENCE: u32 = 1000;
const HIGHEST: f64 = 16_777_216.0;

/// What the loss is multiplied by. Always a power of two, which costs no precision.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct LossScale {
    scale: f64,
    good: u32,
}

impl Default for LossScale {
    fn default() -> Self {
        Self {
            scale: 65_536.0,
            good: 0,
        }
    }
}

impl LossScale {
    /// The factor; 1 at full precision.
    pub(crate) fn factor(self, precision: Precision) -> f64 {
        match precision {
            Precision::F32 => 1.0,
            Precision::F16 => self.scale,
        }
    }

    /// Hears whether a step's gradient was finite. `false` if no smaller scale would help: then
    /// it is not the scale that overflows.
    pub(crate) fn hear(&mut self, finite: bool) -> bool {
        if finite {
            self.good += 1;
            if self.good >= PATIENCE {
                *self = Self {
                    scale: (2.0 * self.scale).min(HIGHEST),
                    good: 0,
                };
            }
            return true;
        }
        *self = Self {
            scale: 0.5 * self.scale,
            good: 0,
        };
        self.scale >= 1.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_falls_at_once_and_rises_slowly() {
        let mut scale = LossScale::default();
        assert!(scale.hear(false));
        assert_eq!(scale.factor(Precision::F16), 32_768.0);
        assert_eq!(scale.factor(Precision::F32), 1.0);
        for _ in 0..PATIENCE {
            assert_eq!(scale.factor(Precision::F16), 32_768.0);
            assert!(scale.hear(true));
        }
        assert_eq!(scale.factor(Precision::F16), 65_536.0);
        assert_eq!((0..20).filter(|_| scale.hear(false)).count(), 16);
    }
}
