//! What a photo loses, told before it is saved: what its file has that is not opened, and what the
//! format that it is saved in does not hold.

use std::fmt;

use crate::{Depth, FileFormat, Photo, SaveOptions, metadata::ColorChunks, save};

/// Something that is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
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
    /// Channels that are neither colour nor alpha, such as a film scanner's infrared.
    Channels,
    /// Other pages of a TIFF file.
    Pages {
        /// All pages, with the one that is kept.
        of: u32,
    },
    /// The layers that Photoshop keeps in a TIFF file beside the whole picture.
    Layers,
    /// Other frames of an animation.
    Frames {
        /// All frames, with the one that is kept.
        of: u32,
    },
    /// Other pictures in a JPEG file, such as those of a stereo camera.
    Pictures {
        /// All pictures, with the one that is kept.
        of: u32,
    },
    /// A second picture with which screens show a photo brighter.
    GainMap,
    /// How far things are, or where a person ends, as a second picture.
    DepthMap,
    /// The video of a motion photo.
    Video,
    /// The pictures of a sequence beside the one that stands for it.
    Sequence,
    /// The sensor's data: what is kept is another program's development of them.
    RawData {
        /// The program.
        by: &'static str,
    },
    /// What a PNG file says of its colours beside a profile.
    ColorChunks(ColorChunks),
    /// The ICC colour profile.
    Profile,
    /// A profile that cannot be read.
    DamagedProfile,
    /// A profile that lies in another file.
    LinkedProfile,
    /// Primaries and gamma of a bitmap.
    CalibratedColors,
    /// The camera's notes.
    Exif,
    /// The XMP packet.
    Xmp,
    /// The parts of an XMP packet that do not fit into one segment of a JPEG file.
    ExtendedXmp,
    /// IPTC and whatever else Photoshop keeps with it.
    Iptc,
    /// Comments and other texts.
    Texts,
    /// A signed history of the picture (C2PA).
    Credentials,
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
    let kept = all.kept_by(format, save::stays_gray(photo, format, options.depth));
    let channels = photo.extra_channels() > 0 && format != FileFormat::Tiff;
    let of_pixels = [
        (to < from, Loss::Depth { from, to }),
        (
            photo.has_alpha() && !format.holds_alpha(),
            Loss::Transparency,
        ),
        (channels, Loss::Channels),
    ];
    let of_metadata = [
        (
            all.color != kept.color,
            Loss::ColorChunks(ColorChunks::of(&all.color)),
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
    let left = photo.left().iter().map(|loss| (true, *loss));
    let found = of_pixels.into_iter().chain(left).chain(of_metadata);
    let mut list: Vec<Loss> = Vec::new();
    for (_, loss) in found.filter(|(lost, _)| *lost) {
        if !list.contains(&loss) {
            list.push(loss);
        }
    }
    Losses { format, list }
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
            Self::Pages { of } => write!(f, "one of {of} pages"),
            Self::Frames { of } => write!(f, "one of {of} frames"),
            Self::Pictures { of } => write!(f, "one of {of} pictures"),
            Self::RawData { by } => write!(f, "the development by {by} instead of the raw data"),
            Self::ColorChunks(chunks) => write!(f, "no {chunks}"),
            other => f.write_str(match other {
                Self::Transparency => "no transparency",
                Self::Channels => "no infrared or other further channel",
                Self::Layers => "no layers",
                Self::GainMap => "no gain map",
                Self::DepthMap => "no depth map or matte",
                Self::Video => "no video",
                Self::Sequence => "one picture of a sequence",
                Self::Profile => "no colour profile",
                Self::DamagedProfile => "no colour profile (the file's is damaged)",
                Self::LinkedProfile => "no colour profile (the file names one elsewhere)",
                Self::CalibratedColors => "no calibrated colours",
                Self::Exif => "no EXIF",
                Self::Xmp => "no XMP",
                Self::ExtendedXmp => "no extended XMP",
                Self::Iptc => "no IPTC",
                Self::Credentials => "no content credentials",
                Self::Resolution => "no resolution",
                _ => "no text notes",
            }),
        }
    }
}
