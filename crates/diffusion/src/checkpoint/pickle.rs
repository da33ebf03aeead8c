//! PyTorch state dicts, with a look at what the file would do before it is read.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use pytorch_reader::{DType, PytorchError, PytorchReader};

use super::convert::{Float, floats};
use super::{DiffusionError, Stored, archive, opcodes, stored};

/// The pickles before the numbers of a file of PyTorch 1.5 or earlier: magic number, version,
/// system, state dict, and the order of the storages.
const LEGACY_PICKLES: usize = 5;
/// Where those pickles must have ended.
const LEGACY_HEAD: u64 = 8 << 20;
/// More tensors than any network has.
const TENSOR_LIMIT: usize = 16_384;

/// Opens a state dict; tensors are read when they are taken.
pub(super) fn open(path: &Path, origin: &str) -> Result<BTreeMap<String, Stored>, DiffusionError> {
    let refuse = |reason: String| DiffusionError::NotACheckpoint {
        path: origin.to_owned(),
        reason,
    };
    let mut file = File::open(path).map_err(|source| DiffusionError::file(path, source))?;
    let length = file.metadata().map_err(|e| refuse(e.to_string()))?.len();
    look_through(&mut file).map_err(refuse)?;
    let reader = match PytorchReader::new(path) {
        Ok(reader) => reader,
        // Archives in which the first entry's data start just behind its name are valid, and that reader
        // looks for the directory at the wrong place.
        Err(PytorchError::Zip(_)) => return stored::open(file).map_err(refuse),
        Err(error) => return Err(refuse(error.to_string())),
    };
    if reader.is_empty() {
        return Err(refuse("it holds no tensors".to_owned()));
    }
    let mut tensors = BTreeMap::new();
    let mut total = 0_u64;
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
        // Nothing is compressed, so tensors are no larger than the file. Only those that share
        // a storage could be, and a network's do not.
        let size = shape
            .iter()
            .try_fold(tensor.dtype().size(), |size, side| size.checked_mul(*side));
        total = total.saturating_add(size.map_or(u64::MAX, |size| size as u64));
        if total > length || tensors.len() >= TENSOR_LIMIT {
            return Err(refuse(format!(
                "with tensor `{name}` of shape {shape:?} it claims more than the file holds"
            )));
        }
        let read = Box::new(move || floats(kind, &tensor.read().map_err(|e| e.to_string())?));
        tensors.insert(name, Stored { shape, read });
    }
    Ok(tensors)
}

/// Refuses what is not a state dict, from the pickle alone.
fn look_through(file: &mut File) -> Result<(), String> {
    let mut head = [0; 4];
    let read = file.read(&mut head).map_err(|e| e.to_string())?;
    if head[..read].starts_with(b"PK") {
        return check_whole(&archive::contents(file)?.pickle);
    }
    // The second byte of every pickle that PyTorch writes is its protocol, 2 or above.
    if head[0] != 0x80 || !(2..=5).contains(&head[1]) {
        return Err("neither safetensors nor a PyTorch state dict starts like this".to_owned());
    }
    let mut bytes = head[..read].to_vec();
    let rest = file.take(LEGACY_HEAD).read_to_end(&mut bytes);
    rest.map_err(|e| e.to_string())?;
    let mut at = 0;
    for _ in 0..LEGACY_PICKLES {
        at += opcodes::check(&bytes[at..])?;
    }
    Ok(())
}

fn check_whole(pickle: &[u8]) -> Result<(), String> {
    if opcodes::check(pickle)? == pickle.len() {
        return Ok(());
    }
    Err("something is hidden behind its pickle".to_owned())
}
