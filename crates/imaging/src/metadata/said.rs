//! What a file says, gathered from its parts and made consistent.
//!
//! Invariants of what [`Said::of`] returns: EXIF and XMP are upright, without thumbnails and without
//! claims of parts that are not carried; the orientation is asked for once, by EXIF if it says any,
//! else by XMP, else by the file itself; the profile is one; `left` names what the file has and the
//! photo will not.

use image::metadata::Orientation;

use super::{MOST, Metadata, photoshop, tiff};
use crate::{Loss, exif, xmp};

/// The parts as they lie in the file.
#[derive(Default)]
pub(crate) struct Parts {
    pub(crate) metadata: Metadata,
    /// The profile is there, but cannot be read.
    pub(crate) damaged_profile: bool,
    /// Texts that were too many.
    pub(crate) texts_left: bool,
    /// What the format itself says.
    pub(crate) orientation: Option<Orientation>,
    /// Whether the decoder turns the picture itself, so that nothing else may.
    pub(crate) turned: bool,
    /// What else is left behind.
    pub(crate) left: Vec<Loss>,
}

/// What a file says.
#[derive(Default)]
pub(crate) struct Said {
    pub(crate) metadata: Metadata,
    pub(crate) orientation: Turn,
    pub(crate) left: Vec<Loss>,
}

/// How the picture is to be turned; not at all by default.
#[derive(Clone, Copy)]
pub(crate) struct Turn(pub(crate) Orientation);

impl Default for Turn {
    fn default() -> Self {
        Self(Orientation::NoTransforms)
    }
}

impl Said {
    /// Of a file's parts.
    pub(crate) fn of(parts: Parts) -> Self {
        let Parts {
            mut metadata,
            mut left,
            ..
        } = parts;
        let mut damaged = parts.damaged_profile;
        damaged |= metadata.icc.take_if(|icc| !is_profile(icc)).is_some();
        for block in [
            &mut metadata.exif,
            &mut metadata.xmp,
            &mut metadata.photoshop,
        ] {
            block.take_if(|block| block.is_empty() || block.len() > MOST);
        }
        let asked = metadata
            .exif
            .as_deref()
            .and_then(exif::orientation)
            .or_else(|| metadata.xmp.as_deref().and_then(xmp::orientation))
            .or(parts.orientation)
            .filter(|_| !parts.turned);
        // Cameras write the resolution only there.
        let printed = || metadata.exif.as_deref().and_then(tiff::resolution);
        metadata.resolution = metadata.resolution.or_else(printed);
        metadata.exif = metadata.exif.map(exif::upright);
        metadata.xmp = metadata.xmp.map(xmp::upright);
        metadata.photoshop = metadata.photoshop.map(photoshop::current);
        metadata.photoshop.take_if(|resources| resources.is_empty());
        if damaged {
            left.push(Loss::DamagedProfile);
        }
        if parts.texts_left {
            left.push(Loss::Texts);
        }
        Self {
            metadata,
            orientation: asked.map(Turn).unwrap_or_default(),
            left,
        }
    }
}

/// Whether a block can be a profile: a header of 128 bytes with its signature, and a length that is
/// no less than what the header says (ICC.1:2022, section 7.2).
fn is_profile(icc: &[u8]) -> bool {
    let said = icc.first_chunk().map(|bytes| u32::from_be_bytes(*bytes));
    let whole = said.is_some_and(|said| said as usize <= icc.len());
    (128..=MOST).contains(&icc.len()) && icc.get(36..40) == Some(b"acsp") && whole
}
