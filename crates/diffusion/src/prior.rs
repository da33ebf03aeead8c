//! A prior on disk: weights, architecture, schedule and where it all comes from.
//!
//! A prior folder holds `config.json` and `model.safetensors`. A bare checkpoint is used with a
//! configuration beside it: `NAME.json` or `config.json` next to `NAME.pt`.

use std::path::{Path, PathBuf};

use burn::tensor::Device;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::checkpoint::Checkpoint;
use crate::denoiser::Denoiser;
use crate::error::DiffusionError;
use crate::schedule::{NoiseSchedule, Schedule};
use crate::unet::{UNet, UNetConfig};
use crate::unet_denoiser::UNetDenoiser;

/// What the network's output means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Prediction {
    /// The noise.
    Epsilon,
}

/// The diffusion process a network was trained for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Process {
    /// Timesteps, usually 1000.
    pub steps: usize,
    /// How the noise grows.
    pub noise_schedule: NoiseSchedule,
    /// What the output means.
    pub prediction: Prediction,
}

impl Default for Process {
    fn default() -> Self {
        Self {
            steps: 1000,
            noise_schedule: NoiseSchedule::Linear,
            prediction: Prediction::Epsilon,
        }
    }
}

/// `config.json` of a prior.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PriorConfig {
    /// A short name.
    pub name: String,
    /// The naming of its tensors; `guided-diffusion` is read.
    pub layout: String,
    /// The architecture.
    pub model: UNetConfig,
    /// The schedule.
    #[serde(default)]
    pub diffusion: Process,
    /// How many weights it has.
    #[serde(default)]
    pub parameters: Option<usize>,
    /// SHA-256 of the weights file in hexadecimal.
    #[serde(default)]
    pub sha256: Option<String>,
    /// Terms under which the weights may be used.
    #[serde(default)]
    pub licence: Option<String>,
    /// One line: what it learnt from.
    #[serde(default)]
    pub trained_on: Option<String>,
    /// Training, validation and whatever else the author recorded.
    #[serde(flatten)]
    pub provenance: serde_json::Map<String, serde_json::Value>,
}

impl PriorConfig {
    /// From JSON: our own form, or guided-diffusion's bare creation arguments, which are taken
    /// to mean 1000 linear steps and noise prediction.
    ///
    /// # Errors
    /// [`DiffusionError::Config`] says which field is wrong.
    pub fn from_json(text: &str, name: &str) -> Result<Self, DiffusionError> {
        let refuse = |e: serde_json::Error| DiffusionError::config(format!("{name}: {e}"));
        let value: serde_json::Value = serde_json::from_str(text).map_err(refuse)?;
        let config: Self = if value.get("model").is_some() {
            serde_json::from_value(value).map_err(refuse)?
        } else {
            Self::from_arguments(value, name)?
        };
        if config.layout != "guided-diffusion" {
            return Err(DiffusionError::config(format!(
                "{name}: the layout `{}` cannot be read; `guided-diffusion` can",
                config.layout
            )));
        }
        config.model.check()?;
        Ok(config)
    }

    /// From the flat arguments of guided-diffusion's scripts. Those that only matter in training
    /// are passed over; the schedule defaults to 1000 linear steps.
    fn from_arguments(mut value: serde_json::Value, name: &str) -> Result<Self, DiffusionError> {
        let refuse = |e: serde_json::Error| DiffusionError::config(format!("{name}: {e}"));
        let mut diffusion = Process::default();
        if let Some(arguments) = value.as_object_mut() {
            for inert in [
                "dropout",
                "use_checkpoint",
                "use_fp16",
                "use_kl",
                "predict_xstart_loss",
                "rescale_learned_sigmas",
                "rescale_timesteps",
                "timestep_respacing",
                "num_classes",
            ] {
                arguments.remove(inert);
            }
            let apart = arguments
                .remove("num_heads_upsample")
                .and_then(|v| v.as_i64());
            if apart.is_some_and(|heads| heads != -1) {
                return Err(DiffusionError::config(format!(
                    "{name}: num_heads_upsample other than -1 is not supported"
                )));
            }
            if arguments.remove("predict_xstart").and_then(|v| v.as_bool()) == Some(true) {
                return Err(DiffusionError::config(format!(
                    "{name}: predict_xstart is not supported; the network must predict noise"
                )));
            }
            if let Some(steps) = arguments.remove("diffusion_steps") {
                diffusion.steps = serde_json::from_value(steps).map_err(refuse)?;
            }
            if let Some(kind) = arguments.remove("noise_schedule") {
                diffusion.noise_schedule = serde_json::from_value(kind).map_err(refuse)?;
            }
        }
        Ok(Self {
            name: name.to_owned(),
            layout: "guided-diffusion".to_owned(),
            model: serde_json::from_value(value).map_err(refuse)?,
            diffusion,
            parameters: None,
            sha256: None,
            licence: None,
            trained_on: None,
            provenance: serde_json::Map::new(),
        })
    }
}

/// Where the parts of a prior lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriorFiles {
    /// The weights.
    pub weights: PathBuf,
    /// The configuration.
    pub config: PathBuf,
}

impl PriorFiles {
    /// Finds the weights and the configuration of a folder or a checkpoint file.
    ///
    /// # Errors
    /// [`DiffusionError::File`] if a part is not there, [`DiffusionError::Config`] if no
    /// configuration lies beside a checkpoint.
    pub fn find(path: &Path, config: Option<&Path>) -> Result<Self, DiffusionError> {
        let absent = |path: &Path| DiffusionError::File {
            path: path.display().to_string(),
            source: std::io::ErrorKind::NotFound.into(),
        };
        if !path.exists() {
            return Err(absent(path));
        }
        let weights = if path.is_dir() {
            path.join("model.safetensors")
        } else {
            path.to_owned()
        };
        if !weights.exists() {
            return Err(absent(&weights));
        }
        let beside = [
            weights.with_extension("json"),
            weights.with_file_name("config.json"),
        ];
        let config = match config {
            Some(config) => config.to_owned(),
            None => beside.into_iter().find(|p| p.exists()).ok_or_else(|| {
                DiffusionError::config(format!(
                    "{} has none beside it; name one with --config",
                    weights.display()
                ))
            })?,
        };
        Ok(Self { weights, config })
    }

    /// Reads the configuration.
    ///
    /// # Errors
    /// [`DiffusionError::File`] or [`DiffusionError::Config`].
    pub fn read_config(&self) -> Result<PriorConfig, DiffusionError> {
        let text =
            std::fs::read_to_string(&self.config).map_err(|source| DiffusionError::File {
                path: self.config.display().to_string(),
                source,
            })?;
        let name = self
            .weights
            .file_stem()
            .map_or_else(String::new, |s| s.to_string_lossy().into_owned());
        PriorConfig::from_json(&text, &name)
    }
}

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
        let files = PriorFiles::find(path, config)?;
        let config = files.read_config()?;
        let sha256 = file_sha256(&files.weights)?;
        Self::build(config, Checkpoint::open(&files.weights)?, sha256, device)
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
        let schedule = Schedule::new(config.diffusion.noise_schedule, config.diffusion.steps)?;
        let stride = config.model.stride()?;
        let network = UNet::load(&config.model, checkpoint, device)?;
        let denoiser = Box::new(UNetDenoiser::new(network, stride));
        Ok(Self {
            config,
            schedule,
            denoiser,
            sha256,
        })
    }
}

/// SHA-256 in hexadecimal.
#[must_use]
pub fn hex_sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn file_sha256(path: &Path) -> Result<String, DiffusionError> {
    let file_error = |source| DiffusionError::File {
        path: path.display().to_string(),
        source,
    };
    let mut file = std::fs::File::open(path).map_err(file_error)?;
    let mut hasher = Sha256::new();
    let mut chunk = vec![0; 1 << 16];
    loop {
        match std::io::Read::read(&mut file, &mut chunk).map_err(file_error)? {
            0 => return Ok(hex(&hasher.finalize())),
            n => hasher.update(&chunk[..n]),
        }
    }
}

fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
