//! Turning a photo into a file's bytes, and putting them on disk.
//!
//! What a format cannot hold is converted, or left out with a line in the log (metadata): deeper
//! samples are rounded to the deepest the format holds, alpha is blended over white for JPEG, and
//! see [`FileFormat`] for what becomes of the colour profile and EXIF. Gray stays gray in PNG, JPEG
//! and TIFF; TIFF stores gray with alpha, and gray floats, as colour with equal channels, and WebP
//! and BMP files are always read back as colour. XMP, IPTC, text comments and resolution are not
//! carried over.

use std::{borrow::Cow, io::Cursor, path::Path};

use image::{
    DynamicImage, ExtendedColorType, ImageEncoder, ImageError,
    codecs::{
        bmp::BmpEncoder, jpeg::JpegEncoder, png::PngEncoder, tiff::TiffEncoder, webp::WebPEncoder,
    },
};

use crate::{
    Depth, FileFormat, ImagingError, Photo, atomic,
    sample::{channels_of, converted, depth_of},
};

/// A JPEG segment holds 65,533 bytes, of which `Exif\0\0` takes six; the encoder does not check.
const JPEG_EXIF_MAX: usize = 65_533 - 6;
/// 255 segments of 65,533 bytes less their 14-byte headings.
const JPEG_ICC_MAX: usize = 255 * (65_533 - 14);

/// How a photo is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SaveOptions {
    /// JPEG quality, 1 (smallest) to 100 (best); values beyond are clipped. Other formats are lossless.
    pub quality: u8,
    /// Bits per sample; `None` keeps the photo's. Reduced to the deepest the format holds.
    pub depth: Option<Depth>,
}

impl Default for SaveOptions {
    /// Quality 95, the photo's own depth.
    fn default() -> Self {
        Self {
            quality: 95,
            depth: None,
        }
    }
}

/// Saves `photo` in the format `path`'s extension names, in one step: see
/// [`write_atomically`](crate::write_atomically).
///
/// # Errors
/// [`ImagingError::Unsupported`] for an unknown extension, [`ImagingError::Encode`] when the format
/// cannot hold the picture, [`ImagingError::Write`] when the file cannot be written; an existing
/// file is then as it was.
pub fn save(photo: &Photo, path: &Path, options: &SaveOptions) -> Result<(), ImagingError> {
    let format = FileFormat::from_path(path)?;
    atomic::write_atomically(path, &encode(photo, format, options)?)
}

/// The bytes of a file in `format`.
///
/// # Errors
/// [`ImagingError::Encode`] when the format cannot hold the picture: a side beyond
/// [`FileFormat::max_side`], or more bytes than the format can count.
pub fn encode(
    photo: &Photo,
    format: FileFormat,
    options: &SaveOptions,
) -> Result<Vec<u8>, ImagingError> {
    let longest = photo.width().max(photo.height());
    if longest > format.max_side() {
        return Err(ImagingError::Encode {
            format,
            reason: format!(
                "its longest side is {longest} pixels, the format's limit {}",
                format.max_side()
            ),
        });
    }
    let image = fitted(photo.image(), format, options.depth);
    let (icc, exif) = metadata(photo, format);
    let quality = options.quality.clamp(1, 100);
    let mut bytes = Cursor::new(Vec::new());
    let written = match format {
        FileFormat::Png => write(PngEncoder::new(&mut bytes), &image, icc, exif),
        FileFormat::Jpeg => write(
            JpegEncoder::new_with_quality(&mut bytes, quality),
            &image,
            icc,
            exif,
        ),
        FileFormat::WebP => write(WebPEncoder::new_lossless(&mut bytes), &image, icc, exif),
        FileFormat::Tiff => write(TiffEncoder::new(&mut bytes), &image, icc, exif),
        FileFormat::Bmp => write(BmpEncoder::new(&mut bytes), &image, icc, exif),
    };
    written.map_err(|error| ImagingError::Encode {
        format,
        reason: error.to_string(),
    })?;
    Ok(bytes.into_inner())
}

/// The picture at the depth and with the channels the format will store.
fn fitted(
    image: &DynamicImage,
    format: FileFormat,
    wanted: Option<Depth>,
) -> Cow<'_, DynamicImage> {
    let depth = format.nearest_depth(wanted.unwrap_or(depth_of(image)));
    let found = channels_of(image);
    let channels = match (format, found) {
        (FileFormat::Jpeg, 2) => 1,
        (FileFormat::Jpeg, 4) => 3,
        (FileFormat::Tiff | FileFormat::Bmp, 2) => 4,
        (FileFormat::Tiff, 1) if depth == Depth::Float => 3,
        (_, found) => found,
    };
    if (depth, channels) == (depth_of(image), found) {
        return Cow::Borrowed(image);
    }
    Cow::Owned(converted(image, depth, channels))
}

/// The profile and EXIF block the format will hold.
fn metadata(photo: &Photo, format: FileFormat) -> (Option<Vec<u8>>, Option<Vec<u8>>) {
    let (icc_max, exif_max) = match format {
        FileFormat::Jpeg => (JPEG_ICC_MAX, JPEG_EXIF_MAX),
        _ => (usize::MAX, usize::MAX),
    };
    let keep = |block: Option<&[u8]>, held: bool, max: usize, what: &str| {
        let block = block?;
        if held && block.len() <= max {
            return Some(block.to_vec());
        }
        tracing::warn!(%format, bytes = block.len(), "the format cannot hold the {what}, which is left out");
        None
    };
    (
        keep(
            photo.icc_profile(),
            format.holds_profile(),
            icc_max,
            "colour profile",
        ),
        keep(photo.exif(), format.holds_exif(), exif_max, "EXIF block"),
    )
}

fn write(
    mut encoder: impl ImageEncoder,
    image: &DynamicImage,
    icc: Option<Vec<u8>>,
    exif: Option<Vec<u8>>,
) -> Result<(), ImageError> {
    if let Some(icc) = icc {
        encoder
            .set_icc_profile(icc)
            .map_err(ImageError::Unsupported)?;
    }
    if let Some(exif) = exif {
        encoder
            .set_exif_metadata(exif)
            .map_err(ImageError::Unsupported)?;
    }
    let color = ExtendedColorType::from(image.color());
    encoder.write_image(image.as_bytes(), image.width(), image.height(), color)
}
