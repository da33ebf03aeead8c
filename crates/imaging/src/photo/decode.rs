//! Reading a photo: bounded, upright, with its metadata, and never with a panic.
//!
//! The order matters: the format is told by the bytes, the size is read from the header and checked,
//! the memory for the samples is checked, and only then are pixels allocated and decoded.
//! An animation (APNG, WebP) is opened as its still picture, a TIFF as its first page. A JPEG whose
//! end is missing is refused, though its decoder would make up the rest, unless the caller asks for
//! what is there and says so: nobody should restore a photo and find out later that half of it was
//! never there.

use std::{
    any::Any,
    fs::File,
    io::{self, Cursor, Read},
    panic::{self, AssertUnwindSafe},
    path::Path,
};

use image::{
    DynamicImage, ExtendedColorType, ImageDecoder, ImageError, ImageFormat,
    codecs::{
        bmp::BmpDecoder, jpeg::JpegDecoder, png::PngDecoder, tiff::TiffDecoder, webp::WebPDecoder,
    },
    metadata::Orientation,
};

use crate::{
    FileFormat, ImagingError, JpegFacts, Limits, Photo,
    format::SUPPORTED,
    metadata::{Metadata, jpeg::segments},
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

    /// Opens a file within [`Limits::default`], also a JPEG whose end is missing. Where it ends the
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
    /// only be guessed at); [`ImagingError::TooLarge`] and [`ImagingError::TooHeavy`] beyond the
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
    let file = File::open(path).map_err(read)?;
    let metadata = file.metadata().map_err(read)?;
    if !metadata.is_file() {
        // Folders, and devices that would never end.
        return Err(read(io::Error::new(
            io::ErrorKind::InvalidInput,
            "this is not a file",
        )));
    }
    limits.check_bytes(&name, metadata.len())?;
    let mut bytes = Vec::new();
    // The file may grow while it is read; the bound holds all the same.
    file.take(limits.max_alloc.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(read)?;
    limits.check_bytes(&name, bytes.len() as u64)?;
    Ok((bytes, name))
}

/// The decoders are memory-safe and tested, but they read hostile input: should one of them panic
/// after all, the user gets an error and keeps the window. They share nothing with us, so nothing
/// half-changed can be observed afterwards.
fn guarded<T>(
    name: &str,
    read: impl FnOnce() -> Result<T, ImagingError>,
) -> Result<T, ImagingError> {
    panic::catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|cause| {
        Err(ImagingError::Decode {
            name: name.to_owned(),
            reason: format!(
                "the decoder stopped unexpectedly ({})",
                message(cause.as_ref())
            ),
        })
    })
}

/// Width and height once it is upright.
fn sized(bytes: &[u8], name: &str, limits: &Limits) -> Result<(usize, usize), ImagingError> {
    let format = recognized(bytes, name)?;
    let mut decoder = decoder(bytes, format, limits).map_err(|error| classified(error, name))?;
    let (width, height) = decoder.dimensions();
    limits.check_size(name, u64::from(width), u64::from(height))?;
    let mut metadata = Metadata::read(bytes, format, name, decoder.as_mut());
    let orientation = upright(&mut metadata, format, decoder.as_mut());
    let lying = matches!(
        orientation,
        Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH
    );
    let (width, height) = (width as usize, height as usize);
    Ok(if lying {
        (height, width)
    } else {
        (width, height)
    })
}

/// How the picture is to be turned.
fn upright(
    metadata: &mut Metadata,
    format: FileFormat,
    decoder: &mut dyn ImageDecoder,
) -> Orientation {
    metadata
        .upright()
        .filter(|_| format != FileFormat::Tiff)
        .or_else(|| decoder.orientation().ok())
        .unwrap_or(Orientation::NoTransforms)
}

/// A JPEG may end early, or not.
fn decoded(
    bytes: &[u8],
    name: &str,
    limits: &Limits,
    may_end: bool,
) -> Result<Photo, ImagingError> {
    if bytes.is_empty() {
        return Err(ImagingError::Empty {
            name: name.to_owned(),
        });
    }
    let fault = |error| classified(error, name);
    let format = recognized(bytes, name)?;
    let mut decoder = decoder(bytes, format, limits).map_err(fault)?;
    let (width, height) = decoder.dimensions();
    limits.check_size(name, u64::from(width), u64::from(height))?;
    limits.check_bytes(name, decoder.total_bytes())?;
    let cut_short = format == FileFormat::Jpeg && !jpeg_ends(bytes);
    if cut_short && !may_end {
        return Err(ImagingError::Decode {
            name: name.to_owned(),
            reason: "its end is missing".to_owned(),
        });
    }
    refuse_cmyk(bytes, format, decoder.original_color_type(), name)?;

    // Metadata first: decoding consumes the decoder.
    let mut metadata = Metadata::read(bytes, format, name, decoder.as_mut());
    let orientation = upright(&mut metadata, format, decoder.as_mut());

    decoder.set_limits(codec_limits(limits)).map_err(fault)?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(fault)?;
    image.apply_orientation(orientation);
    Ok(Photo {
        image,
        metadata,
        format: Some(format),
        jpeg: JpegFacts::of(bytes, format),
        cut_short,
    })
}

/// Whether an end marker follows the last scan. Inside a scan every `FF` of data is followed by a
/// zero, so neither marker can be anything else; earlier ends belong to thumbnails.
fn jpeg_ends(bytes: &[u8]) -> bool {
    let marker = |code: u8| move |pair: &[u8]| pair == [0xFF, code];
    let scan = bytes.windows(2).rposition(marker(0xDA)).unwrap_or(0);
    bytes[scan..].windows(2).any(marker(0xD9))
}

fn recognized(bytes: &[u8], name: &str) -> Result<FileFormat, ImagingError> {
    let codec = image::guess_format(bytes).ok();
    codec
        .and_then(FileFormat::from_codec)
        .ok_or_else(|| ImagingError::Unsupported {
            name: name.to_owned(),
            reason: match codec {
                Some(ImageFormat::Avif) => {
                    format!("AVIF and HEIF pictures are not read; convert it to one of {SUPPORTED}")
                }
                Some(codec) => {
                    format!("{codec:?} pictures are not read; convert it to one of {SUPPORTED}")
                }
                None => format!("it is not a picture in a known format; known are {SUPPORTED}"),
            },
        })
}

fn decoder<'a>(
    bytes: &'a [u8],
    format: FileFormat,
    limits: &Limits,
) -> Result<Box<dyn ImageDecoder + 'a>, ImageError> {
    let reader = Cursor::new(bytes);
    Ok(match format {
        FileFormat::Png => Box::new(PngDecoder::with_limits(reader, codec_limits(limits))?),
        FileFormat::Jpeg => Box::new(JpegDecoder::new(reader)?),
        FileFormat::WebP => Box::new(WebPDecoder::new(reader)?),
        FileFormat::Tiff => Box::new(TiffDecoder::new(reader)?),
        FileFormat::Bmp => Box::new(BmpDecoder::new(reader)?),
    })
}

/// Memory only: sizes are checked by [`Limits::check_size`], whose message names them.
fn codec_limits(limits: &Limits) -> image::Limits {
    let mut codec = image::Limits::no_limits();
    codec.max_alloc = Some(limits.max_alloc);
    codec
}

fn refuse_cmyk(
    bytes: &[u8],
    format: FileFormat,
    color: ExtendedColorType,
    name: &str,
) -> Result<(), ImagingError> {
    let inks = matches!(color, ExtendedColorType::Cmyk8 | ExtendedColorType::Cmyk16)
        || (format == FileFormat::Jpeg && jpeg_components(bytes) == Some(4));
    if inks {
        return Err(ImagingError::Unsupported {
            name: name.to_owned(),
            reason:
                "its colours are printing inks (CMYK); convert it to RGB with another program first"
                    .to_owned(),
        });
    }
    Ok(())
}

/// The number of colour components in a JPEG's frame header; `None` if there is no frame header.
fn jpeg_components(bytes: &[u8]) -> Option<u8> {
    segments(bytes).find_map(|segment| segment.components())
}

fn classified(error: ImageError, name: &str) -> ImagingError {
    let name = name.to_owned();
    match error {
        ImageError::Unsupported(error) => ImagingError::Unsupported {
            name,
            reason: error.to_string(),
        },
        error => ImagingError::Decode {
            name,
            reason: error.to_string(),
        },
    }
}

fn message(cause: &(dyn Any + Send)) -> &str {
    cause
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| cause.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no reason given")
}
