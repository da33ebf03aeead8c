//! PyTorch state dicts.

use std::collections::BTreeMap;
use std::path::Path;

use pytorch_reader::{DType, PytorchReader};

use super::convert::{Float, floats};
use super::{DiffusionError, Stored};

/// Opens a state dict; tensors are read when they are taken.
pub(super) fn open(path: &Path, origin: &str) -> Result<BTreeMap<String, Stored>, DiffusionError> {
    let refuse = |reason: String| DiffusionError::NotACheckpoint {
        path: origin.to_owned(),
        reason,
    };
    let reader = PytorchReader::new(path).map_err(|e| refuse(e.to_string()))?;
    if reader.is_empty() {
        return Err(refuse("it holds no tensors".to_owned()));
    }
    let mut tensors = BTreeMap::new();
    for (name, tensor) in reader.into_tensors() {
        let kind = match tensor.dtype() {
            DType::F64 => Float::Double,
            DType::F32 => Float::Single,
            DType::F16 => Float::Half,
            DType::BF16 => Float::Brain,
            DType::I64 => Float::Long,
            _ => Float::Other,
        };
        let shape = tensor.shape().to_vec();
        // A shape that lies must not reach an allocation.
        shape
            .iter()
            .try_fold(8_usize, |size, side| size.checked_mul(*side))
            .ok_or_else(|| refuse(format!("tensor `{name}` claims the shape {shape:?}")))?;
        let read = Box::new(move || floats(kind, &tensor.read().map_err(|e| e.to_string())?));
        tensors.insert(name, Stored { shape, read });
    }
    Ok(tensors)
}
