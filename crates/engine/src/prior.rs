//! Priors by name or by place: loading, describing, importing.

use burn::tensor::Device;
use diffusion::{Answers, Calibrated, Prior, PriorConfig, Process, Schedule};
use diffusion::{Denoiser, TileField, Tiled, WhiteGaussian};

use crate::error::EngineError;
use crate::memory::{self, Runner};
use crate::recipe::PriorChoice;

mod calibration;

pub use calibration::{calibrate_prior, keep_calibration};

/// The prior a new recipe starts with.
pub const DEFAULT_PRIOR: &str = "natural64";
/// Priors that ship inside the program.
pub const BUILT_IN: &[&str] = &[DEFAULT_PRIOR, GAUSSIAN];

const GAUSSIAN: &str = "gaussian";
/// Variance of a pixel of natural photographs in the model range, roughly.
const GAUSSIAN_VARIANCE: f64 = 0.25;

const NATURAL64_CONFIG: &str = include_str!("../../../weights/natural64/config.json");
const NATURAL64_WEIGHTS: &[u8] = include_bytes!("../../../weights/natural64/model.safetensors");

/// What a person should know of a prior before using it.
#[derive(Clone, Debug, PartialEq)]
pub struct PriorSummary {
    /// Its name.
    pub name: String,
    /// The side of the pictures it was trained on, in pixels; 0 for a closed form.
    pub resolution: usize,
    /// What it learnt from, one line.
    pub trained_on: String,
    /// Terms of use.
    pub licence: String,
    /// Number of weights; 0 for a closed form.
    pub parameters: usize,
    /// SHA-256 of the weights in hexadecimal; empty for a closed form.
    pub sha256: String,
    /// The diffusion process it was trained for.
    pub process: Process,
}

/// A prior on a device, as the worker uses it.
pub struct LoadedPrior {
    /// What it is.
    pub summary: PriorSummary,
    /// The schedule it was trained with.
    pub schedule: Schedule,
    /// Predicts the noise, of large pictures in tiles, with estimates that are shrunk by what was
    /// measured of them.
    pub denoiser: Tiled,
    /// The architecture, for estimates of memory; `None` for a closed form.
    pub config: Option<PriorConfig>,
}

impl LoadedPrior {
    /// What predicts the noise, of large pictures in tiles or in one piece. Where tiles are exact there is
    /// nothing to choose.
    pub(crate) fn shown(&self, tiles: bool) -> &dyn Denoiser {
        if tiles || self.denoiser.halo().is_some() {
            &self.denoiser
        } else {
            self.denoiser.whole()
        }
    }
}

/// Whether the configuration of a prior lacks a calibration, so that loading it measures one.
pub(crate) fn lacks_calibration(choice: &PriorChoice) -> bool {
    match choice {
        PriorChoice::BuiltIn(_) => false,
        PriorChoice::Path(path) => diffusion::inspect(path, None, &Answers::default())
            .and_then(diffusion::Inspection::into_config)
            .is_ok_and(|config| config.calibration.is_none()),
    }
}

/// Loads a prior onto a device. One whose configuration has no calibration is measured on bundled
/// pictures, which takes seconds.
///
/// # Errors
/// [`EngineError`] if there is no such prior, it cannot be read, or it would not fit into memory.
pub fn load(choice: &PriorChoice, device: &Device) -> Result<LoadedPrior, EngineError> {
    load_within(choice, device, memory::available())
}

/// Loads a prior if it fits into so many bytes.
fn load_within(
    choice: &PriorChoice,
    device: &Device,
    available: f64,
) -> Result<LoadedPrior, EngineError> {
    let Some(prior) = network(choice, device, available)? else {
        return gaussian();
    };
    let calibration = match prior.config.calibration.clone() {
        Some(known) => known,
        None => calibration::of_unmeasured(&prior, device)?,
    };
    let field = TileField::of(prior.config.model.image_size());
    let calibrated = Box::new(Calibrated::new(prior.denoiser, calibration));
    Ok(LoadedPrior {
        summary: summary(&prior.config, prior.sha256),
        schedule: prior.schedule,
        denoiser: Tiled::new(calibrated, field).with_batch(tiles_together(
            prior.config.model.image_size(),
            Runner::of(device),
        )),
        config: Some(prior.config),
    })
}

/// How many tiles of about this side the network is shown together. On the processor one tile keeps all
/// cores busy; a GPU waits for work between small ones.
fn tiles_together(side: usize, runner: Runner) -> usize {
    /// Enough pixels to keep a GPU busy, in a few hundred megabytes of activations.
    const PIXELS: usize = 1 << 16;
    match runner {
        Runner::Program => 1,
        Runner::Modules => (PIXELS / (side * side).max(1)).clamp(1, 32),
    }
}

/// The network of a prior as it was trained; `None` for a closed form.
fn network(
    choice: &PriorChoice,
    device: &Device,
    available: f64,
) -> Result<Option<Prior>, EngineError> {
    Ok(Some(match choice {
        PriorChoice::BuiltIn(name) if name == GAUSSIAN => return Ok(None),
        PriorChoice::BuiltIn(name) if name == DEFAULT_PRIOR => {
            Prior::from_bytes(NATURAL64_CONFIG, NATURAL64_WEIGHTS, device)?
        }
        PriorChoice::BuiltIn(name) => return Err(unknown(name)),
        PriorChoice::Path(path) => {
            let found = diffusion::inspect(path, None, &Answers::default())?;
            memory::check_weights(found.parameters, Runner::of(device), available)?;
            Prior::open(path, None, device)?
        }
    }))
}

/// Describes a prior from its configuration, without loading its weights.
///
/// # Errors
/// [`EngineError::Prior`] if there is no such prior or its configuration cannot be read.
pub fn describe_prior(choice: &PriorChoice) -> Result<PriorSummary, EngineError> {
    let config = match choice {
        PriorChoice::BuiltIn(name) if name == GAUSSIAN => return Ok(gaussian_summary()),
        PriorChoice::BuiltIn(name) if name == DEFAULT_PRIOR => {
            PriorConfig::from_json(NATURAL64_CONFIG, name)?
        }
        PriorChoice::BuiltIn(name) => return Err(unknown(name)),
        PriorChoice::Path(path) => {
            diffusion::inspect(path, None, &Answers::default())?.into_config()?
        }
    };
    let sha256 = config.sha256.clone().unwrap_or_default();
    Ok(summary(&config, sha256))
}

/// The configuration and the weights of a built-in prior that is a network.
///
/// # Errors
/// [`EngineError::Recipe`] if there is none of that name.
pub fn built_in(name: &str) -> Result<(&'static str, &'static [u8]), EngineError> {
    if name == DEFAULT_PRIOR {
        return Ok((NATURAL64_CONFIG, NATURAL64_WEIGHTS));
    }
    Err(EngineError::Recipe(format!(
        "`{name}` is no built-in network; there is {DEFAULT_PRIOR}"
    )))
}

fn unknown(name: &str) -> EngineError {
    EngineError::Recipe(format!(
        "there is no built-in prior called `{name}`; known: {}",
        BUILT_IN.join(", ")
    ))
}

fn summary(config: &PriorConfig, sha256: String) -> PriorSummary {
    let unknown = || "not stated".to_owned();
    PriorSummary {
        name: config.name.clone(),
        resolution: config.model.image_size(),
        trained_on: config.trained_on.clone().unwrap_or_else(unknown),
        licence: config.licence.clone().unwrap_or_else(unknown),
        parameters: config.parameters.unwrap_or(0),
        sha256,
        process: config.diffusion.clone(),
    }
}

fn gaussian_summary() -> PriorSummary {
    PriorSummary {
        name: GAUSSIAN.to_owned(),
        resolution: 0,
        trained_on: "nothing: independent Gaussian pixels, for tests and for teaching".to_owned(),
        licence: "MIT OR Apache-2.0".to_owned(),
        parameters: 0,
        sha256: String::new(),
        process: Process::default(),
    }
}

fn gaussian() -> Result<LoadedPrior, EngineError> {
    let Process {
        steps,
        noise_schedule,
        ..
    } = Process::default();
    let schedule = Schedule::new(noise_schedule, steps)?;
    let denoiser = Box::new(WhiteGaussian::new(GAUSSIAN_VARIANCE));
    Ok(LoadedPrior {
        summary: gaussian_summary(),
        schedule,
        denoiser: Tiled::new(denoiser, TileField::WHOLE),
        config: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_not_loaded() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../weights/natural64");
        let choice = PriorChoice::Path(folder.into());
        let device = Device::flex();
        let refused = load_within(&choice, &device, 1e6);
        assert!(matches!(refused, Err(EngineError::NetworkTooLarge { .. })));
        load_within(&choice, &device, 1e9).expect("it fits");
    }
}
