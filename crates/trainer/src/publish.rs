//! The finished prior: a folder like any other prior's, with a card that says what it is worth.

use std::path::Path;

use diffusion::{Network, PriorConfig, Schedule, hex_sha256};
use half::f16;
use safetensors::{Dtype, tensor::TensorView};
use serde_json::json;

use crate::card;
use crate::error::TrainerError;
use crate::log::Log;
use crate::measure::{Listener, MeasureOptions, Measures, Sheets, Subject, measure};
use crate::parameters::{Layout, Named, NamedWeights};
use crate::run::Run;

/// What is written beside the sheets.
const FILES: [&str; 3] = ["model.safetensors", "README.md", "config.json"];

/// What publishing would replace in a folder.
pub(crate) fn in_the_way(folder: &Path) -> Option<&'static str> {
    let mut names = FILES.into_iter().chain(Sheets::NAMES);
    names.find(|name| folder.join(name).symlink_metadata().is_ok())
}

/// What the card says that no measurement can.
#[derive(Clone, Debug)]
pub struct Card {
    /// A short name.
    pub name: String,
    /// Terms under which the weights may be used; the user's word.
    pub licence: Option<String>,
    /// One line: what it learnt from.
    pub trained_on: String,
    /// What computed it.
    pub device: String,
}

/// Writes the running mean of weights as a prior. `config.json` is written last: a folder that
/// has one is complete.
pub(crate) fn publish(
    run: &Run,
    layout: &Layout,
    (log, ema): (&Log, &[f32]),
    schedule: &Schedule,
    listener: Listener<'_>,
) -> Result<Measures, TrainerError> {
    let settings = &run.settings;
    let mut named = layout.named(ema);
    let bytes = if run.pace.half {
        // What is measured is what is stored.
        for (_, values) in named.values_mut() {
            values
                .iter_mut()
                .for_each(|v| *v = f16::from_f32(*v).to_f32());
        }
        half_safetensors(&named)?
    } else {
        diffusion::write_safetensors(&named)?
    };
    let network = Network::build(&settings.model, &mut NamedWeights(named), &run.device)?;
    let denoiser = network.into_denoiser(&settings.model)?;
    let subject = Subject {
        denoiser: denoiser.as_ref(),
        schedule,
        device: &run.device,
    };
    let options = MeasureOptions {
        crops: run.pace.crops,
        samples: run.pace.samples,
        steps: run.pace.final_steps.min(schedule.len()),
        batch: run.pace.micro_batch(settings),
        seed: settings.seed,
        ..MeasureOptions::new(settings.model.image_size())
    };
    let (training, held_out) = (&*run.training, &*run.held_out);
    let (measures, sheets) = measure(subject, held_out, Some(training), &options, listener)?;

    let sha256 = hex_sha256(&bytes);
    let config = json!({
        "name": run.card.name,
        "layout": settings.model.layout(),
        "model": settings.model,
        "diffusion": settings.process,
        "parameters": layout.len(),
        "sha256": sha256,
        "licence": run.card.licence,
        "trained_on": run.card.trained_on,
        "training": card::training(run, log),
        "validation": measures,
    });
    let config = serde_json::to_string_pretty(&config)
        .map_err(|e| TrainerError::Setting(format!("the configuration: {e}")))?;
    // What we write we must be able to read.
    PriorConfig::from_json(&config, &run.card.name)?;

    let write = |name: &str, bytes: &[u8]| -> Result<(), TrainerError> {
        let path: &Path = &run.output.join(name);
        Ok(imaging::write_atomically(path, bytes)?)
    };
    write("model.safetensors", &bytes)?;
    sheets.save(&run.output)?;
    let card = card::markdown(run, log, &measures, layout.len(), &sha256);
    write("README.md", card.as_bytes())?;
    write("config.json", format!("{config}\n").as_bytes())?;
    Ok(measures)
}

fn half_safetensors(named: &Named) -> Result<Vec<u8>, TrainerError> {
    let setting = |e: &dyn std::fmt::Display| TrainerError::Setting(format!("the weights: {e}"));
    let bytes: Vec<(&String, &Vec<usize>, Vec<u8>)> = named
        .iter()
        .map(|(name, (shape, values))| {
            let halves = values.iter().flat_map(|v| f16::from_f32(*v).to_le_bytes());
            (name, shape, halves.collect())
        })
        .collect();
    let views = bytes
        .iter()
        .map(|(name, shape, bytes)| {
            let view = TensorView::new(Dtype::F16, (*shape).clone(), bytes);
            view.map(|view| (*name, view)).map_err(|e| setting(&e))
        })
        .collect::<Result<Vec<_>, _>>()?;
    safetensors::serialize(views, None).map_err(|e| setting(&e))
}
