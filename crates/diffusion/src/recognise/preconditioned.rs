//! What names and shapes say of a preconditioned network: everything but `sigma_data` and the side of the
//! crops it was trained on.

use std::path::Path;

use super::Answers;
use crate::checkpoint::Checkpoint;
use crate::error::DiffusionError;
use crate::preconditioned::PreconditionedConfig;
use crate::prior::{Prediction, Process};

/// The usual side of the crops.
const SIDE: usize = 64;
/// More levels, or blocks of one, than are built.
const LIMIT: usize = 65;

/// Looks at the tensors; `None` if they are those of another network.
///
/// # Errors
/// [`DiffusionError::Mismatch`] if a tensor is misshapen.
pub(super) fn infer(
    checkpoint: &Checkpoint,
) -> Result<Option<PreconditionedConfig>, DiffusionError> {
    let shapes: std::collections::BTreeMap<&str, &[usize]> = checkpoint.shapes().collect();
    let is_one = ["head.weight", "tail.weight", "mlp.0.weight"]
        .iter()
        .all(|name| shapes.contains_key(name));
    if !is_one {
        return Ok(None);
    }
    let side = |name: &str| {
        let found = shapes.get(name).and_then(|shape| shape.first()).copied();
        found.ok_or_else(|| DiffusionError::Mismatch {
            reason: format!("`{name}` is misshapen"),
        })
    };
    let count = |way: &str, level: usize| {
        let blocks = 0..LIMIT;
        let there = |block: &usize| {
            let name = format!("{way}.{level}.{block}.gain");
            shapes.contains_key(name.as_str())
        };
        blocks.take_while(there).count()
    };
    let mut channels = vec![side("head.weight")?];
    for level in 0..LIMIT {
        let name = format!("reduce.{level}.weight");
        if !shapes.contains_key(name.as_str()) {
            break;
        }
        channels.push(side(&name)?);
    }
    let levels = channels.len();
    let mut config = PreconditionedConfig::new(SIDE, &channels, &[], &[]);
    config.down = (0..levels).map(|level| count("down", level)).collect();
    config.up = (0..levels - 1).map(|level| count("up", level)).collect();
    config.embed = side("mlp.0.weight")?;
    Ok(Some(config))
}

/// Says which field of a configuration the tensors contradict.
pub(super) fn compare(
    found: &PreconditionedConfig,
    given: &PreconditionedConfig,
    file: &Path,
) -> Result<(), DiffusionError> {
    for (field, given, found) in [
        ("channels", &given.channels, &found.channels),
        ("down", &given.down, &found.down),
        ("up", &given.up, &found.up),
        ("embed", &vec![given.embed], &vec![found.embed]),
    ] {
        if given != found {
            return Err(DiffusionError::Mismatch {
                reason: format!(
                    "{field} is {given:?} by {}, but {found:?} by its tensors",
                    file.display()
                ),
            });
        }
    }
    Ok(())
}

/// Answers of a person take precedence over what was found.
///
/// # Errors
/// [`DiffusionError::Config`] if it is about something that this network does not have.
pub(super) fn apply(
    answers: &Answers,
    model: &mut PreconditionedConfig,
    process: &mut Process,
) -> Result<(), DiffusionError> {
    let other_prediction = answers.prediction.is_some_and(|p| p != Prediction::Epsilon);
    for (said, what) in [
        (answers.heads.is_some(), "attention heads"),
        (answers.attention_order.is_some(), "attention order"),
        (answers.num_classes.is_some(), "classes"),
        (other_prediction, "prediction but epsilon"),
    ] {
        if said {
            return Err(DiffusionError::config(format!(
                "a preconditioned network has no {what}; leave that out"
            )));
        }
    }
    model.image_size = answers.image_size.unwrap_or(model.image_size);
    process.steps = answers.steps.unwrap_or(process.steps);
    if let Some(schedule) = &answers.noise_schedule {
        process.noise_schedule = schedule.clone();
    }
    model.check()
}

/// The usual values that are taken where neither the tensors nor a person determines them.
pub(super) fn assumptions(answers: &Answers, model: &PreconditionedConfig) -> Vec<String> {
    let mut usual = vec![format!("sigma_data is {}", model.sigma_data)];
    if answers.image_size.is_none() {
        usual.push(format!("trained on crops of {SIDE} pixels"));
    }
    let usual = usual.join(" and ");
    vec![format!("{usual}, as nothing states otherwise")]
}

/// The architecture in words.
pub(super) fn describe(config: &PreconditionedConfig) -> Vec<(&'static str, String)> {
    let words = |numbers: &[usize]| {
        let words: Vec<_> = numbers.iter().map(ToString::to_string).collect();
        words.join(", ")
    };
    let field = 2 * config.halo() + 1;
    vec![
        ("Channels", words(&config.channels)),
        ("Blocks down", words(&config.down)),
        ("Blocks up", words(&config.up)),
        ("Receptive field", format!("{field} × {field} px")),
        ("Noise levels", "any".to_owned()),
    ]
}
