//! Reading each format: from a file's bytes to pixels and to what the file says of them.
//!
//! Every format is a [`Source`], whose header is read when it is made and whose pixels are decoded
//! only when they are asked for, so that sizes are checked before anything is allocated. Reasons of
//! refusals are sentences of ours; what a decoder says of its insides goes to the log.

mod bmp;
mod external;
mod heif;
mod jpeg;
mod jxl;
mod png;
mod program;
mod recognise;
mod tiff;
mod webp;

#[cfg(test)]
pub(crate) use external::PROGRAMS;
#[cfg(test)]
pub(crate) use heif::PROGRAMS as HEIC_PROGRAMS;
#[cfg(test)]
pub(crate) use recognise::REFUSED;
pub(crate) use recognise::{Known, recognised};

use image::{DynamicImage, ImageError};

use crate::{FileFormat, ImagingError, Limits, metadata::Said, photo::Extra};

/// Why a file is not opened.
#[derive(Debug)]
pub(crate) enum Fault {
    /// Its bytes are not a whole, valid picture; why.
    Damaged(String),
    /// It is of a kind that is not read; which, and what to do.
    Unsupported(String),
    /// It would take more bytes than allowed.
    TooHeavy(u64),
}

impl Fault {
    pub(crate) fn damaged(reason: &str) -> Self {
        Self::Damaged(reason.to_owned())
    }

    pub(crate) fn unsupported(reason: &str) -> Self {
        Self::Unsupported(reason.to_owned())
    }

    /// That the bytes end before the picture does.
    pub(crate) fn ends_early() -> Self {
        Self::damaged("the file ends before the picture does")
    }

    /// The error for the file of a name.
    pub(crate) fn of(self, name: &str, limits: &Limits) -> ImagingError {
        let name = name.to_owned();
        match self {
            Self::Damaged(reason) => ImagingError::Decode { name, reason },
            Self::Unsupported(reason) => ImagingError::Unsupported { name, reason },
            Self::TooHeavy(needed) => ImagingError::TooHeavy {
                name,
                needed,
                max_alloc: limits.max_alloc,
            },
        }
    }

    /// What a decoder of the library `image` says, in our words.
    pub(crate) fn from_image(error: &ImageError, format: FileFormat) -> Self {
        tracing::debug!(%error, %format, "the decoder refuses");
        match error {
            ImageError::Unsupported(_) => Self::Unsupported(format!(
                "Tweedie does not read a part of {format} that it uses; convert it with another program first"
            )),
            ImageError::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
                Self::ends_early()
            }
            ImageError::Limits(_) => Self::damaged("its header asks for more memory than allowed"),
            _ => Self::Damaged(format!("its {format} data are damaged")),
        }
    }
}

/// What was decoded.
pub(crate) struct Pixels {
    pub(crate) image: DynamicImage,
    /// Channels that are neither colour nor alpha.
    pub(crate) extra: Vec<Extra>,
    /// Whether the file's colours were multiplied by its alpha; here they are not.
    pub(crate) associated: bool,
    /// Whether a part of the picture is missing.
    pub(crate) cut_short: bool,
}

impl From<DynamicImage> for Pixels {
    fn from(image: DynamicImage) -> Self {
        Self {
            image,
            extra: Vec::new(),
            associated: false,
            cut_short: false,
        }
    }
}

/// A file whose header has been read.
pub(crate) trait Source {
    /// Width and height as stored.
    fn size(&self) -> (u64, u64);
    /// Bytes that the samples will take.
    fn bytes(&self) -> u64;
    /// What the file says beside its pixels.
    fn said(&self) -> Said;
    /// The pixels as stored, not turned. A picture of which a part is missing is opened if
    /// `may_end`, where the format allows it.
    fn pixels(self: Box<Self>, limits: &Limits, may_end: bool) -> Result<Pixels, Fault>;
}

/// Reads a file's header; `name` is the file's.
pub(crate) fn source<'a>(
    bytes: &'a [u8],
    known: Known,
    name: &str,
    limits: &Limits,
) -> Result<Box<dyn Source + 'a>, Fault> {
    Ok(match known {
        Known::Format(FileFormat::Png) => Box::new(png::Png::new(bytes, limits)?),
        Known::Format(FileFormat::Jpeg) => Box::new(jpeg::Jpeg::new(bytes)?),
        Known::Format(FileFormat::WebP) => Box::new(webp::WebP::new(bytes, limits)?),
        Known::Format(FileFormat::Tiff) => Box::new(tiff::Tiff::new(bytes)?),
        Known::Format(FileFormat::Bmp) => Box::new(bmp::Bmp::new(bytes)?),
        Known::JpegXl => Box::new(jxl::Jxl::new(bytes, limits)?),
        Known::Heif => Box::new(heif::Picture::new(bytes)?),
        Known::Raw => Box::new(external::Developed::new(bytes, name, limits)?),
    })
}
