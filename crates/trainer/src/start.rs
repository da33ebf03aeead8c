//! The prior that a run starts from, instead of random weights.

use std::path::Path;

use burn::tensor::Device;
use diffusion::{
    Answers, Checkpoint, Network, PredictionKind, Prior, PriorConfig, file_sha256, hex_sha256,
    inspect,
};
use serde::{Deserialize, Serialize};

use crate::error::TrainerError;
use crate::parameters::flat;
use crate::settings::Settings;
use crate::tensors::download;

/// Which prior it is: a run goes on only with the one it started from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Its name.
    pub name: String,
    /// Of its weights file, in hexadecimal.
    pub sha256: String,
}

/// A prior and its weights.
#[derive(Clone, Debug)]
pub struct Start {
    origin: Origin,
    config: PriorConfig,
    /// In the order of [`Layout`](crate::parameters::Layout).
    pub(crate) weights: Vec<f32>,
}

impl Start {
    /// Reads a prior folder or a checkpoint file.
    ///
    /// # Errors
    /// [`TrainerError::Prior`] if it cannot be read, [`TrainerError::Setting`] if it predicts
    /// anything but the noise, which is what is trained.
    pub fn open(path: &Path) -> Result<Self, TrainerError> {
        let found = inspect(path, None, &Answers::default())?;
        let weights = found.files.weights.clone();
        let config = found.into_config()?;
        let sha256 = file_sha256(&weights)?;
        Self::read(config, Checkpoint::open(&weights)?, sha256)
    }

    /// Reads a prior that is embedded in a program.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn from_bytes(config: &str, weights: &[u8]) -> Result<Self, TrainerError> {
        let config = PriorConfig::from_json(config, "built-in")?;
        let checkpoint = Checkpoint::from_safetensors(weights, &config.name)?;
        Self::read(config, checkpoint, hex_sha256(weights))
    }

    fn read(
        config: PriorConfig,
        checkpoint: Checkpoint,
        sha256: String,
    ) -> Result<Self, TrainerError> {
        if config.diffusion.prediction != PredictionKind::Epsilon {
            return Err(TrainerError::Setting(format!(
                "{} predicts {:?}, and only networks that predict the noise (epsilon) are trained \
                 here; start from another prior",
                config.name, config.diffusion.prediction
            )));
        }
        let mut weights = None;
        let prior = Prior::build_through(config, checkpoint, sha256, |config, named| {
            let network = Network::build(&config.model, named, &Device::flex())?;
            weights = Some(flat(&network));
            Ok(network)
        })?;
        let weights = weights.expect("a prior is built through its network");
        Ok(Self {
            origin: Origin {
                name: prior.config.name.clone(),
                sha256: prior.sha256,
            },
            config: prior.config,
            weights: download(weights)?,
        })
    }

    /// Which prior it is.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The side it was trained at, in pixels.
    #[must_use]
    pub fn side(&self) -> usize {
        self.config.model.image_size()
    }

    /// What it is.
    #[must_use]
    pub fn config(&self) -> &PriorConfig {
        &self.config
    }

    /// The settings of a run that starts here: the network and the process are the prior's.
    #[must_use]
    pub fn settings(&self, settings: Settings) -> Settings {
        Settings {
            model: self.config.model.clone(),
            process: self.config.diffusion.clone(),
            from: Some(self.origin.clone()),
            ..settings
        }
    }

    /// Refuses to start what is another network.
    pub(crate) fn check(&self, settings: &Settings) -> Result<(), TrainerError> {
        let refuse = |reason: &str| {
            Err(TrainerError::Setting(format!(
                "{} cannot be started from: {reason}",
                self.origin.name
            )))
        };
        if settings.from.as_ref() != Some(&self.origin) {
            return refuse("the settings name another prior");
        }
        if settings.model != self.config.model {
            return refuse("its network is another one; leave --preset and --size out");
        }
        if settings.process != self.config.diffusion {
            return refuse("it was trained for another diffusion process");
        }
        Ok(())
    }
}
