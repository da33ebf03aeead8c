//! The safetensors format: a JSON header, then the numbers, of which one tensor at a time is read.
//!
//! The header is checked before anything is believed: it must be no longer than the file, its
//! offsets must cover the rest of the file without gaps, and shapes must multiply up to them.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError};

use safetensors::tensor::TensorInfo;

use super::Stored;
use super::convert::{Float, floats};

/// A longer header belongs to no network that we read; the largest has about a thousand tensors.
const HEADER_LIMIT: u64 = 4 << 20;

/// Bytes that can be read from anywhere.
pub(super) trait Source: 'static {
    fn len(&self) -> u64;
    fn read(&self, start: u64, length: usize) -> Result<Vec<u8>, String>;
}

impl Source for Arc<[u8]> {
    fn len(&self) -> u64 {
        <[u8]>::len(self) as u64
    }

    fn read(&self, start: u64, length: usize) -> Result<Vec<u8>, String> {
        let start = usize::try_from(start).map_err(|e| e.to_string())?;
        let end = start.checked_add(length);
        let part = end.and_then(|end| self.get(start..end));
        part.map(<[u8]>::to_vec)
            .ok_or_else(|| "it ends before its numbers do".to_owned())
    }
}

/// A file that is read in pieces.
pub(super) struct Pieces {
    file: Mutex<File>,
    length: u64,
}

impl Pieces {
    pub(super) fn new(file: File) -> std::io::Result<Self> {
        let length = file.metadata()?.len();
        Ok(Self {
            file: Mutex::new(file),
            length,
        })
    }
}

impl Source for Arc<Pieces> {
    fn len(&self) -> u64 {
        self.length
    }

    fn read(&self, start: u64, length: usize) -> Result<Vec<u8>, String> {
        let end = start.checked_add(length as u64);
        if end.is_none_or(|end| end > self.length) {
            return Err("it ends before its numbers do".to_owned());
        }
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let mut bytes = vec![0; length];
        file.seek(SeekFrom::Start(start))
            .and_then(|_| file.read_exact(&mut bytes))
            .map_err(|e| e.to_string())?;
        Ok(bytes)
    }
}

/// Reads the header; tensors are read when they are taken.
pub(super) fn open<S: Source + Clone>(source: &S) -> Result<BTreeMap<String, Stored>, String> {
    let length = source.read(0, 8)?;
    let length = u64::from_le_bytes(length.try_into().expect("eight bytes were read"));
    if length > HEADER_LIMIT || length.saturating_add(8) > source.len() {
        return Err(format!(
            "its header claims {length} bytes, and the whole file has {}",
            source.len()
        ));
    }
    let start = 8 + length;
    let header = source.read(8, length as usize)?;
    let mut listed: BTreeMap<String, serde_json::Value> =
        serde_json::from_slice(&header).map_err(|e| format!("its header is damaged: {e}"))?;
    listed.remove("__metadata__");
    let entry = |(name, value)| match serde_json::from_value::<TensorInfo>(value) {
        Ok(info) => Ok((name, info)),
        Err(e) => Err(format!("its header is damaged: tensor `{name}`: {e}")),
    };
    let mut entries = listed
        .into_iter()
        .map(entry)
        .collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(|(_, info)| info.data_offsets);

    let mut tensors = BTreeMap::new();
    let mut expected = 0;
    for (name, info) in entries {
        let (from, to) = info.data_offsets;
        let bits = info
            .shape
            .iter()
            .try_fold(info.dtype.bitsize(), |size, side| size.checked_mul(*side));
        if from != expected || to < from || bits.is_none_or(|bits| bits != 8 * (to - from)) {
            return Err(format!(
                "tensor `{name}` of shape {:?} does not fill its place",
                info.shape
            ));
        }
        expected = to;
        let kind = Float::of(info.dtype);
        let (source, at, length) = (source.clone(), start + from as u64, to - from);
        let read = Box::new(move || floats(kind, &source.read(at, length)?));
        tensors.insert(
            name,
            Stored {
                shape: info.shape.clone(),
                read,
            },
        );
    }
    if start.checked_add(expected as u64) != Some(source.len()) {
        return Err(format!(
            "its tensors take {expected} bytes, and the file has {} behind the header",
            source.len() - start
        ));
    }
    Ok(tensors)
}
