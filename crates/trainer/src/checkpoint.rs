//! Checkpoints: a run on disk, from which it goes on exactly.
//!
//! One safetensors file holds it all: `weights.NAME`, `ema.NAME`, `first.NAME` and `second.NAME`
//! for every tensor of the network's layout, and beside them, as JSON, the settings, the
//! photographs' fingerprints and the log. A file appears whole or not at all, and the last two
//! are kept.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use diffusion::Checkpoint;
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use serde::{Deserialize, Serialize};

use crate::error::TrainerError;
use crate::log::Log;
use crate::parameters::{Layout, Named, NamedWeights};
use crate::settings::Settings;
use crate::vectors::{Vectors, vector};

/// Of this very form.
const VERSION: u32 = 2;
/// How many are kept.
const KEPT: usize = 2;
const KEY: &str = "tweedie-run";
const PREFIX: &str = "step-";
const ENDING: &str = ".safetensors";

/// What a run may not change on the way, but for becoming longer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Identity {
    pub(crate) version: u32,
    pub(crate) settings: Settings,
    /// Fingerprints of the photographs to train on and of those held out.
    pub(crate) photographs: [String; 2],
}

impl Identity {
    pub(crate) fn new(settings: &Settings, photographs: [&str; 2]) -> Self {
        Self {
            version: VERSION,
            settings: settings.clone(),
            photographs: photographs.map(str::to_owned),
        }
    }

    /// Why `now` is not the run that this was.
    fn difference(&self, now: &Self) -> Option<String> {
        if self.version != now.version {
            return Some(format!(
                "it was written in form {}, this program writes {}",
                self.version, now.version
            ));
        }
        if let Some(setting) = self.settings.difference(&now.settings) {
            return Some(setting);
        }
        let changed = |i: usize| self.photographs[i] != now.photographs[i];
        match (changed(0), changed(1)) {
            (false, false) => None,
            (true, _) => Some("the photographs to train on have changed".to_owned()),
            (false, true) => Some("the held-out photographs have changed".to_owned()),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Header {
    identity: Identity,
    log: Log,
}

/// What was found in a run's folder.
pub(crate) struct Found {
    pub(crate) log: Log,
    pub(crate) vectors: Vectors,
    /// A newer file that could not be read, and why.
    pub(crate) ignored: Option<(PathBuf, String)>,
}

/// The newest checkpoint of a folder that can be read, `None` if there is none.
///
/// # Errors
/// [`TrainerError::Resume`] if it belongs to another run, or if none of several can be read.
pub(crate) fn latest(folder: &Path, identity: &Identity) -> Result<Option<Found>, TrainerError> {
    let mut ignored = None;
    for path in files(folder)?.into_iter().rev() {
        let (header, tensors) = match read(&path) {
            Ok(read) => read,
            Err(reason) => {
                ignored = Some((path, reason));
                continue;
            }
        };
        if let Some(difference) = header.identity.difference(identity) {
            return Err(TrainerError::Resume {
                path: folder.to_owned(),
                reason: format!("{difference}; use the same as before, or another --output"),
            });
        }
        // The header may be whole and what follows not.
        match restore(tensors, &identity.settings) {
            Ok(vectors) => {
                let mut log = header.log;
                if header.identity.settings.length != identity.settings.length {
                    // It has become longer; how many steps that is has to be found out again.
                    log.iterations = None;
                    log.lengthened.push(log.step);
                }
                return Ok(Some(Found {
                    log,
                    vectors,
                    ignored,
                }));
            }
            Err(error) => ignored = Some((path, error.to_string())),
        }
    }
    match ignored {
        None => Ok(None),
        Some((path, reason)) => Err(TrainerError::Resume {
            path,
            reason: format!("no checkpoint can be read: {reason}; use another --output"),
        }),
    }
}

/// Writes the state and removes what is older than the last two.
///
/// # Errors
/// [`TrainerError::Imaging`] or [`TrainerError::File`] if the disk does not take it.
pub(crate) fn save(
    folder: &Path,
    (log, vectors): (&Log, &Vectors),
    layout: &Layout,
    identity: &Identity,
) -> Result<PathBuf, TrainerError> {
    let mut tensors = Vec::new();
    for (part, flat) in vectors.named() {
        for (name, (shape, values)) in layout.named(flat) {
            let bytes: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
            tensors.push((format!("{part}.{name}"), shape, bytes));
        }
    }
    let header = Header {
        identity: identity.clone(),
        log: log.clone(),
    };
    let setting = |e: &dyn std::fmt::Display| TrainerError::Setting(format!("a checkpoint: {e}"));
    let json = serde_json::to_string(&header).map_err(|e| setting(&e))?;
    let views = tensors
        .iter()
        .map(|(name, shape, bytes)| {
            let view = TensorView::new(Dtype::F32, shape.clone(), bytes);
            view.map(|view| (name, view)).map_err(|e| setting(&e))
        })
        .collect::<Result<Vec<_>, _>>()?;
    let metadata = HashMap::from([(KEY.to_owned(), json)]);
    let bytes = safetensors::serialize(views, Some(metadata)).map_err(|e| setting(&e))?;
    let path = folder.join(format!("{PREFIX}{:09}{ENDING}", log.step));
    imaging::write_atomically(&path, &bytes)?;
    let all = files(folder)?;
    for old in &all[..all.len().saturating_sub(KEPT)] {
        // A file that cannot be removed costs space and nothing else.
        if let Err(error) = std::fs::remove_file(old) {
            tracing::warn!(path = %old.display(), %error, "an old checkpoint stays");
        }
    }
    Ok(path)
}

/// Whether a run has ever saved anything in its folder.
pub(crate) fn any(folder: &Path) -> Result<bool, TrainerError> {
    Ok(folder.is_dir() && !files(folder)?.is_empty())
}

/// Checkpoints of a folder, oldest first.
fn files(folder: &Path) -> Result<Vec<PathBuf>, TrainerError> {
    let file_error = |source| TrainerError::File {
        path: folder.to_owned(),
        source,
    };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(file_error)? {
        let path = entry.map_err(file_error)?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        if name.is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(ENDING)) {
            found.push(path);
        }
    }
    // Numbers are padded: the order of names is that of steps.
    found.sort();
    Ok(found)
}

fn read(path: &Path) -> Result<(Header, Checkpoint), String> {
    let bytes = std::fs::read(path).map_err(|e| e.to_string())?;
    let (_, metadata) = SafeTensors::read_metadata(&bytes).map_err(|e| e.to_string())?;
    let json = metadata.metadata().as_ref().and_then(|map| map.get(KEY));
    let json = json.ok_or("it is no checkpoint of a run")?;
    let header = serde_json::from_str(json).map_err(|e| e.to_string())?;
    let origin = path.display().to_string();
    let tensors = Checkpoint::from_safetensors(&bytes, &origin).map_err(|e| e.to_string())?;
    Ok((header, tensors))
}

fn restore(mut tensors: Checkpoint, settings: &Settings) -> Result<Vectors, TrainerError> {
    let names: Vec<String> = tensors.shapes().map(|(name, _)| name.to_owned()).collect();
    let mut parts: HashMap<String, Named> = HashMap::new();
    for full in names {
        let (part, name) = full.split_once('.').unwrap_or((&full, ""));
        let tensor = tensors.take_any(&full)?;
        parts
            .entry(part.to_owned())
            .or_default()
            .insert(name.to_owned(), tensor);
    }
    let mut part = |name: &str| {
        let named = parts.remove(name).unwrap_or_default();
        vector(settings, &mut NamedWeights(named))
    };
    Ok(Vectors {
        weights: part("weights")?,
        ema: part("ema")?,
        first: part("first")?,
        second: part("second")?,
    })
}

#[cfg(test)]
mod tests {
    use diffusion::PreconditionedConfig;

    use super::*;
    use crate::event::Validated;
    use crate::initial::Initial;
    use crate::measure::{LossByNoise, NoiseBin};
    use crate::preset::Preset;
    use crate::settings::Length;

    /// A run with the smallest network.
    fn small() -> (Log, Vectors, Layout, Identity) {
        let mut settings = Preset::Small
            .settings(16, Length::Hours(8760.0))
            .expect("valid");
        settings.model = PreconditionedConfig::new(16, &[8], &[1], &[]).into();
        let weights = vector(&settings, &mut Initial::new(0)).expect("a network");
        let layout = Layout::of(&settings.model).expect("a layout");
        let identity = Identity::new(&settings, ["a", "b"]);
        (Log::default(), Vectors::at(weights), layout, identity)
    }

    #[test]
    fn a_checkpoint_without_a_tensor_is_passed_over() {
        let folder = tempfile::tempdir().expect("scratch");
        let (mut log, vectors, layout, identity) = small();
        log.step = 1;
        save(folder.path(), (&log, &vectors), &layout, &identity).expect("writable");
        log.step = 2;
        let newest = save(folder.path(), (&log, &vectors), &layout, &identity);
        let newest = newest.expect("writable");
        let bytes = std::fs::read(&newest).expect("there");
        let (_, metadata) = SafeTensors::read_metadata(&bytes).expect("whole");
        let mut tensors = SafeTensors::deserialize(&bytes).expect("whole").tensors();
        let lost = tensors.pop().expect("many");
        let spoilt = safetensors::serialize(tensors, metadata.metadata().clone());
        std::fs::write(&newest, spoilt.expect("valid")).expect("writable");
        let found = latest(folder.path(), &identity).expect("one is whole");
        let found = found.expect("saved");
        assert_eq!(found.log.step, 1);
        assert_eq!(found.vectors, vectors);
        let (path, reason) = found.ignored.expect("told");
        assert_eq!(path, newest, "{} was lost: {reason}", lost.0);
    }

    #[test]
    fn years_of_validations_can_be_saved() {
        let folder = tempfile::tempdir().expect("scratch");
        let (mut log, vectors, layout, identity) = small();
        let bin = NoiseBin {
            from: 900,
            to: 999,
            sigma: 1.0 / 3.0,
            mse: 1.0 / 7.0,
        };
        for step in 1..=20_000 {
            log.step = step;
            log.remember(&Validated {
                step,
                seconds: step as f64 / 3.0,
                training_loss: 1.0 / step as f64,
                loss: LossByNoise {
                    bins: vec![bin.clone(); 10],
                    mean: 1.0 / step as f64,
                },
                estimates: Vec::new(),
            });
        }
        save(folder.path(), (&log, &vectors), &layout, &identity).expect("writable");
        let found = latest(folder.path(), &identity).expect("readable");
        let found = found.expect("saved").log;
        assert_eq!(found.history.len(), log.history.len());
        // Beginning and end are there, and nothing is missing for long in between.
        let steps: Vec<u64> = log.history.iter().map(|row| row.step).collect();
        assert_eq!((steps[0], steps.last()), (1, Some(&20_000)));
        let gaps = steps.windows(2).map(|pair| pair[1] - pair[0]);
        assert!(gaps.max() <= Some(4 * 20_000 / 500), "{steps:?}");
    }
}
