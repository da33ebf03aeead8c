//! How long a denoiser takes on a device, and how often a sampler asks it: what an estimate of time
//! is made of before anything has run.

use std::time::Instant;

use burn::tensor::{Device, Tensor};
use diffusion::{NoiseSchedule, Schedule, WhiteGaussian};
use operators::{Inpaint, SeededNoise, Spec};
use samplers::Problem;
use serde::{Deserialize, Serialize};

use crate::control::Control;
use crate::error::EngineError;
use crate::event::JobId;
use crate::prior::LoadedPrior;
use crate::windows;
use imaging::Mask;

/// Seconds for a pixel, on one device with one prior.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pace {
    /// Of a denoiser evaluation.
    pub evaluation: f64,
    /// Of a vector-Jacobian product, without the evaluation it follows.
    pub product: f64,
    /// The prior's stride, by which windows are rounded up.
    pub stride: usize,
}

/// How often a step asks the denoiser.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepCost {
    /// Evaluations.
    pub evaluations: f64,
    /// Vector-Jacobian products.
    pub products: f64,
}

/// Times one evaluation and one product on the largest window under `mask`, or on the smallest there
/// is: each twice, of which the quicker counts, since the first also warms up.
///
/// # Errors
/// [`EngineError::Stopped`] between two of them, [`EngineError::Device`] if the device breaks.
pub(crate) fn time(
    prior: &LoadedPrior,
    device: &Device,
    mask: Option<&Mask>,
    (control, id): (&Control, JobId),
) -> Result<Pace, EngineError> {
    let stride = prior.denoiser.stride().max(1);
    let windows = mask.and_then(|mask| windows::plan(mask, stride).ok());
    let frames = windows.iter().flatten().map(|window| window.frame);
    let smallest = windows::SMALLEST.next_multiple_of(stride);
    let (width, height) = frames
        .max_by_key(|frame| frame.area())
        .map_or((smallest, smallest), |frame| (frame.width, frame.height));
    let pixels = (width * height) as f64;
    let step = prior.schedule.timestep(prior.schedule.len() / 2);
    let mut noise = SeededNoise::new(0, 0);
    let x = operators::NoiseSource::normal(&mut noise, [1, 3, height, width], device);
    let mut pace = Pace {
        evaluation: f64::INFINITY,
        product: f64::INFINITY,
        stride,
    };
    for _ in 0..2 {
        if control.is_stopped(id) {
            return Err(EngineError::Stopped);
        }
        let started = Instant::now();
        finish(prior.denoiser.evaluate(x.clone(), step).eps)?;
        let evaluation = started.elapsed().as_secs_f64() / pixels;
        pace.evaluation = pace.evaluation.min(evaluation);
        if control.is_stopped(id) {
            return Err(EngineError::Stopped);
        }
        let started = Instant::now();
        let linearised = prior.denoiser.linearise(x.clone(), step);
        finish((linearised.pullback)(x.clone()))?;
        let both = started.elapsed().as_secs_f64() / pixels;
        pace.product = pace.product.min((both - evaluation).max(0.0));
    }
    Ok(pace)
}

/// Waits until a tensor is computed.
fn finish(tensor: Tensor<4>) -> Result<(), EngineError> {
    let data = tensor.sum().try_into_data();
    data.map(|_| ())
        .map_err(|e| EngineError::Device(format!("the device did not compute: {e:?}")))
}

/// Counts by running it on a tiny picture with a closed form instead of a network. Takes some
/// milliseconds. Over all steps of the schedule: a sampler that starts late asks less often. `None`
/// for a sampler that cannot be built.
#[must_use]
pub fn step_cost(sampler: &Spec) -> Option<StepCost> {
    const STEPS: usize = 50;
    const SIDE: usize = 8;
    let sampler = samplers::parse(sampler).ok()?;
    let device = Device::flex();
    let full = Schedule::new(NoiseSchedule::Linear, 1000).ok()?;
    let schedule = full.respaced(&STEPS.to_string()).ok()?;
    let denoiser = WhiteGaussian::new(full, 0.25);
    let measured: Vec<bool> = (0..SIDE * SIDE).map(|i| i % 3 > 0).collect();
    let operator = Inpaint::new(&measured, (SIDE, SIDE), &device);
    let measurement = Tensor::zeros([1, 3, SIDE, SIDE], &device);
    let never = || false;
    let problem = Problem::new(&denoiser, &operator, measurement, 0.05, &schedule, &never);
    let _ = sampler.run(&problem, &mut SeededNoise::new(0, 0)).ok()?;
    let cost = problem.cost();
    Some(StepCost {
        evaluations: cost.evaluations as f64 / STEPS as f64,
        products: cost.products as f64 / STEPS as f64,
    })
}

/// The pixels that inpainting under this mask samples, over all of its windows. `None` where nothing
/// can be planned, such as for an empty mask.
#[must_use]
pub fn planned_pixels(mask: &Mask, stride: usize) -> Option<usize> {
    let windows = windows::plan(mask, stride.max(1)).ok()?;
    Some(windows.iter().map(|window| window.frame.area()).sum())
}

#[cfg(test)]
mod tests {
    use super::*;
    use imaging::{Rect, Value};

    #[test]
    fn steps_cost_what_their_samplers_ask() {
        let cost = |spec: &str| step_cost(&spec.parse().expect("valid")).expect("known");
        let pair = |evaluations, products| StepCost {
            evaluations,
            products,
        };
        assert_eq!(cost("ca-dps"), pair(1.0, 1.0));
        assert_eq!(cost("diffpir"), pair(1.0, 0.0));
        assert!(cost("ca-dps:covariance=krylov:4").products > 1.0);
        assert!(cost("daps").evaluations > 2.0);
        for family in samplers::families() {
            assert!(
                step_cost(&Spec::named(family.name)).is_some(),
                "{}",
                family.name
            );
        }
        let late = cost("dps:start=0.15");
        assert!(late.evaluations > 0.0 && late.evaluations < 0.2, "{late:?}");
        assert_eq!(step_cost(&Spec::named("none")), None);
    }

    #[test]
    fn pixels_are_those_of_the_windows() {
        let mut mask = Mask::new(500, 400);
        assert_eq!(planned_pixels(&mask, 8), None);
        let _ = mask.fill_rect(Rect::new(100, 100, 5, 5), Value::Paint);
        assert_eq!(planned_pixels(&mask, 8), Some(64 * 64));
    }
}
