//! The error of the estimate of the clean picture at fixed noise levels.
//!
//! A crop with noise of standard deviation `sigma` is evaluated once; `x0_hat` is held to the model range, as the
//! restoring samplers hold it. A network of timesteps is evaluated at the timestep nearest to the level,
//! with the noise of that timestep.

use imaging::Planar;
use serde::{Deserialize, Serialize};

use super::{Listener, Measuring, Subject, finite, psnr, tell};
use crate::crops::Crop;
use crate::dataset::Dataset;
use crate::error::TrainerError;
use crate::random::{Purpose, Stream};
use crate::tensors::{download, pictures, upload};

/// Addresses of this noise begin here, beyond those of denoising.
const ADDRESS: u64 = 2 << 32;

/// The noise levels: from what a camera leaves to hardly any picture.
pub const ESTIMATED_AT: [f64; 9] = [0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 3.0, 10.0, 100.0];

/// The estimate at one noise level.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimated {
    /// Standard deviation of the noise beside a picture in [-1, 1].
    pub sigma: f64,
    /// Root mean squared error of `x0_hat` over all crops, in the model range.
    pub rmse: f64,
    /// Mean PSNR of `x0_hat`, in dB.
    pub psnr: f64,
}

/// Estimates some crops at each of [`ESTIMATED_AT`]. Cost: one evaluation of each crop and level.
///
/// # Errors
/// [`TrainerError::Device`], [`TrainerError::NonFinite`] or [`TrainerError::Stopped`].
pub fn estimation(
    subject: Subject<'_>,
    dataset: &Dataset,
    crops: &[Crop],
    (side, batch, seed): (usize, usize, u64),
    listener: Listener<'_>,
) -> Result<Vec<Estimated>, TrainerError> {
    let mut results = Vec::with_capacity(ESTIMATED_AT.len());
    let clean: Vec<Planar> = crops.iter().map(|crop| crop.cut(dataset, side)).collect();
    for (place, sigma) in ESTIMATED_AT.into_iter().enumerate() {
        let level = subject.schedule.at_levels(&[sigma])?.level(0);
        let (mut squares, mut decibels, mut done) = (0.0, 0.0, 0);
        for part in clean.chunks(batch) {
            let mut x = Vec::with_capacity(part.len() * 3 * side * side);
            for (index, clean) in (done as u64..).zip(part) {
                let address = ADDRESS + place as u64;
                let noise = Stream::new(seed, Purpose::Noise, address, index);
                let noise = { noise }.normals(clean.data.len());
                let scale = level.sigma() as f32;
                let noisy = clean.data.iter().zip(noise);
                x.extend(noisy.map(|(x, n)| 2.0 * x - 1.0 + scale * n));
            }
            let x = upload(x, side, subject.device);
            let noisy = x.clone() * level.alpha_bar().sqrt();
            let evaluated = subject.denoiser.evaluate(noisy, level);
            let x0_hat = download(x - evaluated.eps * level.sigma())?;
            finite(&x0_hat, "estimate")?;
            for (clean, estimate) in part.iter().zip(pictures(&x0_hat, side)) {
                decibels += psnr(clean, &estimate);
                let pairs = clean.data.iter().zip(&estimate.data);
                squares += pairs
                    .map(|(a, b)| f64::from(2.0 * (a - b)).powi(2))
                    .sum::<f64>();
            }
            done += part.len();
            tell(
                listener,
                Measuring {
                    what: "estimates by noise level",
                    done: place * crops.len() + done,
                    of: ESTIMATED_AT.len() * crops.len(),
                },
            )?;
        }
        let values = (crops.len() * 3 * side * side) as f64;
        results.push(Estimated {
            sigma: level.sigma(),
            rmse: (squares / values).sqrt(),
            psnr: decibels / crops.len() as f64,
        });
    }
    Ok(results)
}
