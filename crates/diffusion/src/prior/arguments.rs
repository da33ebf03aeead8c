//! The flat arguments of guided-diffusion's scripts, as `config.json`.

use serde_json::Value;

use super::config::{GUIDED_DIFFUSION, Prediction, PriorConfig, Process};
use crate::error::DiffusionError;

/// Arguments that only matter in training or in their own sampler.
const INERT: &[&str] = &[
    "dropout",
    "use_checkpoint",
    "use_fp16",
    "use_kl",
    "predict_xstart_loss",
    "rescale_learned_sigmas",
    "model_path",
];
/// Arguments of guided-diffusion's own sampler: what they ask for does not happen here.
const SAMPLING: &[&str] = &[
    "batch_size",
    "classifier_path",
    "classifier_scale",
    "clip_denoised",
    "eta",
    "num_samples",
    "timestep_respacing",
    "use_ddim",
];

/// A clause about the arguments that say how to sample, `None` without any.
pub(crate) fn ignored(arguments: &Value) -> Option<String> {
    let arguments = arguments.as_object()?;
    let there = SAMPLING
        .iter()
        .filter(|name| arguments.contains_key(**name));
    let names: Vec<String> = there.map(|name| format!("`{name}`")).collect();
    (!names.is_empty()).then(|| {
        format!(
            "nothing of {}: its own sampler's arguments are ignored; a restoration has its sampler \
             and steps from the command line or the window",
            names.join(", ")
        )
    })
}

/// Reads them; those that only matter in training are passed over.
pub(super) fn read(mut value: Value, name: &str) -> Result<PriorConfig, DiffusionError> {
    if leave_heads_open(&value) {
        return Err(DiffusionError::config(format!(
            "{name}: neither num_heads nor num_head_channels is stated; write down the one that \
             the network was trained with"
        )));
    }
    let refuse = |e: serde_json::Error| DiffusionError::config(format!("{name}: {e}"));
    let unsupported = |reason: &str| Err(DiffusionError::config(format!("{name}: {reason}")));
    let mut diffusion = Process::default();
    let mut classes = None;
    if let Some(arguments) = value.as_object_mut() {
        for inert in INERT.iter().chain(SAMPLING) {
            arguments.remove(*inert);
        }
        let apart = arguments.remove("num_heads_upsample");
        if apart
            .and_then(|v| v.as_i64())
            .is_some_and(|heads| heads != -1)
        {
            return unsupported("num_heads_upsample other than -1 is not supported");
        }
        if is_true(arguments.remove("predict_xstart").as_ref()) {
            diffusion.prediction = Prediction::Sample;
        }
        if let Some(steps) = arguments.remove("diffusion_steps") {
            diffusion.steps = serde_json::from_value(steps).map_err(refuse)?;
        }
        // Of 1000 steps, rescaling to 1000 changes nothing.
        if is_true(arguments.remove("rescale_timesteps").as_ref()) && diffusion.steps != 1000 {
            return unsupported("rescale_timesteps is supported for 1000 diffusion_steps only");
        }
        if let Some(kind) = arguments.remove("noise_schedule") {
            diffusion.noise_schedule = serde_json::from_value(kind).map_err(refuse)?;
        }
        classes = arguments.remove("num_classes").and_then(|n| n.as_u64());
        // Written without quotes where it names a single resolution.
        if let Some(Value::Number(resolution)) = arguments.get("attention_resolutions") {
            let text = Value::String(resolution.to_string());
            arguments.insert("attention_resolutions".to_owned(), text);
        }
    }
    let mut model: crate::unet::UNetConfig = serde_json::from_value(value).map_err(refuse)?;
    model.variant.num_classes = classes.map(|n| n as usize).filter(|_| model.class_cond);
    Ok(PriorConfig::bare(name, GUIDED_DIFFUSION, model, diffusion))
}

/// Whether neither argument says how attention splits channels. guided-diffusion would take four
/// heads then, which need not be what the network was trained with: no tensor contradicts it.
pub(crate) fn leave_heads_open(arguments: &Value) -> bool {
    let by_width = |width: &Value| width.as_i64().is_some_and(|width| width > 0);
    arguments.as_object().is_some_and(|arguments| {
        let by_number = arguments.contains_key("num_heads");
        !by_number && !arguments.get("num_head_channels").is_some_and(by_width)
    })
}

/// guided-diffusion scripts write `True` and `1` as readily as `true`.
fn is_true(value: Option<&Value>) -> bool {
    match value {
        Some(Value::Bool(value)) => *value,
        Some(Value::Number(number)) => number.as_f64() != Some(0.0),
        Some(Value::String(text)) => matches!(text.to_lowercase().as_str(), "true" | "yes" | "1"),
        _ => false,
    }
}
