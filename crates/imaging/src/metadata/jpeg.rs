//! The segments of JPEG files that hold metadata (ITU-T T.81, annex B; JFIF 1.02; "XMP Specification
//! Part 3", section 1.1.3): resolution in APP0, EXIF and XMP in APP1, the profile in APP2,
//! Photoshop's resources (IPTC among them) in APP13, comments in COM.

use super::note::Notes;
use super::said::Parts;
use super::{MOST, Metadata, Note, Resolution};
use crate::Loss;

const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
const EXTENSION: &[u8] = b"http://ns.adobe.com/xmp/extension/\0";
const EXIF: &[u8] = b"Exif\0\0";
const ICC: &[u8] = b"ICC_PROFILE\0";
const PHOTOSHOP: &[u8] = b"Photoshop 3.0\0";
const JFIF: &[u8] = b"JFIF\0";
/// A segment's length counts its own two bytes.
const LONGEST: usize = 65_533;

/// The longest XMP that a segment holds.
pub(super) const MOST_XMP: usize = LONGEST - XMP.len();
/// The longest comment.
pub(super) const MOST_COMMENT: usize = LONGEST;

/// A segment before the first scan.
pub(crate) struct Segment<'a> {
    /// The second byte of its marker.
    pub(crate) marker: u8,
    /// What follows its length.
    pub(crate) body: &'a [u8],
    /// Where it ends in the file.
    pub(crate) end: usize,
}

impl<'a> Segment<'a> {
    /// The body of a frame header of any coding: precision (1), height (2), width (2), components
    /// (1), and three bytes for each.
    pub(crate) fn frame(&self) -> Option<&'a [u8]> {
        let frame = matches!(self.marker, 0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF);
        frame.then_some(self.body)
    }

    /// Colour components, of a frame header.
    pub(crate) fn components(&self) -> Option<u8> {
        self.frame()?.get(5).copied()
    }
}

/// The segments up to the first scan, or up to where the file is damaged.
pub(crate) fn segments(file: &[u8]) -> impl Iterator<Item = Segment<'_>> {
    let mut at = 2;
    std::iter::from_fn(move || {
        loop {
            while *file.get(at)? != 0xFF {
                at += 1;
            }
            while *file.get(at)? == 0xFF {
                at += 1;
            }
            let marker = file[at];
            at += 1;
            match marker {
                // Markers without a body.
                0x00 | 0x01 | 0xD0..=0xD8 => {}
                // The end, or a scan: nothing but pixels follows.
                0xD9 | 0xDA => return None,
                _ => break,
            }
        }
        let marker = file[at - 1];
        let length = usize::from(u16::from_be_bytes([*file.get(at)?, *file.get(at + 1)?]));
        let body = file.get(at + 2..at + length)?;
        at += length;
        let end = at;
        Some(Segment { marker, body, end })
    })
}

/// Everything a file says before its first scan.
pub(crate) fn read(file: &[u8]) -> Parts {
    let mut parts = Parts::default();
    let mut notes = Notes::default();
    let (mut photoshop, mut profile) = (Vec::new(), Vec::new());
    for segment in segments(file) {
        let found = &mut parts.metadata;
        match (segment.marker, segment.body) {
            (0xE0, body) if body.starts_with(JFIF) => found.resolution = density(body),
            (0xE1, body) if body.starts_with(EXIF) => {
                found
                    .exif
                    .get_or_insert_with(|| body[EXIF.len()..].to_vec());
            }
            (0xE1, body) if body.starts_with(XMP) => {
                found.xmp.get_or_insert_with(|| body[XMP.len()..].to_vec());
            }
            (0xE1, body) if body.starts_with(EXTENSION) => parts.left.push(Loss::ExtendedXmp),
            (0xE2, body) if body.starts_with(ICC) && profile.len() < 256 => {
                profile.push(&body[ICC.len()..]);
            }
            (0xEB, body) if body.get(12..16) == Some(b"jumb") => {
                parts.left.push(Loss::Credentials);
            }
            // Long resources go on in the next segment.
            (0xED, body) if photoshop.len() <= MOST => {
                photoshop.extend(body.strip_prefix(PHOTOSHOP).unwrap_or_default());
            }
            (0xFE, body) => {
                if let Some(note) = Note::comment(body) {
                    notes.push(note);
                }
            }
            _ => {}
        }
    }
    let found = &mut parts.metadata;
    found.photoshop = Some(photoshop).filter(|resources| !resources.is_empty());
    found.icc = whole(&profile);
    parts.damaged_profile = found.icc.is_none() && !profile.is_empty();
    found.notes = notes.kept;
    parts.texts_left = notes.full;
    parts
}

/// The profile of its parts, each with its number and how many there are before it; `None` where
/// one is missing (ICC.1:2022, annex B.4).
fn whole(parts: &[&[u8]]) -> Option<Vec<u8>> {
    let mut sorted = parts.to_vec();
    sorted.sort_by_key(|part| part.first().copied());
    let count = parts.len();
    let sound = |(index, part): (usize, &&[u8])| {
        part.len() >= 2 && usize::from(part[0]) == index + 1 && usize::from(part[1]) == count
    };
    let sound = count > 0 && sorted.iter().enumerate().all(sound);
    sound.then(|| sorted.iter().flat_map(|part| &part[2..]).copied().collect())
}

/// The density of a JFIF header: version (2 bytes after the name), unit, two numbers.
fn density(body: &[u8]) -> Option<Resolution> {
    let [unit, x1, x2, y1, y2] = *body.get(7..12)?.first_chunk()?;
    let per_inch = match unit {
        1 => 1.0,
        2 => 2.54,
        _ => return None,
    };
    let number = |a, b| f64::from(u16::from_be_bytes([a, b])) * per_inch;
    Resolution::new(number(x1, x2), number(y1, y2))
}

/// Puts XMP, resources and comments into a file, after the segments it begins with. Profile, EXIF
/// and resolution are the encoder's.
pub(super) fn write(mut file: Vec<u8>, metadata: &Metadata) -> Vec<u8> {
    let mut new = Vec::new();
    if let Some(xmp) = &metadata.xmp {
        push(&mut new, 0xE1, &[XMP, xmp].concat());
    }
    for part in metadata
        .photoshop
        .as_deref()
        .unwrap_or_default()
        .chunks(LONGEST - PHOTOSHOP.len())
    {
        push(&mut new, 0xED, &[PHOTOSHOP, part].concat());
    }
    for comment in metadata.notes.iter().filter_map(Note::as_comment) {
        push(&mut new, 0xFE, &comment);
    }
    let headings = segments(&file).take_while(|segment| matches!(segment.marker, 0xE0..=0xEF));
    let at = headings.last().map_or(2, |segment| segment.end);
    file.splice(at..at, new);
    file
}

/// A segment, unless it would be too long.
fn push(out: &mut Vec<u8>, marker: u8, body: &[u8]) {
    let Ok(length) = u16::try_from(body.len() + 2) else {
        return;
    };
    out.extend([0xFF, marker]);
    out.extend(length.to_be_bytes());
    out.extend(body);
}
