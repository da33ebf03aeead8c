//! Tensors of a PyTorch archive, read from where its directory says they are.

use std::collections::BTreeMap;
use std::fs::File;
use std::sync::Arc;

use super::archive::{self, LOCAL_HEADER, data_start};
use super::convert::floats;
use super::machine::{self, TensorPlace};
use super::tensors::{Pieces, Source};
use super::{Stored, opcodes};

/// Opens an archive; tensors are read when they are taken.
///
/// # Errors
/// Says what is damaged, or claims more than there is.
pub(super) fn open(mut file: File) -> Result<BTreeMap<String, Stored>, String> {
    let contents = archive::contents(&mut file)?;
    contents.check_byte_order(&mut file)?;
    opcodes::check(&contents.pickle)?;
    let source = Arc::new(Pieces::new(file).map_err(|e| e.to_string())?);
    let mut tensors = BTreeMap::new();
    let mut total = 0_u64;
    for (name, place) in machine::tensors(&contents.pickle)? {
        let missing = || format!("tensor `{name}` has no storage in it");
        let at = *contents.storages.get(&place.storage).ok_or_else(missing)?;
        let lies = || {
            format!(
                "tensor `{name}` of shape {:?} claims more than its storage holds",
                place.shape
            )
        };
        let size = check(&place, at.1).ok_or_else(lies)?;
        total = total.saturating_add(size);
        // Views of one storage could add up to far more than the file.
        if total > source.len() {
            return Err(lies());
        }
        let shape = place.shape.clone();
        let source = Arc::clone(&source);
        let read = Box::new(move || floats(place.kind, &bytes(&source, &place, at)?));
        let _ = tensors.insert(name, Stored { shape, read });
    }
    if tensors.is_empty() {
        return Err("it holds no tensors".to_owned());
    }
    Ok(tensors)
}

/// The tensor's size in bytes, if it lies within a storage of `available` bytes.
fn check(place: &TensorPlace, available: u64) -> Option<u64> {
    let count = place
        .shape
        .iter()
        .try_fold(1_usize, |n, side| n.checked_mul(*side))?;
    let size = u64::try_from(count.checked_mul(place.width)?).ok()?;
    if count == 0 {
        return Some(0);
    }
    let sides = place.shape.iter().zip(&place.strides);
    let last = sides
        .into_iter()
        .try_fold(place.offset, |last, (side, stride)| {
            last.checked_add((side - 1).checked_mul(*stride)?)
        })?;
    let end = last.checked_add(1)?.checked_mul(place.width)?;
    (u64::try_from(end).ok()? <= available).then_some(size)
}

/// The tensor's numbers in row order.
fn bytes(source: &Arc<Pieces>, place: &TensorPlace, at: (u64, u64)) -> Result<Vec<u8>, String> {
    let header = source.read(at.0, LOCAL_HEADER as usize)?;
    let start = data_start(&header, at.0)?;
    let (width, count) = (place.width, place.shape.iter().product::<usize>());
    if is_in_order(place) {
        let first = start + (place.offset * width) as u64;
        return source.read(first, count * width);
    }
    let length = usize::try_from(at.1).map_err(|e| e.to_string())?;
    let storage = source.read(start, length)?;
    let mut out = Vec::with_capacity(count * width);
    let mut index = vec![0; place.shape.len()];
    for _ in 0..count {
        let steps = index.iter().zip(&place.strides);
        let number = place.offset + steps.map(|(i, stride)| i * stride).sum::<usize>();
        out.extend_from_slice(&storage[number * width..(number + 1) * width]);
        // As an odometer counts.
        for (i, side) in index.iter_mut().zip(&place.shape).rev() {
            *i += 1;
            if *i < *side {
                break;
            }
            *i = 0;
        }
    }
    Ok(out)
}

/// Whether neighbours in row order are neighbours in the storage.
fn is_in_order(place: &TensorPlace) -> bool {
    let mut expected = 1;
    let sides = place.shape.iter().zip(&place.strides).rev();
    sides.into_iter().all(|(side, stride)| {
        let fits = *side == 1 || *stride == expected;
        expected *= side;
        fits
    })
}

#[cfg(test)]
mod tests;
