//! Turning a photo into a file's bytes, and putting them on disk.
//!
//! What a format cannot hold is converted or left out: deeper samples are rounded to the deepest the
//! format holds, alpha is blended over white for JPEG, and see the module `metadata` for the rest.
//! [`losses`](crate::losses) tells it beforehand. Gray stays gray in PNG, JPEG and TIFF; TIFF stores
//! gray floats as colour with equal channels, and WebP and BMP files are always read back as colour.

mod tiff;

use std::{borrow::Cow, io::Cursor, path::Path};

use image::{
    DynamicImage, ExtendedColorType, ImageEncoder,
    codecs::{
        bmp::BmpEncoder,
        jpeg::{JpegEncoder, PixelDensity, PixelDensityUnit},
    },
};

use crate::{
    Depth, FileFormat, ImagingError, Photo, atomic,
    metadata::Metadata,
    sample::{channels_of, converted, depth_of},
};

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
    let gray = stays_gray(photo, format, options.depth);
    let size = (photo.image().width(), photo.image().height());
    let metadata = photo.metadata().kept_by(format, gray).sized(size);
    let refused = |reason: String| ImagingError::Encode { format, reason };
    let bytes = match format {
        FileFormat::Png => png(&image, &metadata),
        FileFormat::Jpeg => jpeg(&image, &metadata, options.quality.clamp(1, 100)),
        FileFormat::WebP => webp(&image, &metadata),
        FileFormat::Tiff => tiff::written(&image, photo),
        FileFormat::Bmp => bmp(&image),
    }
    .map_err(|error| refused(error.to_string()))?;
    metadata
        .add_to(bytes, format)
        .ok_or_else(|| refused("it would be longer than 4 GiB".to_owned()))
}

/// The picture at the depth and with the channels the format will store.
fn fitted(
    image: &DynamicImage,
    format: FileFormat,
    wanted: Option<Depth>,
) -> Cow<'_, DynamicImage> {
    let depth = format.nearest_depth(wanted.unwrap_or(depth_of(image)));
    let found = channels_of(image);
    let channels = stored_channels(found, format, depth);
    if (depth, channels) == (depth_of(image), found) {
        return Cow::Borrowed(image);
    }
    Cow::Owned(converted(image, depth, channels))
}

/// Channels in the file of a picture with so many.
fn stored_channels(found: usize, format: FileFormat, depth: Depth) -> usize {
    match (format, found) {
        (FileFormat::Jpeg, 2) => 1,
        (FileFormat::Jpeg, 4) => 3,
        (FileFormat::Bmp, 2) => 4,
        (FileFormat::Tiff, 1 | 2) if depth == Depth::Float => found + 2,
        (_, found) => found,
    }
}

/// Whether a photo's file will be read back as gray.
pub(crate) fn stays_gray(photo: &Photo, format: FileFormat, wanted: Option<Depth>) -> bool {
    let depth = format.nearest_depth(wanted.unwrap_or(photo.depth()));
    let channels = stored_channels(channels_of(photo.image()), format, depth);
    let always_color = matches!(format, FileFormat::WebP | FileFormat::Bmp);
    channels <= 2 && !always_color
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn bmp(image: &DynamicImage) -> Result<Vec<u8>, Failure> {
    let mut bytes = Cursor::new(Vec::new());
    write(BmpEncoder::new(&mut bytes), image)?;
    Ok(bytes.into_inner())
}

fn write(encoder: impl ImageEncoder, image: &DynamicImage) -> Result<(), image::ImageError> {
    let color = ExtendedColorType::from(image.color());
    encoder.write_image(image.as_bytes(), image.width(), image.height(), color)
}

fn jpeg(image: &DynamicImage, metadata: &Metadata, quality: u8) -> Result<Vec<u8>, Failure> {
    let mut bytes = Cursor::new(Vec::new());
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, quality);
    if let Some(resolution) = &metadata.resolution {
        // `as` saturates.
        let number = |value: f64| (value.round() as u16).max(1);
        encoder.set_pixel_density(PixelDensity {
            density: (number(resolution.x), number(resolution.y)),
            unit: PixelDensityUnit::Inches,
        });
    }
    if let Some(icc) = &metadata.icc {
        encoder.set_icc_profile(icc.clone())?;
    }
    if let Some(exif) = &metadata.exif {
        encoder.set_exif_metadata(exif.clone())?;
    }
    write(encoder, image)?;
    Ok(bytes.into_inner())
}

/// As `image` writes it, with the chunks that it does not.
fn png(image: &DynamicImage, metadata: &Metadata) -> Result<Vec<u8>, Failure> {
    use png::{BitDepth, ColorType, Compression, Encoder, Filter, Info, chunk::ChunkType};
    let mut info = Info::with_size(image.width(), image.height());
    info.icc_profile = metadata.icc.as_deref().map(Cow::Borrowed);
    info.exif_metadata = metadata.exif.as_deref().map(Cow::Borrowed);
    info.pixel_dims = metadata.pixel_dims();
    let mut bytes = Vec::new();
    let mut encoder = Encoder::with_info(&mut bytes, info)?;
    encoder.set_color(match channels_of(image) {
        1 => ColorType::Grayscale,
        2 => ColorType::GrayscaleAlpha,
        3 => ColorType::Rgb,
        _ => ColorType::Rgba,
    });
    let deep = depth_of(image) == Depth::Sixteen;
    encoder.set_depth(if deep {
        BitDepth::Sixteen
    } else {
        BitDepth::Eight
    });
    encoder.set_compression(Compression::Fast);
    encoder.set_filter(Filter::Adaptive);
    let mut writer = encoder.write_header()?;
    let bits = if deep { 16 } else { 8 };
    for (kind, data) in metadata.png_chunks(channels_of(image), bits) {
        writer.write_chunk(ChunkType(kind), &data)?;
    }
    match image {
        // PNG has the high byte first.
        image if deep => writer.write_image_data(&big_endian(image.as_bytes()))?,
        image => writer.write_image_data(image.as_bytes())?,
    }
    writer.finish()?;
    Ok(bytes)
}

/// 16-bit samples in this machine's order with their high bytes first.
fn big_endian(samples: &[u8]) -> Vec<u8> {
    samples
        .chunks_exact(2)
        .flat_map(|pair| u16::from_ne_bytes([pair[0], pair[1]]).to_be_bytes())
        .collect()
}

fn webp(image: &DynamicImage, metadata: &Metadata) -> Result<Vec<u8>, Failure> {
    use image_webp::{ColorType, WebPEncoder};
    let mut bytes = Vec::new();
    let mut encoder = WebPEncoder::new(&mut bytes);
    encoder.set_icc_profile(metadata.icc.clone().unwrap_or_default());
    encoder.set_exif_metadata(metadata.exif.clone().unwrap_or_default());
    encoder.set_xmp_metadata(metadata.xmp.clone().unwrap_or_default());
    let color = match channels_of(image) {
        1 => ColorType::L8,
        2 => ColorType::La8,
        3 => ColorType::Rgb8,
        _ => ColorType::Rgba8,
    };
    encoder.encode(image.as_bytes(), image.width(), image.height(), color)?;
    Ok(bytes)
}
