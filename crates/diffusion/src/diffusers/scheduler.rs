//! The noise schedule in `scheduler_config.json`.
//!
//! Every scheduler there that works on `alpha_bar` describes the training schedule with the same
//! fields and the same defaults; how it samples is of no concern here.

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

#[derive(Deserialize)]
struct Scheduler {
    #[serde(rename = "_class_name")]
    class: Option<String>,
    #[serde(default = "thousand")]
    num_train_timesteps: usize,
    #[serde(default = "first")]
    beta_start: f64,
    #[serde(default = "last")]
    beta_end: f64,
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

fn first() -> f64 {
    1e-4
}

fn last() -> f64 {
    0.02
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
    let (start, end) = (scheduler.beta_start, scheduler.beta_end);
    let noise_schedule = match (scheduler.trained_betas, scheduler.beta_schedule.as_str()) {
        (Some(betas), _) => NoiseSchedule::Betas(betas),
        (None, "linear") => NoiseSchedule::LinearRange { start, end },
        (None, "scaled_linear") => NoiseSchedule::ScaledLinear { start, end },
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
