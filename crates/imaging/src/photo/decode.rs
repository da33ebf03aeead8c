//! Reading a photo: bounded, upright, with its metadata, and never with a panic.
//!
//! The order matters: the format is told by the bytes, the size is read from the header and checked,
//! the memory for the samples is checked, and only then are pixels allocated and decoded.
//! An animation (APNG, WebP) is opened as its still picture, a TIFF as its first page that is no
//! thumbnail; what else there is, [`losses`](crate::losses) names. A JPEG of which a part is missing
//! is refused, though its decoder would make up the rest, unless the caller asks for what is there
//! and says so: nobody should restore a photo and find out later that half of it was never there.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::Path,
};

use image::metadata::Orientation;

use super::guard::guarded;
use crate::{
    ImagingError, JpegFacts, Limits, Photo,
    codec::{self, Fault, Known, Source},
};

impl Photo {
    /// Opens a file within [`Limits::default`].
    ///
    /// # Errors
    /// See [`Photo::open_with`].
    pub fn open(path: &Path) -> Result<Self, ImagingError> {
        Self::open_with(path, &Limits::default())
    }

    /// Opens a file within `limits`. The format is told by the file's bytes, not by its name.
    ///
    /// # Errors
    /// [`ImagingError::Read`] when the file cannot be read, else as [`Photo::decode_with`].
    pub fn open_with(path: &Path, limits: &Limits) -> Result<Self, ImagingError> {
        let (bytes, name) = contents(path, limits)?;
        Self::decode_with(&bytes, &name, limits)
    }

    /// Width and height of a file's picture as [`Photo::open`] would give it, upright, without
    /// decoding a pixel: for whoever has many to look at.
    ///
    /// # Errors
    /// As [`Photo::open`], except that damage behind the header is not seen.
    pub fn size_of(path: &Path) -> Result<(usize, usize), ImagingError> {
        let limits = Limits::default();
        let (bytes, name) = contents(path, &limits)?;
        guarded(&name, || sized(&bytes, &name, &limits))
    }

    /// Opens a file within [`Limits::default`], also a JPEG of which a part is missing. There the
    /// picture is gray, or as coarse as it had come; [`Photo::is_cut_short`] tells, and whoever shows
    /// it has to say so.
    ///
    /// # Errors
    /// See [`Photo::open_with`].
    pub fn open_what_is_there(path: &Path) -> Result<Self, ImagingError> {
        let limits = Limits::default();
        let (bytes, name) = contents(path, &limits)?;
        guarded(&name, || decoded(&bytes, &name, &limits, true))
    }

    /// Decodes a file held in memory within [`Limits::default`]; `name` is used in messages.
    ///
    /// # Errors
    /// See [`Photo::decode_with`].
    pub fn decode(bytes: &[u8], name: &str) -> Result<Self, ImagingError> {
        Self::decode_with(bytes, name, &Limits::default())
    }

    /// Decodes a file held in memory within `limits`; `name` is used in messages.
    ///
    /// # Errors
    /// [`ImagingError::Empty`] without bytes or pixels; [`ImagingError::Unsupported`] for a format or
    /// colour model that is not read (CMYK among them: without its profile's printing model it would
    /// only be guessed at), and for a camera's raw file where no program is installed that develops
    /// it; [`ImagingError::TooLarge`] and [`ImagingError::TooHeavy`] beyond the
    /// limits; [`ImagingError::Decode`] for damaged files.
    pub fn decode_with(bytes: &[u8], name: &str, limits: &Limits) -> Result<Self, ImagingError> {
        guarded(name, || decoded(bytes, name, limits, false))
    }
}

/// The bytes of a file, and its name for messages.
fn contents(path: &Path, limits: &Limits) -> Result<(Vec<u8>, String), ImagingError> {
    let name = path.display().to_string();
    let read = |source| ImagingError::Read {
        path: path.to_owned(),
        source,
    };
    // Asked before it is opened: opening a pipe waits for whoever writes into it.
    let metadata = fs::metadata(path).map_err(read)?;
    if !metadata.is_file() {
        let kind = if metadata.is_dir() {
            "this is a folder"
        } else {
            "this is no file but a device, a pipe or a socket"
        };
        return Err(read(io::Error::new(io::ErrorKind::InvalidInput, kind)));
    }
    limits.check_bytes(&name, metadata.len())?;
    let file = File::open(path).map_err(read)?;
    let mut bytes = Vec::new();
    // The file may grow while it is read; the bound holds all the same.
    file.take(limits.max_alloc.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(read)?;
    limits.check_bytes(&name, bytes.len() as u64)?;
    Ok((bytes, name))
}

/// Reads the header, and checks the size that it says.
fn header<'a>(
    bytes: &'a [u8],
    name: &str,
    limits: &Limits,
) -> Result<(Known, Box<dyn Source + 'a>), ImagingError> {
    if bytes.is_empty() {
        return Err(ImagingError::Empty {
            name: name.to_owned(),
        });
    }
    let fault = |fault: Fault| fault.of(name, limits);
    let known = codec::recognised(bytes).map_err(fault)?;
    let source = codec::source(bytes, known, name, limits).map_err(fault)?;
    let (width, height) = source.size();
    limits.check_size(name, width, height)?;
    Ok((known, source))
}

/// Width and height once it is upright.
fn sized(bytes: &[u8], name: &str, limits: &Limits) -> Result<(usize, usize), ImagingError> {
    let (_, source) = header(bytes, name, limits)?;
    let (width, height) = source.size();
    let lying = matches!(
        source.said().orientation.0,
        Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH
    );
    // The limits allow no side beyond 32 bits.
    let (width, height) = (width as usize, height as usize);
    Ok(if lying {
        (height, width)
    } else {
        (width, height)
    })
}

/// A JPEG may end early, or not.
fn decoded(
    bytes: &[u8],
    name: &str,
    limits: &Limits,
    may_end: bool,
) -> Result<Photo, ImagingError> {
    let (known, source) = header(bytes, name, limits)?;
    limits.check_bytes(name, source.bytes())?;
    let said = source.said();
    let found = source.pixels(limits, may_end);
    let mut found = found.map_err(|fault: Fault| fault.of(name, limits))?;
    let how = said.orientation.0;
    let size = (found.image.width() as usize, found.image.height() as usize);
    found.image.apply_orientation(how);
    let extra = found.extra.into_iter();
    let format = match known {
        Known::Format(format) => Some(format),
        Known::JpegXl | Known::Heif | Known::Raw => None,
    };
    Ok(Photo {
        image: found.image,
        extra: extra.map(|plane| plane.turned(size, how)).collect(),
        associated: found.associated,
        metadata: said.metadata,
        left: said.left,
        format,
        jpeg: format.map_or_else(JpegFacts::default, |format| JpegFacts::of(bytes, format)),
        cut_short: found.cut_short,
    })
}
