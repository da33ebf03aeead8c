//! A prior on disk: weights, architecture, schedule and where it all comes from.

mod arguments;
mod config;
mod files;
mod record;

use std::path::Path;

use burn::tensor::Device;

pub(crate) use arguments::{ignored, leave_heads_open};
pub(crate) use config::{DIFFUSERS, GUIDED_DIFFUSION, PRECONDITIONED};
pub use config::{Prediction, PriorConfig, Process};
pub use files::PriorFiles;
pub(crate) use files::read_text;
pub(crate) use record::is_record;

use crate::architecture::Architecture;
use crate::checkpoint::Checkpoint;
use crate::classes::WithoutClass;
use crate::converted::Converted;
use crate::denoiser::Denoiser;
use crate::diffusers::Translated;
use crate::error::DiffusionError;
use crate::hash::{file_sha256, hex_sha256};
use crate::network::Network;
use crate::preconditioned::check_frequencies;
use crate::recognise::{Answers, inspect};
use crate::schedule::Schedule;
use crate::weights::Weights;

/// A prior ready to be sampled from.
pub struct Prior {
    /// What it is and where it comes from.
    pub config: PriorConfig,
    /// The full schedule it was trained with.
    pub schedule: Schedule,
    /// The network.
    pub denoiser: Box<dyn Denoiser>,
    /// SHA-256 of its weights file, in hexadecimal.
    pub sha256: String,
}

impl Prior {
    /// Loads a folder or a checkpoint file onto a device.
    ///
    /// # Errors
    /// Any [`DiffusionError`]; nothing stays half loaded.
    pub fn open(
        path: &Path,
        config: Option<&Path>,
        device: &Device,
    ) -> Result<Self, DiffusionError> {
        Self::open_with(path, config, &Answers::default(), device)
    }

    /// Loads a checkpoint of which `answers` say what it leaves open.
    ///
    /// # Errors
    /// As [`open`](Self::open); [`DiffusionError::Undetermined`] names what is still open.
    pub fn open_with(
        path: &Path,
        config: Option<&Path>,
        answers: &Answers,
        device: &Device,
    ) -> Result<Self, DiffusionError> {
        let inspection = inspect(path, config, answers)?;
        let weights = inspection.files.weights.clone();
        let config = inspection.into_config()?;
        let sha256 = file_sha256(&weights)?;
        Self::build(config, Checkpoint::open(&weights)?, sha256, device)
    }

    /// Loads a prior that is embedded in a program.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn from_bytes(
        config: &str,
        weights: &[u8],
        device: &Device,
    ) -> Result<Self, DiffusionError> {
        let config = PriorConfig::from_json(config, "built-in")?;
        let checkpoint = Checkpoint::from_safetensors(weights, &config.name)?;
        Self::build(config, checkpoint, hex_sha256(weights), device)
    }

    fn build(
        config: PriorConfig,
        checkpoint: Checkpoint,
        sha256: String,
        device: &Device,
    ) -> Result<Self, DiffusionError> {
        Self::build_through(config, checkpoint, sha256, |config, weights| {
            Network::build(&config.model, weights, device)
        })
    }

    /// Loads a checkpoint with a look at every tensor on its way into the network: `network`
    /// builds it from weights under the names of its architecture, whatever their names in the file.
    ///
    /// # Errors
    /// As [`open`](Self::open), and what `network` says.
    pub fn build_through(
        config: PriorConfig,
        mut checkpoint: Checkpoint,
        sha256: String,
        network: impl FnOnce(&PriorConfig, &mut dyn Weights) -> Result<Network, DiffusionError>,
    ) -> Result<Self, DiffusionError> {
        if let Some(expected) = config
            .sha256
            .as_ref()
            .filter(|e| !e.eq_ignore_ascii_case(&sha256))
        {
            return Err(DiffusionError::Hash {
                name: config.name.clone(),
                expected: expected.clone(),
                found: sha256,
            });
        }
        let process = &config.diffusion;
        let mut schedule = Schedule::new(process.noise_schedule.clone(), process.steps)?;
        if config.model.preconditioned().is_some() {
            schedule = schedule.continuous();
        }
        let network = match &config.model {
            Architecture::UNet(model) if config.layout == DIFFUSERS => {
                let blocks = model.num_res_blocks;
                network(&config, &mut Translated::new(&mut checkpoint, blocks))?
            }
            Architecture::UNet(model) => {
                let mut weights = WithoutClass::new(&mut checkpoint, model)?;
                network(&config, &mut weights)?
            }
            Architecture::Preconditioned(model) => {
                check_frequencies(&mut checkpoint, model.embed)?;
                network(&config, &mut checkpoint)?
            }
        };
        checkpoint.finish()?;
        let denoiser = network.into_denoiser(&config.model)?;
        let denoiser = match config.diffusion.prediction {
            Prediction::Epsilon => denoiser,
            other => Box::new(Converted::new(denoiser, other)),
        };
        Ok(Self {
            config,
            schedule,
            denoiser,
            sha256,
        })
    }
}
