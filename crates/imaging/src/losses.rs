//! What a photo loses in a file format, told before it is saved.

use std::fmt;

use crate::{Depth, FileFormat, Photo, SaveOptions};

/// Something of a photo that a format does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// Samples are rounded.
    Depth {
        /// As they are.
        from: Depth,
        /// As they will be stored.
        to: Depth,
    },
    /// Alpha: what is transparent is blended over white.
    Transparency,
    /// The ICC colour profile.
    Profile,
    /// The camera's notes.
    Exif,
    /// The XMP packet.
    Xmp,
    /// IPTC and whatever else Photoshop keeps with it.
    Iptc,
    /// Comments and other texts.
    Texts,
    /// Pixels in an inch.
    Resolution,
}

/// Everything that a photo loses in a format. Its `Display` is a sentence without a full stop, such
/// as `JPEG keeps 8 of 16 bits and no transparency`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Losses {
    /// The format.
    pub format: FileFormat,
    /// In the order of their weight; empty when nothing is lost.
    pub list: Vec<Loss>,
}

/// What `photo` would lose if it were saved. That [`FileFormat::is_lossy`] formats change every
/// pixel is not counted.
pub fn losses(photo: &Photo, format: FileFormat, options: &SaveOptions) -> Losses {
    let from = photo.depth();
    let to = format.nearest_depth(options.depth.unwrap_or(from));
    let all = photo.metadata();
    let kept = all.kept_by(format);
    let found = [
        (to < from, Loss::Depth { from, to }),
        (
            photo.has_alpha() && !format.holds_alpha(),
            Loss::Transparency,
        ),
        (all.icc != kept.icc, Loss::Profile),
        (all.exif != kept.exif, Loss::Exif),
        (all.xmp != kept.xmp, Loss::Xmp),
        (all.photoshop != kept.photoshop, Loss::Iptc),
        (all.notes != kept.notes, Loss::Texts),
        (
            all.resolution.is_some() && kept.resolution.is_none(),
            Loss::Resolution,
        ),
    ];
    let lost = found.into_iter().filter(|(lost, _)| *lost);
    Losses {
        format,
        list: lost.map(|(_, loss)| loss).collect(),
    }
}

impl Losses {
    /// Whether nothing is lost.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The sentence; `None` when nothing is lost.
    #[must_use]
    pub fn sentence(&self) -> Option<String> {
        (!self.is_empty()).then(|| format!("{self}."))
    }
}

impl fmt::Display for Losses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<String> = self.list.iter().map(ToString::to_string).collect();
        match parts.as_slice() {
            [] => write!(f, "{} keeps everything", self.format),
            [one] => write!(f, "{} keeps {one}", self.format),
            [rest @ .., last] => write!(f, "{} keeps {} and {last}", self.format, rest.join(", ")),
        }
    }
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bits = |depth: &Depth| match depth {
            Depth::Eight => 8,
            Depth::Sixteen => 16,
            Depth::Float => 32,
        };
        match self {
            Self::Depth { from, to } => write!(f, "{} of {} bits", bits(to), bits(from)),
            Self::Transparency => f.write_str("no transparency"),
            Self::Profile => f.write_str("no colour profile"),
            Self::Exif => f.write_str("no EXIF"),
            Self::Xmp => f.write_str("no XMP"),
            Self::Iptc => f.write_str("no IPTC"),
            Self::Texts => f.write_str("no text notes"),
            Self::Resolution => f.write_str("no resolution"),
        }
    }
}
