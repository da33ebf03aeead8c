//! The model card.

use std::fmt::Write;

use diffusion::Architecture;
use serde_json::{Value, json};

use crate::log::Log;
use crate::measure::Measures;
use crate::noise_levels::NoiseLevels;
use crate::run::Run;
use crate::settings::Settings;

/// How the prior was trained, for its configuration.
pub(crate) fn training(run: &Run, log: &Log) -> Value {
    json!({
        "settings": run.settings,
        "iterations": log.step,
        "hours": (log.seconds / 36.0).round() / 100.0,
        "device": run.card.device,
        "pictures": run.training.pictures().len(),
        "photographs": run.training.photographs(),
        "data": run.training.fingerprint(),
        "lengthened_at": log.lengthened,
        "history": log.history,
    })
}

/// What was minimised, and over which noise.
fn minimised(settings: &Settings) -> String {
    match settings.model {
        Architecture::UNet(_) => format!(
            "{} loss over a {} process of {} timesteps",
            settings.loss,
            format!("{:?}", settings.process.noise_schedule).to_lowercase(),
            settings.process.steps
        ),
        Architecture::Preconditioned(_) => {
            let NoiseLevels {
                mean,
                spread,
                uniform,
            } = settings.noise;
            format!(
                "squared error of the preconditioned estimate; the logarithm of the noise level is \
                 normal with mean {mean} and standard deviation {spread}, and uniform over all levels \
                 for {uniform} of the examples"
            )
        }
    }
}

/// `README.md` of the prior's folder.
pub(crate) fn markdown(
    run: &Run,
    log: &Log,
    measures: &Measures,
    parameters: usize,
    sha256: &str,
) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write(&mut text, run, log, measures, (parameters, sha256));
    text
}

fn write(
    text: &mut String,
    run: &Run,
    log: &Log,
    measures: &Measures,
    (parameters, sha256): (usize, &str),
) -> std::fmt::Result {
    let (card, settings) = (&run.card, &run.settings);
    let model = &settings.model;
    writeln!(text, "# {}\n", card.name)?;
    writeln!(
        text,
        "A diffusion prior for Tweedie: {kind} of {parameters} weights, trained at {side} × {side} \
         pixels. Use it with `tweedie restore PHOTO --prior DIR …`, \
         where DIR is this folder.\n",
        kind = match model {
            Architecture::UNet(_) => "a U-Net that predicts noise,",
            Architecture::Preconditioned(_) => "a preconditioned U-Net for every noise level,",
        },
        side = model.image_size()
    )?;
    let licence = card
        .licence
        .as_deref()
        .unwrap_or("not stated; whoever passes it on must know the terms of the photographs");
    writeln!(
        text,
        "- Licence: {licence}\n- Learnt from: {}",
        card.trained_on
    )?;
    writeln!(
        text,
        "- Training data: {} pictures of {} photographs (fingerprint {})",
        run.training.pictures().len(),
        run.training.photographs(),
        run.training.fingerprint()
    )?;
    if let Some(from) = &settings.from {
        writeln!(
            text,
            "- Started from: {}, SHA-256 {}",
            from.name, from.sha256
        )?;
    }
    writeln!(
        text,
        "- SHA-256 of `model.safetensors`: {sha256}\n\n## Training\n"
    )?;
    writeln!(
        text,
        "{} steps of {} crops in {:.2} hours of stepping on {}; {}, in {} floats; AdamW (learning rate {}, {} warm-up steps, then a cosine to zero; betas {} \
         and {}; weight decay {}; gradients clipped at {}); weights averaged with decay {}; crops \
         reduced up to {} times{}; seed {}.\n",
        log.step,
        settings.batch,
        log.seconds / 3600.0,
        card.device,
        minimised(settings),
        settings.precision,
        settings.learning_rate,
        settings.warmup,
        settings.beta1,
        settings.beta2,
        settings.weight_decay,
        settings.clip,
        settings.ema,
        settings.reduction,
        if settings.flips {
            ", half of them mirrored"
        } else {
            ""
        },
        settings.seed,
    )?;
    if !log.lengthened.is_empty() {
        let steps: Vec<String> = log.lengthened.iter().map(u64::to_string).collect();
        writeln!(
            text,
            "Made longer at step {}: there the learning rate rose again.\n",
            steps.join(", ")
        )?;
    }
    if !log.history.is_empty() {
        writeln!(
            text,
            "| step | training loss | validation loss |\n| --- | --- | --- |"
        )?;
        for row in &log.history {
            writeln!(
                text,
                "| {} | {:.4} | {:.4} |",
                row.step, row.training_loss, row.validation_loss
            )?;
        }
        text.push('\n');
    }
    writeln!(text, "## Measures\n\n{}", measures.to_markdown())
}
