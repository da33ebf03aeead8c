//! What a JPEG file holds beside its picture: other pictures (stereo, panorama parts), gain maps, the
//! video of a motion photo. None of it is carried along; here it is found, so that it can be said.
//!
//! CIPA DC-007 (Multi-Picture Format); ISO 21496-1 (gain maps); "Ultra HDR Image Format" and "Motion
//! Photo format", Android developers.

use super::walk;
use crate::{
    Loss,
    metadata::{
        ifd::{self, Entry, Form},
        jpeg::segments,
    },
    xmp,
};

const INDEX: &[u8] = b"MPF\0";
/// An index of pictures has this tag for their entries, 16 bytes each.
const ENTRIES: u16 = 0xB002;
/// Types of entries: a larger thumbnail of the first picture.
const THUMBNAILS: [u32; 2] = [0x01_0001, 0x01_0002];
/// How far into a part its kind is looked for.
const HEAD: usize = 128 << 10;

/// What is lost, by the bytes after the picture and by what its packet says of them.
pub(super) fn found(file: &[u8], packet: &[u8]) -> Vec<Loss> {
    let end = walk::ended(file);
    let rest = file.get(end..).unwrap_or_default();
    if rest.len() < 4 {
        return Vec::new();
    }
    let mut losses = Vec::new();
    let parts = indexed(file).unwrap_or_else(|| {
        let picture = rest
            .windows(3)
            .take(HEAD)
            .position(|w| w == [0xFF, 0xD8, 0xFF]);
        picture.map(|at| &rest[at..]).into_iter().collect()
    });
    let (maps, pictures): (Vec<&[u8]>, Vec<&[u8]>) =
        parts.into_iter().partition(|part| is_gain_map(part));
    if !maps.is_empty() || (xmp::claims_gain_map(packet) && !pictures.is_empty()) {
        losses.push(Loss::GainMap);
    } else if !pictures.is_empty() {
        let of = u32::try_from(pictures.len() + 1).unwrap_or(u32::MAX);
        losses.push(Loss::Pictures { of });
    }
    if xmp::claims_video(packet) || has_video(rest) {
        losses.push(Loss::Video);
    }
    losses
}

/// The other pictures that the file's index names; `None` without an index.
fn indexed(file: &[u8]) -> Option<Vec<&[u8]>> {
    let body = segments(file)
        .find(|segment| segment.marker == 0xE2 && segment.body.starts_with(INDEX))?
        .body;
    let index = &body[INDEX.len()..];
    // Offsets count from the index's own header, wherever that is in the file.
    let base = index.as_ptr() as usize - file.as_ptr() as usize;
    let order = Form::of(index)?.order;
    let entries = ifd::first(index)?;
    let Entry { data, .. } = ifd::find(&entries, ENTRIES)?;
    let parts = data.chunks_exact(16).skip(1).filter_map(|entry| {
        let number = |at: usize| order.u32(entry, at);
        let kind = number(0)? & 0xFF_FFFF;
        let at = base.checked_add(usize::try_from(number(8)?).ok()?)?;
        let length = usize::try_from(number(4)?).ok()?;
        let part = file.get(at..)?;
        let part = &part[..length.min(part.len())];
        let other = !THUMBNAILS.contains(&kind) && part.starts_with(&[0xFF, 0xD8]);
        other.then_some(part)
    });
    Some(parts.collect())
}

fn is_gain_map(part: &[u8]) -> bool {
    let head = &part[..part.len().min(HEAD)];
    xmp::claims_gain_map(head)
        || head
            .windows(22)
            .any(|window| window == b"urn:iso:std:iso:ts:214")
}

/// Whether a film begins somewhere: an ISO file's first box, or Samsung's mark before it.
fn has_video(rest: &[u8]) -> bool {
    let begins =
        |window: &[u8]| window[4..8] == *b"ftyp" && window[..3] == [0, 0, 0] && window[3] >= 8;
    rest.windows(8).any(begins) || rest.windows(16).any(|window| window == b"MotionPhoto_Data")
}
