//! Checkpoints: named tensors in a file, read without executing anything in it.
//!
//! PyTorch files (`.pt`, `.pth`, `.bin`) are looked through before they are unpickled by a reader
//! that knows tensors and plain containers only; safetensors files hold nothing else. From both,
//! one tensor at a time is read as it is asked for, and all become f32. No length that a file
//! claims is allocated before it has been compared with the file's own.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use crate::error::DiffusionError;

mod archive;
mod convert;
mod machine;
mod opcodes;
mod pickle;
mod stored;
mod tensors;
mod wrapped;
mod writer;

pub use writer::{Precision, SafetensorsWriter};

/// The number of names an error lists.
const NAMED: usize = 4;

/// One tensor that has not been read yet.
struct Stored {
    shape: Vec<usize>,
    read: Box<dyn FnOnce() -> Result<Vec<f32>, String>>,
}

/// Named tensors, each of which can be taken once.
pub struct Checkpoint {
    origin: String,
    tensors: BTreeMap<String, Stored>,
    /// Which network was taken, where the file wraps it or holds several.
    chosen: Option<String>,
}

impl Checkpoint {
    /// Opens a file by its content, not its name.
    ///
    /// # Errors
    /// [`DiffusionError::File`] if it cannot be read, [`DiffusionError::NotACheckpoint`] if it
    /// is neither safetensors nor a PyTorch state dict.
    pub fn open(path: &Path) -> Result<Self, DiffusionError> {
        let origin = path.display().to_string();
        let refuse = |reason: String| DiffusionError::NotACheckpoint {
            path: origin.clone(),
            reason,
        };
        let file_error = |source| DiffusionError::file(path, source);
        let mut head = [0_u8; 9];
        let mut file = File::open(path).map_err(file_error)?;
        if file.metadata().map_err(file_error)?.is_dir() {
            return Err(refuse("it is a folder".to_owned()));
        }
        let read = file.read(&mut head).map_err(file_error)?;
        // A safetensors file starts with the length of a JSON object.
        let tensors = if read == head.len() && head[8] == b'{' {
            let pieces = tensors::Pieces::new(file).map_err(file_error)?;
            tensors::open(&Arc::new(pieces)).map_err(refuse)?
        } else {
            pickle::open(path, &origin)?
        };
        let (tensors, chosen) = wrapped::unwrap(tensors);
        Ok(Self {
            origin,
            tensors,
            chosen,
        })
    }

    /// From an open safetensors file, such as one that was just written. `origin` names it in
    /// errors.
    ///
    /// # Errors
    /// [`DiffusionError::NotACheckpoint`] if it is not safetensors of floats.
    pub fn of_file(file: File, origin: &str) -> Result<Self, DiffusionError> {
        let refuse = |reason: String| DiffusionError::NotACheckpoint {
            path: origin.to_owned(),
            reason,
        };
        let pieces = tensors::Pieces::new(file).map_err(|e| refuse(e.to_string()))?;
        let tensors = tensors::open(&Arc::new(pieces)).map_err(refuse)?;
        Ok(Self {
            origin: origin.to_owned(),
            tensors,
            chosen: None,
        })
    }

    /// From the bytes of a safetensors file. `origin` names it in errors.
    ///
    /// # Errors
    /// [`DiffusionError::NotACheckpoint`] if the bytes are not safetensors of floats.
    pub fn from_safetensors(bytes: &[u8], origin: &str) -> Result<Self, DiffusionError> {
        let tensors = tensors::open(&Arc::<[u8]>::from(bytes)).map_err(|reason| {
            DiffusionError::NotACheckpoint {
                path: origin.to_owned(),
                reason,
            }
        })?;
        Ok(Self {
            origin: origin.to_owned(),
            tensors,
            chosen: None,
        })
    }

    /// A clause about which of several networks was taken, or from within what; `None` if the file holds
    /// just one, by its plain names.
    #[must_use]
    pub fn chosen(&self) -> Option<&str> {
        self.chosen.as_deref()
    }

    /// Reads every value that has not been taken.
    ///
    /// # Errors
    /// As [`take`](Self::take).
    pub fn check_values(mut self) -> Result<(), DiffusionError> {
        while let Some((name, stored)) = self.tensors.pop_first() {
            self.read(&name, stored)?;
        }
        Ok(())
    }

    /// Whether a tensor of that name has not been taken.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.tensors.contains_key(name)
    }

    /// Names and shapes of what has not been taken, by name.
    pub fn shapes(&self) -> impl Iterator<Item = (&str, &[usize])> {
        self.tensors
            .iter()
            .map(|(name, stored)| (name.as_str(), stored.shape.as_slice()))
    }

    /// Takes a tensor of a known shape, row order.
    ///
    /// # Errors
    /// [`DiffusionError::Mismatch`] if it is missing or has another shape,
    /// [`DiffusionError::NotACheckpoint`] if its values cannot be read or are not finite.
    pub fn take(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>, DiffusionError> {
        let stored = self
            .tensors
            .remove(name)
            .ok_or_else(|| self.missing(name))?;
        if stored.shape != shape {
            return Err(DiffusionError::Mismatch {
                reason: format!("`{name}` is {:?}, but {shape:?} is needed", stored.shape),
            });
        }
        self.read(name, stored)
    }

    /// Takes a tensor whatever its shape.
    ///
    /// # Errors
    /// As [`take`](Self::take).
    pub fn take_any(&mut self, name: &str) -> Result<(Vec<usize>, Vec<f32>), DiffusionError> {
        let stored = self
            .tensors
            .remove(name)
            .ok_or_else(|| self.missing(name))?;
        Ok((stored.shape.clone(), self.read(name, stored)?))
    }

    /// Refuses tensors that nobody took.
    ///
    /// # Errors
    /// [`DiffusionError::Mismatch`] names the first of them.
    pub fn finish(self) -> Result<(), DiffusionError> {
        if self.tensors.is_empty() {
            return Ok(());
        }
        let names: Vec<_> = self
            .tensors
            .keys()
            .take(NAMED)
            .map(String::as_str)
            .collect();
        let more = self.tensors.len() - names.len();
        let and = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        Err(DiffusionError::Mismatch {
            reason: format!("the network has no place for `{}`{and}", names.join("`, `")),
        })
    }

    fn missing(&self, name: &str) -> DiffusionError {
        DiffusionError::Mismatch {
            reason: format!("`{name}` is missing"),
        }
    }

    fn read(&self, name: &str, stored: Stored) -> Result<Vec<f32>, DiffusionError> {
        let refuse = |reason: String| DiffusionError::NotACheckpoint {
            path: self.origin.clone(),
            reason: format!("tensor `{name}`: {reason}"),
        };
        let values = (stored.read)().map_err(refuse)?;
        if values.len() != stored.shape.iter().product::<usize>() {
            return Err(refuse("its data do not fill its shape".to_owned()));
        }
        if values.iter().any(|v| !v.is_finite()) {
            return Err(refuse("a value is not finite".to_owned()));
        }
        Ok(values)
    }
}

/// The bytes of a safetensors file holding f32 tensors, in order of their names.
///
/// # Errors
/// [`DiffusionError::Mismatch`] if a tensor's values do not fill its shape.
pub fn write_safetensors(
    tensors: &BTreeMap<String, (Vec<usize>, Vec<f32>)>,
) -> Result<Vec<u8>, DiffusionError> {
    let names = tensors.keys().map(String::len).sum();
    let out = std::io::Cursor::new(Vec::new());
    let mut writer = SafetensorsWriter::new(out, Precision::Single, tensors.len(), names)
        .map_err(DiffusionError::Write)?;
    for (name, (shape, values)) in tensors {
        if shape.iter().product::<usize>() != values.len() {
            return Err(DiffusionError::Mismatch {
                reason: format!("the values of `{name}` do not fill {shape:?}"),
            });
        }
        writer.write(name, shape, values)?;
    }
    Ok(writer.finish()?.into_inner())
}
