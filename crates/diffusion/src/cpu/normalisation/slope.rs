//! The gradient by gain and bias, and by what the embedding told.
//!
//! A channel's output is `x̂ · gain · (1 + scale) + bias · (1 + scale) + shift`, with `x̂` its
//! normalised input, so two sums tell everything: that of the cotangent, and that of its product
//! with `x̂`.

use super::{Kept, Normalisation};
use crate::cpu::picture::Picture;

impl Normalisation {
    /// The cotangents of the input and of what was told; adds the slopes by gain and bias.
    pub(crate) fn pullback_with_slopes(
        &self,
        kept: &Kept,
        told: Option<&Picture>,
        cotangent: Picture,
        [gain, bias]: [&mut [f32]; 2],
    ) -> (Picture, Option<Picture>) {
        let channels = self.gain.len();
        let mut told_cotangent = told.map(|told| Picture::zeros(told.shape));
        let out = self.pull_back(kept, cotangent, |i, pieces| {
            let precisions = &kept.maps[i].precisions;
            for channel in 0..channels {
                let sum = |which: usize| -> f32 {
                    let parts = pieces.iter().map(|piece| f64::from(piece[which][channel]));
                    parts.sum::<f64>() as f32
                };
                let (plain, normal) = (sum(0), sum(1) * precisions[channel]);
                let mut factor = 1.0;
                if let (Some(told), Some(slopes)) = (told, &mut told_cotangent) {
                    let (scale, shift) =
                        (2 * i * channels + channel, (2 * i + 1) * channels + channel);
                    factor += told.values[scale];
                    slopes.values[scale] = normal * self.gain[channel] + plain * self.bias[channel];
                    slopes.values[shift] = plain;
                }
                gain[channel] += normal * factor;
                bias[channel] += plain * factor;
            }
        });
        (out, told_cotangent)
    }
}
