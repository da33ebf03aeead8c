//! Measures what a prior knows: how wrong its `x0_hat` is at each noise level.
//!
//! Pictures are noised at [`LEVELS`] levels, spaced evenly by ratio from [`LOWEST`] to the top of the
//! prior's schedule; noise is portable and the same for every prior. The factor that shrinks `x0_hat`
//! towards the mean colour is the least-squares one, held to [0, 1]:
//! `k = <x0_hat - m, x0 - m> / |x0_hat - m|²`. Errors are those of the shrunk estimate, held to the
//! prior's range as samplers hold it.
//!
//! Cost: [`LEVELS`] evaluations for each picture.

use burn::tensor::{Device, Tensor, TensorData};
use diffusion::{BANDS, CalibratedLevel, Calibration, Denoiser, Schedule};
use operators::{BlockDct, NoiseSource, SeededNoise};

use crate::error::SamplerError;
use crate::problem::read_scalar;

/// How many noise levels are measured.
const LEVELS: usize = 16;
/// The lowest of them, model range.
const LOWEST: f64 = 0.02;
/// A factor so near to one changes no picture: it counts as one, so that nothing is computed for it.
const NEARLY_ONE: f64 = 0.99;
/// Errors below this are rounding.
const LEAST_ERROR: f64 = 1e-9;

/// What was added up at one level.
struct Sums {
    /// `<x0_hat - m, x0 - m>` and `|x0_hat - m|²`.
    along: [f64; 2],
    estimates: Vec<Tensor<4>>,
}

/// Measures a denoiser on `pictures`, each `[1, 3, h, w]` in the model range with sides that are
/// multiples of 8 and of the network's stride. `advance` is called before each evaluation with how
/// many are done and how many there are, and returns whether to go on.
///
/// # Errors
/// [`SamplerError::Cancelled`], [`SamplerError::NonFinite`] for a network whose estimate is not a
/// number, [`SamplerError::Device`].
///
/// # Panics
/// If there is no picture.
pub fn calibrate(
    denoiser: &dyn Denoiser,
    schedule: &Schedule,
    pictures: &[Tensor<4>],
    advance: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<Calibration, SamplerError> {
    assert!(!pictures.is_empty(), "a prior is measured on pictures");
    let mean = mean_colour(pictures)?;
    let spread = mean_over(pictures, |x0| {
        read_scalar((x0.clone() - colour(mean, &x0.device())).square().mean())
    })?;
    let top = schedule.sigma(schedule.len() - 1);
    let mut levels: Vec<CalibratedLevel> = Vec::with_capacity(LEVELS);
    for place in 0..LEVELS {
        let share = place as f64 / (LEVELS - 1) as f64;
        let asked = LOWEST * (top / LOWEST).powf(share);
        let step = match schedule.at_levels(&[asked]) {
            Ok(one) => one,
            Err(error) => return Err(SamplerError::Device(error.to_string())),
        };
        if levels.last().is_some_and(|l| l.sigma >= step.sigma(0)) {
            continue;
        }
        let mut next = |picture: usize| {
            let done = place * pictures.len() + picture;
            advance(done, LEVELS * pictures.len())
        };
        levels.push(level(denoiser, &step, (pictures, mean, place), &mut next)?);
    }
    Ok(Calibration {
        mean,
        spread: spread.max(LEAST_ERROR),
        pictures: pictures.len(),
        levels,
    })
}

/// One level: `step` is a schedule of that step alone.
fn level(
    denoiser: &dyn Denoiser,
    step: &Schedule,
    (pictures, mean, place): (&[Tensor<4>], [f64; 3], usize),
    next: &mut dyn FnMut(usize) -> bool,
) -> Result<CalibratedLevel, SamplerError> {
    let at = step.level(0);
    let (signal, noise) = (at.alpha_bar().sqrt(), (1.0 - at.alpha_bar()).sqrt());
    let mut sums = Sums {
        along: [0.0; 2],
        estimates: Vec::with_capacity(pictures.len()),
    };
    for (number, x0) in pictures.iter().enumerate() {
        if !next(number) {
            return Err(SamplerError::Cancelled);
        }
        let z =
            SeededNoise::at([0, 0, place as u64, number as u64]).normal(x0.dims(), &x0.device());
        let x = x0.clone() * signal + z * noise;
        let eps = denoiser.evaluate(x.clone(), at).eps;
        let centre = colour(mean, &x0.device());
        let estimate = (x - eps * noise) / signal - centre.clone();
        let along = read_scalar((estimate.clone() * (x0.clone() - centre)).sum())?;
        let length = read_scalar(estimate.clone().square().sum())?;
        if !along.is_finite() || !length.is_finite() {
            return Err(SamplerError::NonFinite {
                step: place,
                quantity: "x0_hat",
            });
        }
        sums.along[0] += along;
        sums.along[1] += length;
        sums.estimates.push(estimate);
    }
    let raw = sums.along[0] / sums.along[1].max(LEAST_ERROR);
    let shrink = if raw > NEARLY_ONE { 1.0 } else { raw.max(0.0) };
    errors(
        denoiser,
        pictures,
        (sums.estimates, mean),
        at.sigma(),
        shrink,
    )
}

/// The errors of the shrunk estimates, in all and by band.
fn errors(
    denoiser: &dyn Denoiser,
    pictures: &[Tensor<4>],
    (estimates, mean): (Vec<Tensor<4>>, [f64; 3]),
    sigma: f64,
    shrink: f64,
) -> Result<CalibratedLevel, SamplerError> {
    let mut bands = vec![0.0; BANDS];
    let mut total = 0.0;
    for (x0, centred) in pictures.iter().zip(estimates) {
        let shrunk = centred * shrink + colour(mean, &x0.device());
        let held = match denoiser.range() {
            Some((low, high)) => shrunk.clamp(low, high),
            None => shrunk,
        };
        let error = held - x0.clone();
        total += read_scalar(error.clone().square().mean())?;
        for (sum, band) in bands.iter_mut().zip(by_band(error)?) {
            *sum += band;
        }
    }
    let count = pictures.len() as f64;
    let settled = |sum: f64| (sum / count).max(LEAST_ERROR);
    Ok(CalibratedLevel {
        sigma,
        mse: settled(total),
        shrink,
        bands: bands.into_iter().map(settled).collect(),
    })
}

/// The mean square of each coefficient over blocks and channels, rows first.
fn by_band(error: Tensor<4>) -> Result<Vec<f64>, SamplerError> {
    let side = BlockDct::SIDE;
    let [b, c, height, width] = error.dims();
    let coefficients = BlockDct::new(&error.device()).analyse(error).square();
    // Rows and columns of blocks apart from those within a block.
    let rows = coefficients.reshape([b * c * height / side, side * width]);
    let rows = rows.mean_dim(0).reshape([side, width / side, side]);
    let bands = rows.mean_dim(1).into_data();
    Ok(bands.iter::<f64>().collect())
}

fn mean_colour(pictures: &[Tensor<4>]) -> Result<[f64; 3], SamplerError> {
    let mut mean = [0.0; 3];
    for (channel, value) in mean.iter_mut().enumerate() {
        *value = mean_over(pictures, |x0| {
            read_scalar(x0.clone().narrow(1, channel, 1).mean())
        })?;
    }
    Ok(mean)
}

fn mean_over(
    pictures: &[Tensor<4>],
    of: impl Fn(&Tensor<4>) -> Result<f64, SamplerError>,
) -> Result<f64, SamplerError> {
    let values: Vec<f64> = pictures.iter().map(of).collect::<Result<_, _>>()?;
    Ok(values.iter().sum::<f64>() / values.len() as f64)
}

/// A colour as `[1, 3, 1, 1]`.
fn colour(mean: [f64; 3], device: &Device) -> Tensor<4> {
    let values: Vec<f32> = mean.iter().map(|m| *m as f32).collect();
    Tensor::from_data(TensorData::new(values, [1, 3, 1, 1]), device)
}

#[cfg(test)]
mod tests {
    use diffusion::{Calibrated, NoiseSchedule, WhiteGaussian};

    use super::*;

    const VARIANCE: f64 = 0.2;

    fn measured(denoiser: &dyn Denoiser, steps: &mut usize) -> Calibration {
        let device = Device::flex();
        let white = |i| SeededNoise::new(i, 7).normal([1, 3, 64, 64], &device) * VARIANCE.sqrt();
        let pictures: Vec<Tensor<4>> = (0..4).map(white).collect();
        let schedule = Schedule::new(NoiseSchedule::Linear, 1000).expect("usual");
        let mut advance = |_, _| {
            *steps += 1;
            true
        };
        calibrate(denoiser, &schedule, &pictures, &mut advance).expect("finite")
    }

    /// The exact denoiser of white pictures errs by `sigma² v / (sigma² + v)` at every level and in
    /// every band, and no factor makes it better.
    #[test]
    fn the_exact_denoiser_is_measured_as_exact() {
        let mut steps = 0;
        let found = measured(&WhiteGaussian::new(VARIANCE), &mut steps);
        found.check().expect("sound");
        assert_eq!(steps, LEVELS * 4);
        assert!((found.spread / VARIANCE - 1.0).abs() < 0.02);
        for level in &found.levels {
            let exact = level.sigma.powi(2) * VARIANCE / (level.sigma.powi(2) + VARIANCE);
            assert!((level.mse / exact - 1.0).abs() < 0.03, "{level:?} {exact}");
            let mean = level.bands.iter().sum::<f64>() / BANDS as f64;
            assert!((mean / level.mse - 1.0).abs() < 1e-4, "bands add up");
            if level.sigma < 2.0 {
                assert_eq!(level.shrink, 1.0);
            }
        }
    }

    /// A denoiser that takes pictures for twice as varied overshoots; what is measured of it shrinks
    /// it back, and then there is nothing left to shrink.
    #[test]
    fn an_estimate_that_overshoots_is_shrunk_to_the_best_linear_one() {
        let mut steps = 0;
        let found = measured(&WhiteGaussian::new(4.0 * VARIANCE), &mut steps);
        let level = found.levels.iter().find(|l| l.sigma > 0.8).expect("there");
        let s2 = level.sigma * level.sigma;
        // (v / (v + s²)) / (4 v / (4 v + s²))
        let best = (4.0 * VARIANCE + s2) / (4.0 * (VARIANCE + s2));
        assert!(
            (level.shrink / best - 1.0).abs() < 0.03,
            "{} {best}",
            level.shrink
        );
        let inner = Box::new(WhiteGaussian::new(4.0 * VARIANCE));
        let again = measured(&Calibrated::new(inner, found), &mut steps);
        let level = again.levels.iter().find(|l| l.sigma > 0.8).expect("there");
        assert!(level.shrink > 0.97);
    }

    #[test]
    fn it_can_be_stopped() {
        let device = Device::flex();
        let picture = Tensor::<4>::zeros([1, 3, 8, 8], &device) + 0.1;
        let schedule = Schedule::new(NoiseSchedule::Linear, 1000).expect("usual");
        let denoiser = WhiteGaussian::new(VARIANCE);
        let ended = calibrate(&denoiser, &schedule, &[picture], &mut |done, _| done < 3);
        assert_eq!(ended.err(), Some(SamplerError::Cancelled));
    }
}
