//! The boxes of JPEG XL files (ISO/IEC 18181-2): the picture in one part or several, EXIF, XMP, and
//! either of them compressed with Brotli.

use std::{borrow::Cow, io::Read};

use brotli_decompressor::Decompressor;

use super::MOST;
use super::ifd::Form;
use super::said::Parts;
use crate::{Loss, exif};

const SIGNATURE: &[u8] = b"\0\0\0\x0CJXL \r\n\x87\n";

/// Whether a file is one: in boxes, or the bare picture.
pub(crate) fn is_jxl(file: &[u8]) -> bool {
    file.starts_with(SIGNATURE) || file.starts_with(b"\xFF\x0A")
}

/// The picture without its boxes.
pub(crate) fn codestream(file: &[u8]) -> Cow<'_, [u8]> {
    if !file.starts_with(SIGNATURE) {
        return file.into();
    }
    let mut parts: Vec<(u32, &[u8])> = Vec::new();
    for (kind, data) in boxes(file) {
        match kind {
            b"jxlc" => return data.into(),
            b"jxlp" => {
                if let Some((number, data)) = data.split_first_chunk() {
                    // The highest bit marks the last part.
                    parts.push((u32::from_be_bytes(*number) & 0x7FFF_FFFF, data));
                }
            }
            _ => {}
        }
    }
    parts.sort_by_key(|(number, _)| *number);
    parts.iter().flat_map(|(_, data)| *data).copied().collect()
}

/// Everything that the boxes say.
pub(crate) fn read(file: &[u8]) -> Parts {
    let mut parts = Parts::default();
    if !file.starts_with(SIGNATURE) {
        return parts;
    }
    for (kind, data) in boxes(file) {
        let (kind, data): (&[u8], Cow<'_, [u8]>) = match (kind, data.split_first_chunk::<4>()) {
            (b"brob", Some((kind, packed))) if matches!(kind, b"Exif" | b"xml ") => {
                match unpacked(packed) {
                    Some(data) => (kind, data.into()),
                    None => continue,
                }
            }
            _ => (kind, data.into()),
        };
        match kind {
            b"Exif" if parts.metadata.exif.is_none() => parts.metadata.exif = notes(&data),
            b"xml " if parts.metadata.xmp.is_none() => {
                parts.metadata.xmp = Some(data.into_owned());
            }
            b"jumb" => parts.left.push(Loss::Credentials),
            b"jhgm" => parts.left.push(Loss::GainMap),
            _ => {}
        }
    }
    parts
}

/// The block, which begins so many bytes in as its first four say. Some writers leave them out.
fn notes(data: &[u8]) -> Option<Vec<u8>> {
    if Form::of(data).is_some() {
        return Some(data.to_vec());
    }
    let (offset, rest) = data.split_first_chunk()?;
    let block = rest.get(usize::try_from(u32::from_be_bytes(*offset)).ok()?..)?;
    Some(exif::bare(block).to_vec())
}

/// `None` where the stream is damaged, or longer than [`MOST`].
fn unpacked(packed: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let most = MOST as u64 + 1;
    let read = Decompressor::new(packed, 4096)
        .take(most)
        .read_to_end(&mut out);
    read.is_ok().then_some(out).filter(|out| out.len() <= MOST)
}

/// Kinds and data, up to where the file is damaged. The last box may go to the end of the file.
fn boxes(file: &[u8]) -> impl Iterator<Item = (&[u8; 4], &[u8])> {
    let mut at = 0_usize;
    std::iter::from_fn(move || {
        let length = u32::from_be_bytes(*file.get(at..at.checked_add(4)?)?.first_chunk()?);
        let kind = file.get(at + 4..at + 8)?.first_chunk()?;
        let (head, end) = match length {
            0 => (8, file.len()),
            1 => {
                let long = u64::from_be_bytes(*file.get(at + 8..at + 16)?.first_chunk()?);
                (16, at.checked_add(usize::try_from(long).ok()?)?)
            }
            length => (8, at.checked_add(usize::try_from(length).ok()?)?),
        };
        // A part that is cut short is given as far as it goes.
        let data = file.get(at + head..end.min(file.len()))?;
        at = end;
        Some((kind, data))
    })
}
