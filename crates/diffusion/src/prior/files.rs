//! Where the parts of a prior lie.
//!
//! Our own folders hold `config.json` and `model.safetensors`. Those of diffusers hold
//! `config.json` and `diffusion_pytorch_model.safetensors` (or `.bin`), either at the top with
//! `scheduler_config.json` beside them, or in `unet/` with `scheduler/` next to it. A bare
//! checkpoint `NAME.pt` is used with `NAME.json` or `config.json` beside it, if there is one.

use std::path::{Path, PathBuf};

use crate::error::DiffusionError;

/// Weights in a folder, in the order in which they are preferred.
const WEIGHTS: &[&str] = &[
    "model.safetensors",
    "diffusion_pytorch_model.safetensors",
    "diffusion_pytorch_model.bin",
    "diffusion_pytorch_model.fp16.safetensors",
];
const SCHEDULER: &str = "scheduler_config.json";
/// A configuration is a page or two; a file of this size is something else.
const CONFIG_LIMIT: u64 = 4 << 20;

/// The files of a prior.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriorFiles {
    /// The weights.
    pub weights: PathBuf,
    /// The configuration, if there is one.
    pub config: Option<PathBuf>,
    /// The scheduler's configuration, for a prior of diffusers.
    pub scheduler: Option<PathBuf>,
}

impl PriorFiles {
    /// Finds the parts of a folder or a checkpoint file; `config` names the configuration if it
    /// does not lie beside it.
    ///
    /// # Errors
    /// [`DiffusionError::File`] if a part is not there, [`DiffusionError::Config`] for a folder
    /// whose weights are in several files.
    pub fn find(path: &Path, config: Option<&Path>) -> Result<Self, DiffusionError> {
        let weights = if path.is_dir() {
            weights_in(path)?
        } else {
            path.to_owned()
        };
        for needed in [Some(weights.as_path()), config].into_iter().flatten() {
            if !needed.exists() {
                let source = std::io::ErrorKind::NotFound.into();
                return Err(DiffusionError::file(needed, source));
            }
        }
        let beside = [
            weights.with_extension("json"),
            weights.with_file_name("config.json"),
        ];
        let config = match config {
            Some(config) => Some(config.to_owned()),
            None => beside.into_iter().find(|p| p.exists()),
        };
        let folder = weights.parent().unwrap_or(Path::new(""));
        let scheduler = [
            folder.join(SCHEDULER),
            folder.join("scheduler").join(SCHEDULER),
            folder.join("..").join("scheduler").join(SCHEDULER),
        ];
        Ok(Self {
            scheduler: scheduler.into_iter().find(|p| p.exists()),
            weights,
            config,
        })
    }

    /// What to call the prior if its configuration does not say.
    #[must_use]
    pub fn name(&self) -> String {
        let of = |path: &Path| path.file_stem().map(|s| s.to_string_lossy().into_owned());
        let stem = of(&self.weights).unwrap_or_default();
        if !WEIGHTS.iter().any(|name| name.starts_with(&stem)) {
            return stem;
        }
        // Weights of this name are known by their folder.
        let mut folder = self.weights.parent();
        if folder.is_some_and(|folder| folder.ends_with("unet")) {
            folder = folder.and_then(Path::parent);
        }
        folder
            .and_then(|folder| folder.canonicalize().ok())
            .and_then(|folder| of(&folder))
            .unwrap_or(stem)
    }
}

/// The weights of a folder.
fn weights_in(folder: &Path) -> Result<PathBuf, DiffusionError> {
    for place in [folder.to_owned(), folder.join("unet")] {
        if let Some(found) = WEIGHTS
            .iter()
            .map(|name| place.join(name))
            .find(|p| p.exists())
        {
            return Ok(found);
        }
        let index = place.join("diffusion_pytorch_model.safetensors.index.json");
        if index.exists() {
            return Err(DiffusionError::config(format!(
                "{} says that the weights are split into several files, which is not supported; \
                 join them into one diffusion_pytorch_model.safetensors",
                index.display()
            )));
        }
    }
    let source = std::io::Error::new(
        std::io::ErrorKind::NotFound,
        format!("there is no {} and no {} in it", WEIGHTS[0], WEIGHTS[1]),
    );
    Err(DiffusionError::file(folder, source))
}

/// Reads a configuration file.
pub(crate) fn read_text(path: &Path) -> Result<String, DiffusionError> {
    let file_error = |source| DiffusionError::file(path, source);
    let length = std::fs::metadata(path).map_err(file_error)?.len();
    if length > CONFIG_LIMIT {
        return Err(DiffusionError::config(format!(
            "{} has {length} bytes; a configuration is a small JSON file",
            path.display()
        )));
    }
    std::fs::read_to_string(path).map_err(file_error)
}
