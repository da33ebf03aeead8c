//! The loss at every level of noise.
//!
//! Mean squared error of the predicted noise, which is 1 for a prior that knows nothing and always
//! answers 0. The timesteps are cut into ten equal parts; within a part, four timesteps share the
//! crops among them, so that the steep beginning of the curve is not judged by one point.

use serde::{Deserialize, Serialize};

use super::{Listener, Measuring, Subject, finite, tell};
use crate::crops::Crop;
use crate::dataset::Dataset;
use crate::error::TrainerError;
use crate::random::{Purpose, Stream};
use crate::tensors::{download, upload};

const BINS: usize = 10;
/// Timesteps within a bin.
const STRATA: usize = 4;

/// A range of timesteps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoiseBin {
    /// The first timestep.
    pub from: usize,
    /// The last timestep.
    pub to: usize,
    /// `sqrt(1 - alpha_bar) / sqrt(alpha_bar)` in the middle: the noise's standard deviation
    /// beside a picture in [-1, 1].
    pub sigma: f64,
    /// Mean squared error of `eps`.
    pub mse: f64,
}

/// The loss by level of noise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LossByNoise {
    /// From little noise to much.
    pub bins: Vec<NoiseBin>,
    /// The mean over all timesteps.
    pub mean: f64,
}

/// Measures the loss on some crops. Cost: 10 evaluations of each crop.
///
/// # Errors
/// [`TrainerError::Device`], [`TrainerError::NonFinite`] or [`TrainerError::Stopped`].
pub fn loss_by_noise(
    subject: Subject<'_>,
    dataset: &Dataset,
    crops: &[Crop],
    (side, batch, seed): (usize, usize, u64),
    listener: Listener<'_>,
) -> Result<LossByNoise, TrainerError> {
    let length = subject.schedule.len();
    let count = BINS.min(length);
    let pictures: Vec<Vec<f32>> = crops
        .iter()
        .map(|crop| crop.model_range(dataset, side))
        .collect();
    let mut done = 0;
    let mut bins = Vec::with_capacity(count);
    for bin in 0..count {
        let (from, end) = (bin * length / count, (bin + 1) * length / count);
        let mut sum = 0.0;
        for stratum in 0..STRATA {
            let step = from + (2 * stratum + 1) * (end - from) / (2 * STRATA);
            let own: Vec<usize> = (stratum..crops.len()).step_by(STRATA).collect();
            for part in own.chunks(batch) {
                sum += squared_errors(&subject, &pictures, part, step, (side, seed))?;
                done += part.len();
                tell(
                    listener,
                    Measuring {
                        what: "loss by noise level",
                        done,
                        of: count * crops.len(),
                    },
                )?;
            }
        }
        let alpha_bar = subject.schedule.alpha_bar(from.midpoint(end - 1));
        bins.push(NoiseBin {
            from,
            to: end - 1,
            sigma: ((1.0 - alpha_bar) / alpha_bar).sqrt(),
            mse: sum / crops.len() as f64,
        });
    }
    let mean = bins.iter().map(|bin| bin.mse).sum::<f64>() / bins.len() as f64;
    Ok(LossByNoise { bins, mean })
}

/// The sum over pictures of the mean squared error.
fn squared_errors(
    subject: &Subject<'_>,
    pictures: &[Vec<f32>],
    part: &[usize],
    step: usize,
    (side, seed): (usize, u64),
) -> Result<f64, TrainerError> {
    let alpha_bar = subject.schedule.alpha_bar(step);
    let (signal, noise) = (alpha_bar.sqrt() as f32, (1.0 - alpha_bar).sqrt() as f32);
    let size = 3 * side * side;
    let mut noisy = Vec::with_capacity(part.len() * size);
    let mut eps = Vec::with_capacity(part.len() * size);
    for &index in part {
        let own = Stream::new(seed, Purpose::Noise, step as u64, index as u64).normals(size);
        let clean = pictures[index].iter();
        noisy.extend(clean.zip(&own).map(|(x, n)| signal * x + noise * n));
        eps.extend(own);
    }
    let x = upload(noisy, side, subject.device);
    let level = subject.schedule.level(step);
    let predicted = download(subject.denoiser.evaluate(x, level).eps)?;
    finite(&predicted, "predicted noise")?;
    let errors = predicted.iter().zip(&eps);
    let sum: f64 = errors.map(|(a, b)| f64::from(a - b).powi(2)).sum();
    Ok(sum / size as f64)
}
