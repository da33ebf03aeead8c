//! How close a restoration is to the truth and to the measurement.

use burn::tensor::Tensor;
use imaging::{Mask, Planar};
use operators::Operator;
use serde::{Deserialize, Serialize};

use crate::error::EvaluationError;
use crate::lpips::Lpips;
use crate::tensors::{number, upload};

/// Scores of one picture; a score that is no finite number, such as the PSNR of an exact answer,
/// is left out.
///
/// Restorations are held to [0, 1] first, and are not rounded to 8 bits. Where a measurement cannot
/// tell pictures apart ([`Operator::alike`]), the one nearest to the truth is scored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Scores {
    /// Peak signal-to-noise ratio over the whole picture, dB.
    pub psnr: Option<f64>,
    /// Structural similarity over the whole picture.
    pub ssim: Option<f64>,
    /// PSNR over lost pixels only, dB; for masks.
    pub masked_psnr: Option<f64>,
    /// Mean structural similarity over windows centred on lost pixels; for masks.
    pub masked_ssim: Option<f64>,
    /// Root mean square of `y - A x` over measured values, model range. The truth has about the
    /// noise level.
    pub residual: Option<f64>,
    /// [LPIPS](crate::Lpips) over the whole picture, less is better; if a network was given.
    #[serde(default)]
    pub lpips: Option<f64>,
}

/// What a restoration is scored against.
pub(crate) struct Yardstick<'a> {
    pub(crate) truth: &'a Planar,
    pub(crate) hole: Option<&'a Mask>,
    pub(crate) operator: &'a dyn Operator,
    pub(crate) measurement: &'a Tensor<4>,
    pub(crate) lpips: Option<&'a Lpips>,
}

impl Yardstick<'_> {
    pub(crate) fn score(&self, restored: &Planar) -> Result<Scores, EvaluationError> {
        let finite = |value: f64| Some(value).filter(|v| v.is_finite());
        let masked = |score: fn(&Planar, &Planar, &Mask) -> f64| {
            self.hole
                .and_then(|hole| finite(score(restored, self.truth, hole)))
        };
        let looks = self.lpips.map(|lpips| lpips.distance(restored, self.truth));
        Ok(Scores {
            psnr: finite(imaging::psnr(restored, self.truth)),
            ssim: finite(imaging::ssim(restored, self.truth)),
            masked_psnr: masked(imaging::masked_psnr),
            masked_ssim: masked(imaging::masked_ssim),
            residual: finite(self.residual(restored)?),
            lpips: looks.transpose()?.and_then(finite),
        })
    }

    fn residual(&self, restored: &Planar) -> Result<f64, EvaluationError> {
        let seen = self
            .operator
            .apply(upload(restored, &self.measurement.device()));
        let squares = (self.measurement.clone() - seen).square();
        let mean = match self.operator.measured() {
            None => squares.mean(),
            Some(mask) => {
                let shape = squares.dims();
                let known = mask.expand(shape);
                (squares * known.clone()).sum() / known.sum().clamp_min(1.0)
            }
        };
        Ok(number(mean)?.sqrt())
    }
}
