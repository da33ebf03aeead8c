//! The noise that a run reckons with.
//!
//! A recipe without noise is taken at its word where pixels are only picked. Everything else has to be
//! solved for, and there a file's rounding to whole levels is noise: to believe blurred values of 8
//! bits to the last digit amplifies their rounding until the result is worse than the blur.

use burn::tensor::Tensor;
use imaging::Depth;
use operators::{LinearOperator, Noise};

use crate::error::EngineError;
use crate::job::Job;
use crate::session::WindowProblem;

/// `sigma_y`, or the root of the mean variance over measured values, and the variance of each value
/// where it differs: of means over blocks at a coarser scale.
///
/// # Errors
/// [`EngineError::Device`] if the device cannot give numbers back.
pub(crate) fn reckoned(
    job: &Job,
    window: &WindowProblem<'_>,
) -> Result<(f64, Option<Tensor<4>>), EngineError> {
    let picks = window.operator.linear().is_ok_and(LinearOperator::selects);
    let given = job.recipe.noise_model();
    let noise = Noise {
        sigma: if picks {
            given.sigma
        } else {
            given.sigma.max(rounding(job.photo.depth()))
        },
        ..given
    };
    let factor = window.factor() as f64;
    let Some(variance) = noise.variance(window.measurement.clone()) else {
        return Ok((noise.sigma / factor, None));
    };
    let variance = variance / (factor * factor);
    let mean = match window.operator.measured() {
        None => variance.clone().mean(),
        Some(mask) => {
            let mask = mask.expand(variance.dims());
            (variance.clone() * mask.clone()).sum() / mask.sum().clamp_min(1.0)
        }
    };
    let data = mean
        .try_into_data()
        .map_err(|e| EngineError::Device(format!("the device did not return a number: {e:?}")))?;
    let mean = data.iter::<f64>().next().unwrap_or(f64::NAN);
    Ok((mean.sqrt(), Some(variance)))
}

/// The standard deviation of rounding to whole levels, on the model range: a level is `2 / (2^bits -
/// 1)` and an error uniform over it.
fn rounding(depth: Depth) -> f64 {
    let levels = match depth {
        Depth::Eight => 255.0,
        // Floating point came from somewhere: nothing is measured more finely than 16 bits.
        Depth::Sixteen | Depth::Float => 65_535.0,
    };
    2.0 / levels / 12_f64.sqrt()
}
