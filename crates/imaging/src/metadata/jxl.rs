//! The boxes of JPEG XL files (ISO/IEC 18181-2): the picture in one part or several, EXIF, XMP, and
//! either of them compressed with Brotli.

use std::{borrow::Cow, io::Read};

use brotli_decompressor::Decompressor;

use super::MOST;
use super::boxes::boxes;
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
    for part in boxes(file) {
        match &part.kind {
            b"jxlc" => return part.data.into(),
            b"jxlp" => {
                if let Some((number, data)) = part.data.split_first_chunk() {
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
    for part in boxes(file) {
        let packed = part.data.split_first_chunk::<4>();
        let (kind, data): (&[u8; 4], Cow<'_, [u8]>) = match (&part.kind, packed) {
            (b"brob", Some((kind, packed))) if matches!(kind, b"Exif" | b"xml ") => {
                match unpacked(packed) {
                    Some(data) => (kind, data.into()),
                    None => continue,
                }
            }
            _ => (&part.kind, part.data.into()),
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
pub(super) fn notes(data: &[u8]) -> Option<Vec<u8>> {
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
