//! Denoising: the prior as a plain denoiser of white noise, comparable with other denoisers.
//!
//! A picture with noise of standard deviation `sigma` (model range) is `x_t / sqrt(alpha_bar_t)`
//! at the timestep where `sqrt(1 - alpha_bar_t) / sqrt(alpha_bar_t)` is nearest to `sigma`; one
//! evaluation there gives `x0_hat` by Tweedie's formula.

use diffusion::Schedule;
use imaging::Planar;
use serde::{Deserialize, Serialize};

use super::{Listener, Measuring, Subject, finite, psnr, tell};
use crate::crops::Crop;
use crate::dataset::Dataset;
use crate::error::TrainerError;
use crate::random::{Purpose, Stream};
use crate::tensors::{download, pictures, upload};

/// Addresses of this noise begin here, beyond all timesteps.
const ADDRESS: u64 = 1 << 32;

/// What denoising gains at one level of noise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Denoised {
    /// Standard deviation of the noise in 8-bit levels.
    pub sigma_255: f64,
    /// The step of the schedule that was used.
    pub timestep: usize,
    /// Mean PSNR of the noisy pictures, clipped to [0, 1], in dB.
    pub noisy_db: f64,
    /// Mean PSNR of the estimates, clipped to [0, 1], in dB.
    pub denoised_db: f64,
}

/// The step whose noise is nearest to `sigma` on the model range.
fn nearest_step(schedule: &Schedule, sigma: f64) -> usize {
    let away = |step: &usize| {
        let alpha_bar = schedule.alpha_bar(*step);
        (((1.0 - alpha_bar) / alpha_bar).sqrt() - sigma).abs()
    };
    (0..schedule.len())
        .min_by(|a, b| away(a).total_cmp(&away(b)))
        .expect("a schedule has at least one step")
}

/// Denoises some crops at each `sigma` (8-bit levels) and returns with the numbers, for each
/// `sigma`, the first `shown` triples of clean, noisy and denoised pictures. Cost: one evaluation
/// of each crop and `sigma`.
///
/// # Errors
/// [`TrainerError::Device`], [`TrainerError::NonFinite`] or [`TrainerError::Stopped`].
pub fn denoising(
    subject: Subject<'_>,
    dataset: &Dataset,
    crops: &[Crop],
    sigmas: &[f64],
    (side, batch, seed, shown): (usize, usize, u64, usize),
    listener: Listener<'_>,
) -> Result<(Vec<Denoised>, Vec<[Planar; 3]>), TrainerError> {
    let size = 3 * side * side;
    let indexed: Vec<(usize, &Crop)> = crops.iter().enumerate().collect();
    let (mut results, mut triples) = (Vec::new(), Vec::new());
    for (place, &sigma_255) in sigmas.iter().enumerate() {
        let sigma = 2.0 * sigma_255 / 255.0;
        let step = nearest_step(subject.schedule, sigma);
        let alpha_bar = subject.schedule.alpha_bar(step);
        let own_sigma = ((1.0 - alpha_bar) / alpha_bar).sqrt();
        let (mut noisy_sum, mut denoised_sum) = (0.0, 0.0);
        for part in indexed.chunks(batch) {
            let mut x = Vec::with_capacity(part.len() * size);
            for (index, crop) in part {
                let address = ADDRESS + place as u64;
                let noise = Stream::new(seed, Purpose::Noise, address, *index as u64).normals(size);
                let clean = crop.model_range(dataset, side);
                x.extend(clean.iter().zip(noise).map(|(x, n)| x + sigma as f32 * n));
            }
            let noisy = pictures(&x, side);
            let x = upload(x, side, subject.device);
            let level = subject.schedule.level(step);
            let evaluated = subject
                .denoiser
                .evaluate(x.clone() * alpha_bar.sqrt(), level);
            let x0_hat = download(x - evaluated.eps * own_sigma)?;
            finite(&x0_hat, "denoised picture")?;
            let denoised = pictures(&x0_hat, side);
            for ((index, crop), (noisy, denoised)) in
                part.iter().zip(noisy.into_iter().zip(denoised))
            {
                let clean = crop.cut(dataset, side);
                noisy_sum += psnr(&clean, &noisy);
                denoised_sum += psnr(&clean, &denoised);
                if *index < shown {
                    triples.push([clean, noisy, denoised]);
                }
            }
            tell(
                listener,
                Measuring {
                    what: "denoising",
                    done: place * crops.len() + part[part.len() - 1].0 + 1,
                    of: sigmas.len() * crops.len(),
                },
            )?;
        }
        results.push(Denoised {
            sigma_255,
            timestep: step,
            noisy_db: noisy_sum / crops.len() as f64,
            denoised_db: denoised_sum / crops.len() as f64,
        });
    }
    Ok((results, triples))
}

#[cfg(test)]
mod tests {
    use super::*;
    use diffusion::NoiseSchedule;

    #[test]
    fn the_step_is_the_nearest_one() {
        let schedule = Schedule::new(NoiseSchedule::Linear, 1000).expect("valid");
        for step in [0, 17, 500, 999] {
            let alpha_bar = schedule.alpha_bar(step);
            let sigma = ((1.0 - alpha_bar) / alpha_bar).sqrt();
            assert_eq!(nearest_step(&schedule, sigma), step);
        }
        assert_eq!(nearest_step(&schedule, 1e9), 999);
    }
}
