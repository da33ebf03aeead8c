//! Checkpoints: named tensors in a file, read without executing anything in it.
//!
//! PyTorch files (`.pt`, `.pth`, `.bin`) are unpickled by a reader that knows tensors and plain
//! containers only, one tensor at a time as it is asked for; safetensors files hold nothing else
//! and are read whole. All become f32.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use safetensors::SafeTensors;

use crate::error::DiffusionError;

mod convert;
mod pickle;

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
}

impl Checkpoint {
    /// Opens a file by its content, not its name.
    ///
    /// # Errors
    /// [`DiffusionError::File`] if it cannot be read, [`DiffusionError::NotACheckpoint`] if it
    /// is neither safetensors nor a PyTorch state dict.
    pub fn open(path: &Path) -> Result<Self, DiffusionError> {
        let origin = path.display().to_string();
        let file_error = |source| DiffusionError::File {
            path: origin.clone(),
            source,
        };
        let mut head = [0_u8; 9];
        let mut file = File::open(path).map_err(file_error)?;
        if file.metadata().map_err(file_error)?.is_dir() {
            return Err(DiffusionError::NotACheckpoint {
                path: origin,
                reason: "it is a folder".to_owned(),
            });
        }
        let read = file.read(&mut head).map_err(file_error)?;
        // A safetensors file starts with the length of a JSON object.
        if read == head.len() && head[8] == b'{' {
            let bytes = std::fs::read(path).map_err(file_error)?;
            return Self::from_safetensors(&bytes, &origin);
        }
        pickle::open(path, &origin).map(|tensors| Self { origin, tensors })
    }

    /// From the bytes of a safetensors file. `origin` names it in errors.
    ///
    /// # Errors
    /// [`DiffusionError::NotACheckpoint`] if the bytes are not safetensors of floats.
    pub fn from_safetensors(bytes: &[u8], origin: &str) -> Result<Self, DiffusionError> {
        let refuse = |reason: String| DiffusionError::NotACheckpoint {
            path: origin.to_owned(),
            reason,
        };
        let file = SafeTensors::deserialize(bytes).map_err(|e| refuse(e.to_string()))?;
        let mut tensors = BTreeMap::new();
        for (name, view) in file.tensors() {
            let values = convert::floats(convert::Float::of(view.dtype()), view.data())
                .map_err(|reason| refuse(format!("tensor `{name}`: {reason}")))?;
            let shape = view.shape().to_vec();
            tensors.insert(
                name,
                Stored {
                    shape,
                    read: Box::new(move || Ok(values)),
                },
            );
        }
        Ok(Self {
            origin: origin.to_owned(),
            tensors,
        })
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
    let mismatch = |reason: String| DiffusionError::Mismatch { reason };
    let bytes: Vec<_> = tensors
        .iter()
        .map(|(name, (shape, values))| {
            let data: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
            (name, shape.clone(), data)
        })
        .collect();
    let views = bytes
        .iter()
        .map(|(name, shape, data)| {
            safetensors::tensor::TensorView::new(safetensors::Dtype::F32, shape.clone(), data)
                .map(|view| (*name, view))
                .map_err(|e| mismatch(format!("`{name}`: {e}")))
        })
        .collect::<Result<Vec<_>, _>>()?;
    safetensors::serialize(views, None).map_err(|e| mismatch(e.to_string()))
}
