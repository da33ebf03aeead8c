//! The chunks of PNG files that hold metadata (PNG, third edition, section 11.3): profile, EXIF,
//! XMP, texts, resolution, colours, and the number of frames of an animation.
//!
//! Texts are carried along as they stand, compressed or not. ImageMagick writes EXIF, XMP, IPTC and
//! profiles as texts in hexadecimal under the keyword `Raw profile type …`; they are taken for what
//! they are, where the file has no chunk of its own for them.

use std::io::Read;

use flate2::{Crc, read::ZlibDecoder};

use super::note::Notes;
use super::said::Parts;
use super::{ColorChunk, MOST, Metadata, Note, Resolution, tiff};
use crate::{Loss, exif};

/// Metres in an inch.
const INCH: f64 = 0.0254;
const XMP: &[u8] = b"XML:com.adobe.xmp";
const RAW: &[u8] = b"Raw profile type ";
const XMP_IN_APP1: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";

/// Everything a file says.
pub(crate) fn read(file: &[u8]) -> Parts {
    let mut parts = Parts::default();
    let mut notes = Notes::default();
    let mut raw = Metadata::default();
    let mut frames = 0;
    for Chunk { kind, data, sound } in chunks(file) {
        let metadata = &mut parts.metadata;
        match &kind {
            b"pHYs" => metadata.resolution = resolution(data),
            b"iCCP" if metadata.icc.is_none() => {
                metadata.icc = sound.then(|| profile(data)).flatten();
                parts.damaged_profile = metadata.icc.is_none();
            }
            b"eXIf" if metadata.exif.is_none() && sound => {
                metadata.exif = Some(exif::bare(data).to_vec());
            }
            b"acTL" => frames = data.first_chunk().map_or(0, |n| u32::from_be_bytes(*n)),
            b"caBX" => parts.left.push(Loss::Credentials),
            b"tEXt" | b"zTXt" | b"iTXt" => {
                let known = keyword(data) == XMP || keyword(data).starts_with(RAW);
                let taken = known
                    && text(&kind, data)
                        .is_some_and(|text| taken(keyword(data), text, metadata, &mut raw));
                if !taken {
                    let data = data.to_vec();
                    notes.push(Note { kind, data });
                }
            }
            _ if sound => metadata.color.extend(ColorChunk::new(kind, data)),
            _ => {}
        }
    }
    if frames > 1 {
        parts.left.push(Loss::Frames { of: frames });
    }
    parts.texts_left = notes.full;
    let metadata = &mut parts.metadata;
    metadata.notes = notes.kept;
    metadata.icc = metadata
        .icc
        .take()
        .or(raw.icc.filter(|_| !parts.damaged_profile));
    metadata.exif = metadata.exif.take().or(raw.exif);
    metadata.xmp = metadata.xmp.take().or(raw.xmp);
    metadata.photoshop = raw.photoshop;
    parts
}

struct Chunk<'a> {
    kind: [u8; 4],
    data: &'a [u8],
    /// Whether the checksum is right; of pixels it is not looked at here.
    sound: bool,
}

/// Up to where the file is damaged.
fn chunks(file: &[u8]) -> impl Iterator<Item = Chunk<'_>> {
    let mut at = 8;
    std::iter::from_fn(move || {
        let length = u32::from_be_bytes(*file.get(at..at + 4)?.first_chunk()?);
        let kind: [u8; 4] = *file.get(at + 4..at + 8)?.first_chunk()?;
        let end = (at + 8).checked_add(usize::try_from(length).ok()?)?;
        let data = file.get(at + 8..end)?;
        let said = file.get(end..end.checked_add(4)?)?.first_chunk()?;
        let pixels = matches!(&kind, b"IDAT" | b"fdAT");
        let sound = pixels || {
            let mut crc = Crc::new();
            crc.update(&file[at + 4..end]);
            crc.sum() == u32::from_be_bytes(*said)
        };
        at = end + 4;
        Some(Chunk { kind, data, sound })
    })
}

/// What stands before the first zero.
fn keyword(data: &[u8]) -> &[u8] {
    data.split(|byte| *byte == 0).next().unwrap_or_default()
}

/// The bytes of a text chunk without its keyword; `None` where it is damaged or too long.
fn text(kind: &[u8; 4], data: &[u8]) -> Option<Vec<u8>> {
    let rest = data.get(keyword(data).len() + 1..)?;
    match kind {
        b"tEXt" => Some(rest.to_vec()),
        b"zTXt" => inflated(rest.strip_prefix(&[0])?),
        _ => {
            let ([compressed, 0], rest) = rest.split_first_chunk()? else {
                return None;
            };
            // A language, and a keyword in it.
            let rest = rest.get(keyword(rest).len() + 1..)?;
            let rest = rest.get(keyword(rest).len() + 1..)?;
            match compressed {
                0 => Some(rest.to_vec()),
                _ => inflated(rest),
            }
        }
    }
    .filter(|text| text.len() <= MOST)
}

/// Takes a text for what it is; `false` where it is something else.
fn taken(keyword: &[u8], text: Vec<u8>, metadata: &mut Metadata, raw: &mut Metadata) -> bool {
    if keyword == XMP {
        let first = metadata.xmp.is_none();
        metadata.xmp.get_or_insert(text);
        return first;
    }
    let (Some(name), Some(data)) = (keyword.strip_prefix(RAW), unhexed(&text)) else {
        return false;
    };
    match name {
        b"exif" => raw.exif = Some(exif::bare(&data).to_vec()),
        b"APP1" | b"app1" => match data.strip_prefix(XMP_IN_APP1) {
            Some(packet) => raw.xmp = Some(packet.to_vec()),
            None => raw.exif = Some(exif::bare(&data).to_vec()),
        },
        b"xmp" => raw.xmp = Some(data.strip_prefix(XMP_IN_APP1).unwrap_or(&data).to_vec()),
        b"iptc" | b"8bim" if data.starts_with(b"8BIM") => raw.photoshop = Some(data),
        b"iptc" => raw.photoshop = Some(tiff::resource(&data)),
        b"icc" | b"icm" => raw.icc = Some(data),
        _ => return false,
    }
    true
}

/// The bytes of ImageMagick's text: a line with a name, a line with their number, and hexadecimal.
fn unhexed(text: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(text).ok()?.trim_start();
    let (_, rest) = text.split_once('\n')?;
    let (length, digits) = rest.trim_start().split_once('\n')?;
    let length: usize = length.trim().parse().ok()?;
    let mut digits = digits.bytes().filter(|byte| !byte.is_ascii_whitespace());
    let mut digit = || char::from(digits.next()?).to_digit(16);
    let mut out = Vec::with_capacity(length.min(text.len() / 2));
    for _ in 0..length {
        out.push(u8::try_from(16 * digit()? + digit()?).ok()?);
    }
    Some(out)
}

/// A profile: its name, one byte for the method, the compressed bytes.
fn profile(data: &[u8]) -> Option<Vec<u8>> {
    let rest = data.get(keyword(data).len() + 1..)?;
    inflated(rest.strip_prefix(&[0])?)
}

/// `None` where the stream is damaged, or longer than [`MOST`].
fn inflated(compressed: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let most = MOST as u64 + 1;
    let read = ZlibDecoder::new(compressed)
        .take(most)
        .read_to_end(&mut out);
    read.is_ok().then_some(out).filter(|out| out.len() <= MOST)
}

/// Two numbers, and 1 for pixels in a metre.
fn resolution(data: &[u8]) -> Option<Resolution> {
    let number = |at: usize| {
        let bytes = data.get(at..at + 4)?.first_chunk()?;
        Some(f64::from(u32::from_be_bytes(*bytes)) * INCH)
    };
    if data.get(8) != Some(&1) {
        return None;
    }
    Resolution::new(number(0)?, number(4)?)
}

/// The resolution as an encoder wants it.
pub(super) fn pixel_dims(resolution: &Resolution) -> png::PixelDimensions {
    // `as` saturates; a resolution beyond that is none.
    let number = |value: f64| (value / INCH).round() as u32;
    png::PixelDimensions {
        xppu: number(resolution.x),
        yppu: number(resolution.y),
        unit: png::Unit::Meter,
    }
}

/// The data of an uncompressed chunk of international text that holds XMP.
pub(super) fn xmp(packet: &[u8]) -> Vec<u8> {
    // Not compressed, by no method, in no language, under no other keyword.
    [XMP, &[0, 0, 0, 0, 0], packet].concat()
}
