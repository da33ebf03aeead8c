//! The noise schedule in `scheduler_config.json`.
//!
//! Every scheduler there that works on `alpha_bar` describes the training schedule with the same
//! fields, most of them with the same defaults; how it samples is of no concern here.

use serde::Deserialize;
use serde_json::Value;

use crate::error::DiffusionError;
use crate::prior::{Prediction, Process};
use crate::schedule::NoiseSchedule;

/// Schedulers whose betas mean what they mean in `DDPMScheduler`.
const READ: &[&str] = &[
    "DDPMScheduler",
    "DDPMParallelScheduler",
    "DDIMScheduler",
    "DDIMInverseScheduler",
    "DDIMParallelScheduler",
    "PNDMScheduler",
    "DEISMultistepScheduler",
    "DPMSolverMultistepScheduler",
    "DPMSolverMultistepInverseScheduler",
    "DPMSolverSDEScheduler",
    "DPMSolverSinglestepScheduler",
    "EulerAncestralDiscreteScheduler",
    "EulerDiscreteScheduler",
    "HeunDiscreteScheduler",
    "KDPM2AncestralDiscreteScheduler",
    "KDPM2DiscreteScheduler",
    "LMSDiscreteScheduler",
    "RePaintScheduler",
    "UniPCMultistepScheduler",
];

/// Those among them whose betas default to the range of a latent diffusion model instead of
/// `DDPMScheduler`'s. A file without a range may mean either, so it has to state one.
const OTHER_DEFAULTS: &[&str] = &[
    "DPMSolverSDEScheduler",
    "HeunDiscreteScheduler",
    "KDPM2AncestralDiscreteScheduler",
    "KDPM2DiscreteScheduler",
];

#[derive(Deserialize)]
struct Scheduler {
    #[serde(rename = "_class_name")]
    class: Option<String>,
    #[serde(default = "thousand")]
    num_train_timesteps: usize,
    beta_start: Option<f64>,
    beta_end: Option<f64>,
    #[serde(default = "linear")]
    beta_schedule: String,
    #[serde(default)]
    trained_betas: Option<Vec<f64>>,
    #[serde(default = "epsilon")]
    prediction_type: String,
    #[serde(default)]
    rescale_betas_zero_snr: bool,
}

fn thousand() -> usize {
    1000
}

/// `beta_start` and `beta_end`, or `DDPMScheduler`'s where the class has the same.
fn range(scheduler: &Scheduler) -> Result<(f64, f64), DiffusionError> {
    let class = scheduler.class.as_deref().unwrap_or_default();
    let or_usual = |field: &str, stated: Option<f64>, usual: f64| {
        if stated.is_none() && OTHER_DEFAULTS.contains(&class) {
            return Err(DiffusionError::config(format!(
                "scheduler_config.json: {field} is not stated, and {class} has another default \
                 than DDPMScheduler; write down the {field} that the network was trained with"
            )));
        }
        Ok(stated.unwrap_or(usual))
    };
    Ok((
        or_usual("beta_start", scheduler.beta_start, 1e-4)?,
        or_usual("beta_end", scheduler.beta_end, 0.02)?,
    ))
}

fn linear() -> String {
    "linear".to_owned()
}

fn epsilon() -> String {
    "epsilon".to_owned()
}

/// Reads the process.
pub(crate) fn read(value: Value) -> Result<Process, DiffusionError> {
    let scheduler: Scheduler = serde_json::from_value(value)
        .map_err(|e| DiffusionError::config(format!("scheduler_config.json: {e}")))?;
    let refused = |field: &str, value: &str, instead: &str| {
        Err(DiffusionError::config(format!(
            "scheduler_config.json: {field} is {value}, which is not supported; {instead}"
        )))
    };
    if let Some(class) = scheduler
        .class
        .as_deref()
        .filter(|class| !READ.contains(class))
    {
        return refused("_class_name", class, "DDPMScheduler and its relatives are");
    }
    if scheduler.rescale_betas_zero_snr {
        return refused(
            "rescale_betas_zero_snr",
            "true",
            "no step may be without any signal",
        );
    }
    let prediction = match scheduler.prediction_type.as_str() {
        "epsilon" => Prediction::Epsilon,
        "sample" => Prediction::Sample,
        "v_prediction" => Prediction::V,
        other => {
            let instead = "epsilon, sample and v_prediction are";
            return refused("prediction_type", other, instead);
        }
    };
    let noise_schedule = match (&scheduler.trained_betas, scheduler.beta_schedule.as_str()) {
        (Some(betas), _) => NoiseSchedule::Betas(betas.clone()),
        (None, "linear") => {
            let (start, end) = range(&scheduler)?;
            NoiseSchedule::LinearRange { start, end }
        }
        (None, "scaled_linear") => {
            let (start, end) = range(&scheduler)?;
            NoiseSchedule::ScaledLinear { start, end }
        }
        (None, "squaredcos_cap_v2") => NoiseSchedule::Cosine,
        (None, other) => {
            let instead = "linear, scaled_linear, squaredcos_cap_v2 and trained_betas are";
            return refused("beta_schedule", other, instead);
        }
    };
    let steps = match &noise_schedule {
        NoiseSchedule::Betas(betas) => betas.len(),
        _ => scheduler.num_train_timesteps,
    };
    Ok(Process {
        steps,
        noise_schedule,
        prediction,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::schedule::Schedule;

    fn schedule(value: Value) -> Schedule {
        let process = read(value).expect("readable");
        Schedule::new(process.noise_schedule, process.steps).expect("possible")
    }

    #[test]
    fn the_defaults_are_ddpms() {
        let ours = Schedule::new(NoiseSchedule::Linear, 1000).expect("usual");
        let theirs = schedule(json!({ "_class_name": "DDPMScheduler" }));
        for t in [0, 1, 499, 999] {
            assert!((ours.alpha_bar(t) - theirs.alpha_bar(t)).abs() < 1e-15);
        }
        let process = read(json!({ "prediction_type": "v_prediction" })).expect("readable");
        assert_eq!(process.prediction, Prediction::V);
    }

    #[test]
    fn a_class_with_other_defaults_has_to_state_its_range() {
        for class in OTHER_DEFAULTS {
            for (stated, missing) in [("beta_end", "beta_start"), ("beta_start", "beta_end")] {
                let value = json!({ "_class_name": class, stated: 0.01 });
                let said = read(value).expect_err("half a range").to_string();
                assert!(said.contains(&format!("{missing} is not stated")), "{said}");
            }
            let stated =
                schedule(json!({ "_class_name": class, "beta_start": 1e-4, "beta_end": 0.02 }));
            assert!((stated.betas()[999] - 0.02).abs() < 1e-15);
            // Where the range means nothing, it need not be there.
            let cosine = json!({ "_class_name": class, "beta_schedule": "squaredcos_cap_v2" });
            assert!(read(cosine).is_ok());
        }
    }

    #[test]
    fn roots_are_spaced_evenly_in_a_scaled_linear_schedule() {
        let latent = schedule(json!({
            "beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012
        }));
        let betas = latent.betas();
        assert!((betas[0] - 0.00085).abs() < 1e-12 && (betas[999] - 0.012).abs() < 1e-12);
        let middle =
            (0.00085_f64.sqrt() + 500.0 / 999.0 * (0.012_f64.sqrt() - 0.00085_f64.sqrt())).powi(2);
        assert!((betas[500] - middle).abs() < 1e-12);
    }

    #[test]
    fn written_betas_count_the_steps() {
        let written = schedule(json!({ "trained_betas": [0.1, 0.2, 0.3] }));
        assert_eq!(written.betas(), [0.1, 0.2, 0.3]);
    }

    #[test]
    fn what_is_not_supported_is_named() {
        for (value, word) in [
            (json!({ "beta_schedule": "sigmoid" }), "sigmoid"),
            (json!({ "prediction_type": "flow" }), "flow"),
            (
                json!({ "_class_name": "ScoreSdeVeScheduler" }),
                "ScoreSdeVeScheduler",
            ),
            (
                json!({ "rescale_betas_zero_snr": true }),
                "rescale_betas_zero_snr",
            ),
        ] {
            let said = read(value).expect_err("unsupported").to_string();
            assert!(said.contains(word), "{said}");
        }
    }
}
