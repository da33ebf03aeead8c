//! Bringing a checkpoint into our own form: `model.safetensors` and `config.json` in a folder.
//!
//! The weights stream: each tensor is read, written and built into the network before the next
//! is read, so that memory holds the network once. What was written is opened again and must
//! compute what the original computes before it gets its name.

use std::fs::File;
use std::path::{Path, PathBuf};

use burn::tensor::{Device, Tensor};
use diffusion::{
    Answers, Architecture, Checkpoint, DiffusionError, Network, Precision, Prior, PriorConfig,
    SafetensorsWriter, Weights, file_sha256, inspect,
};

use super::verify::{Worst, read};
use crate::error::EngineError;
use crate::memory::{self, Runner};

mod folder;
#[cfg(test)]
mod tests;

use folder::Folder;

/// How far a network of 16-bit weights may be from the original, relative to its largest value.
/// Half precision rounds at 5e-4; a network that amplifies it a hundredfold is of no use.
const HALF_TOLERANCE: f64 = 5e-2;

/// Colours of a picture.
const CHANNELS: usize = 3;

/// What to import.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportRequest {
    /// A checkpoint file, or a folder.
    pub model: PathBuf,
    /// Its configuration, if that does not lie beside it.
    pub config: Option<PathBuf>,
    /// What its tensors leave open.
    pub answers: Answers,
    /// The precision to write.
    pub precision: Precision,
    /// The folder to write.
    pub output: PathBuf,
}

/// What was imported.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    /// The folder that holds it.
    pub folder: PathBuf,
    /// Its configuration as written.
    pub config: PriorConfig,
    /// How far one evaluation of what was written is from the original:
    /// `max |written - original| / max |original|`.
    pub difference: f64,
    /// What nobody stated, and the usual value that was taken instead.
    pub assumed: Vec<String>,
}

/// Imports a checkpoint. If it fails, the folder is as it was before, or not there.
///
/// # Errors
/// [`EngineError`] if it cannot be read, does not fit its configuration or into memory, or the
/// folder cannot be written or already holds a prior; [`EngineError::Stopped`] soon after
/// `stopped` says so: it is asked before every tensor.
pub fn import_prior(
    request: &ImportRequest,
    stopped: &dyn Fn() -> bool,
) -> Result<Imported, EngineError> {
    import_within(request, memory::available(), stopped)
}

/// Reads every value of a checkpoint file, as an import would, and keeps none.
///
/// # Errors
/// [`EngineError::Prior`] if it cannot be read or a value is not finite.
pub fn check_checkpoint_values(weights: &Path) -> Result<(), EngineError> {
    Ok(Checkpoint::open(weights)?.check_values()?)
}

/// Imports a checkpoint if it fits into so many bytes.
fn import_within(
    request: &ImportRequest,
    available: f64,
    stopped: &dyn Fn() -> bool,
) -> Result<Imported, EngineError> {
    // First of all, so that nothing is read for a folder that cannot be written.
    Folder::check(&request.output)?;
    let inspection = inspect(&request.model, request.config.as_deref(), &request.answers)?;
    memory::check_weights(inspection.parameters, Runner::Program, available)?;
    let (source, assumed) = (inspection.files.weights.clone(), inspection.assumed.clone());
    let found = inspection.into_config()?;
    let folder = Folder::new(&request.output)?;
    let (file, path) = (folder.weights().as_file(), folder.weights().path());
    let copied = copy(&source, found, file, request.precision, stopped);
    // What went wrong then is that it was stopped.
    let (mut config, difference) = copied.map_err(|error| match stopped() {
        true => EngineError::Stopped,
        false => error,
    })?;
    config.sha256 = Some(file_sha256(path)?);
    let json = serde_json::to_string_pretty(&config).map_err(|e| {
        EngineError::Recipe(format!("the configuration cannot be written as JSON: {e}"))
    })?;
    folder.keep(&format!("{json}\n"))?;
    Ok(Imported {
        folder: request.output.clone(),
        config,
        difference,
        assumed,
    })
}

/// Builds the network from the source while writing its tensors, and compares it with what was
/// written. Returns the configuration that fits the written file.
fn copy(
    source: &Path,
    config: PriorConfig,
    file: &File,
    precision: Precision,
    stopped: &dyn Fn() -> bool,
) -> Result<(PriorConfig, f64), EngineError> {
    let sha256 = file_sha256(source)?;
    let origin = serde_json::json!({
        "file": source.file_name().map(|name| name.to_string_lossy()),
        "sha256": sha256,
    });
    let device = Device::flex();
    let checkpoint = Checkpoint::open(source)?;
    // Names differ between layouts by less than this much each.
    let (tensors, names) = checkpoint
        .shapes()
        .fold((1, 0), |(count, bytes), (name, _)| {
            (count + 1, bytes + name.len() + 32)
        });
    let mut writer = Some(
        SafetensorsWriter::new(file, precision, tensors, names).map_err(DiffusionError::Write)?,
    );
    let mut parameters = 0;
    let prior = Prior::build_through(config, checkpoint, sha256, |config, weights| {
        let writer = writer.as_mut().expect("it is taken below");
        let mut copying = Copying {
            weights: Stoppable { weights, stopped },
            writer,
            parameters: &mut parameters,
        };
        Network::build(&config.model, &mut copying, &device)
    })?;
    if let Some(writer) = writer.take() {
        writer.finish()?;
    }
    let expected = evaluate(&prior, &device)?;
    let mut config = prior.config;
    // One network in memory at a time.
    drop(prior.denoiser);
    config.parameters = Some(parameters);
    if let Architecture::UNet(model) = &mut config.model {
        config.layout = "guided-diffusion".to_owned();
        model.class_cond = false;
        model.variant.num_classes = None;
    }
    config.sha256 = None;
    config.provenance.insert("imported_from".to_owned(), origin);

    let written = file.try_clone().map_err(DiffusionError::Write)?;
    let checkpoint = Checkpoint::of_file(written, "what was just written")?;
    let prior = Prior::build_through(config, checkpoint, String::new(), |config, weights| {
        Network::build(&config.model, &mut Stoppable { weights, stopped }, &device)
    })?;
    let found = evaluate(&prior, &device)?;
    let mut worst = Worst::default();
    worst.compare(&found, &expected);
    let difference = worst.relative();
    let tolerance = match precision {
        Precision::Single => 0.0,
        Precision::Half => HALF_TOLERANCE,
    };
    if difference.is_nan() || difference > tolerance {
        return Err(EngineError::Recipe(format!(
            "what was written computes something else than the original, by {difference:.1e} of \
             its largest value; nothing was imported"
        )));
    }
    Ok((prior.config, difference))
}

/// One evaluation on a small wave, in the middle of the schedule.
fn evaluate(prior: &Prior, device: &Device) -> Result<Vec<f32>, EngineError> {
    let denoiser = &prior.denoiser;
    let side = denoiser.stride().max(16);
    let size = CHANNELS * side * side;
    let wave: Vec<f32> = (0..size).map(|i| (0.37 * i as f32).sin()).collect();
    let shape = [1, CHANNELS, side, side];
    let x = Tensor::<4>::from_data(burn::tensor::TensorData::new(wave, shape), device);
    let prediction = denoiser.evaluate(x, prior.schedule.level(prior.schedule.len() / 2));
    let mut values = read(prediction.eps)?;
    if let Some(logits) = prediction.variance_logits {
        values.extend(read(logits)?);
    }
    Ok(values)
}

/// Weights that are handed out until someone says stop.
struct Stoppable<'a> {
    weights: &'a mut dyn Weights,
    stopped: &'a dyn Fn() -> bool,
}

impl Weights for Stoppable<'_> {
    fn take(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>, DiffusionError> {
        if (self.stopped)() {
            let source = std::io::ErrorKind::Interrupted.into();
            return Err(DiffusionError::Write(source));
        }
        self.weights.take(name, shape)
    }
}

/// Weights that are written down as they pass.
struct Copying<'a, 'w> {
    weights: Stoppable<'a>,
    writer: &'a mut SafetensorsWriter<&'w File>,
    parameters: &'a mut usize,
}

impl Weights for Copying<'_, '_> {
    fn take(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>, DiffusionError> {
        let values = self.weights.take(name, shape)?;
        *self.parameters += values.len();
        self.writer.write(name, shape, &values)?;
        Ok(values)
    }
}
