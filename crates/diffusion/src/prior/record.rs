//! What a training run of a preconditioned network writes beside its weights: `shape`, the channels and the
//! blocks of its levels, and `sigma_data`.

use serde_json::Value;

use super::config::{PRECONDITIONED, PriorConfig, Process};
use crate::error::DiffusionError;
use crate::preconditioned::PreconditionedConfig;

/// The side of the crops such a run takes unless `side` says otherwise.
const SIDE: u64 = 64;

pub(crate) fn is_record(value: &Value) -> bool {
    let shape = value.get("shape");
    shape.is_some_and(|shape| shape.get("channels").is_some())
}

/// Reads it; what a run records of its progress is passed over.
pub(super) fn read(value: &Value, name: &str) -> Result<PriorConfig, DiffusionError> {
    let mut model = value["shape"].clone();
    if let Some(fields) = model.as_object_mut() {
        let side = value.get("side").and_then(Value::as_u64).unwrap_or(SIDE);
        fields.insert("image_size".to_owned(), side.into());
        if let Some(sigma_data) = value.get("sigma_data") {
            fields.insert("sigma_data".to_owned(), sigma_data.clone());
        }
    }
    let model: PreconditionedConfig = serde_json::from_value(model)
        .map_err(|e| DiffusionError::config(format!("{name}: shape: {e}")))?;
    let process = Process::default();
    Ok(PriorConfig::bare(name, PRECONDITIONED, model, process))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_a_configuration() {
        let json = r#"{"shape": {"channels": [48, 96], "down": [2, 4], "up": [2]}, "seen": 14400,
            "sigma_data": 0.4, "parameters": 903036}"#;
        let config = PriorConfig::from_json(json, "run").expect("a record");
        let model = config.model.preconditioned().expect("preconditioned");
        assert_eq!(
            (&model.channels[..], model.sigma_data),
            (&[48, 96][..], 0.4)
        );
        assert_eq!(
            (config.layout.as_str(), model.image_size),
            (PRECONDITIONED, 64)
        );
        let wrong = json.replace("\"up\"", "\"across\"");
        let said = PriorConfig::from_json(&wrong, "run").expect_err("no such field");
        assert!(said.to_string().contains("across"), "{said}");
    }

    #[test]
    fn a_layout_belongs_to_its_architecture() {
        let json = |layout: &str| {
            let shape = r#"{"image_size": 64, "channels": [8], "down": [1], "up": []}"#;
            format!(r#"{{"name": "n", "layout": "{layout}", "model": {shape}}}"#)
        };
        PriorConfig::from_json(&json("preconditioned"), "n").expect("its own");
        for layout in ["guided-diffusion", "diffusers", "other"] {
            let said = PriorConfig::from_json(&json(layout), "n").expect_err(layout);
            assert!(said.to_string().contains(layout), "{said}");
        }
    }
}
