//! What a file says about its picture beside the pixels, carried from the file that was opened into
//! the one that is saved, as far as its format can hold it.
//!
//! | | profile | EXIF | XMP | IPTC | comments | other texts | resolution |
//! | --- | --- | --- | --- | --- | --- | --- | --- |
//! | PNG | yes | yes | yes | no | yes | yes | yes |
//! | JPEG | yes | to 65,527 bytes | to 65,504 bytes | yes | yes | no | yes |
//! | WebP | yes | yes | yes | no | no | no | in EXIF |
//! | TIFF | yes | as tags | yes | yes | no | no | yes |
//! | BMP | no | no | no | no | no | no | yes |
//!
//! Blocks are carried as bytes, but for EXIF from and to TIFF, which is taken apart into its tags
//! (without a thumbnail). Extended XMP of JPEG files, BigTIFF's tags and gamma without a profile are
//! not read.

mod ifd;
pub(crate) mod jpeg;
mod png;
mod tiff;

use image::ImageDecoder;

use crate::{FileFormat, exif};

/// A JPEG segment holds 65,533 bytes, of which `Exif\0\0` takes six; the encoder does not check.
const JPEG_EXIF_MAX: usize = 65_533 - 6;
/// 255 segments of 65,533 bytes less their 14-byte headings.
const JPEG_ICC_MAX: usize = 255 * (65_533 - 14);

/// Pixels in an inch when printed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Resolution {
    /// Across, positive.
    pub x: f64,
    /// Down, positive.
    pub y: f64,
}

impl Resolution {
    /// `None` for what is no resolution.
    fn new(x: f64, y: f64) -> Option<Self> {
        let sound = |value: f64| (0.01..=1e6).contains(&value);
        (sound(x) && sound(y)).then_some(Self { x, y })
    }
}

/// A text under a keyword, as a chunk of a PNG file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Note {
    kind: [u8; 4],
    data: Vec<u8>,
}

/// The keyword that a JPEG comment gets, and an international text's four empty fields after it.
const COMMENT: &[u8] = b"Comment\0";
const PLAIN: &[u8] = &[0; 4];

impl Note {
    /// A JPEG comment; `None` for an empty one. What is no UTF-8 is taken for Latin-1.
    fn comment(text: &[u8]) -> Option<Self> {
        let latin = || text.iter().map(|byte| char::from(*byte)).collect();
        let text = std::str::from_utf8(text).map_or_else(|_| latin(), str::to_owned);
        let text = text.trim_end_matches('\0');
        let data = [COMMENT, PLAIN, text.as_bytes()].concat();
        let kind = *b"iTXt";
        (!text.is_empty()).then_some(Self { kind, data })
    }

    /// The text for a JPEG comment, if it is one and short enough.
    fn as_comment(&self) -> Option<Vec<u8>> {
        let text = self.data.strip_prefix(COMMENT)?;
        let text = match &self.kind {
            b"tEXt" => text.iter().map(|byte| char::from(*byte)).collect(),
            b"iTXt" => std::str::from_utf8(text.strip_prefix(PLAIN)?)
                .ok()?
                .to_owned(),
            _ => return None,
        };
        Some(text.into_bytes()).filter(|text: &Vec<u8>| text.len() <= jpeg::MOST_COMMENT)
    }
}

/// Everything beside the pixels.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Metadata {
    /// The ICC colour profile.
    pub(crate) icc: Option<Vec<u8>>,
    /// EXIF from its TIFF header on, upright.
    pub(crate) exif: Option<Vec<u8>>,
    /// An XMP packet.
    pub(crate) xmp: Option<Vec<u8>>,
    /// Photoshop's resources, one of which is IPTC.
    pub(crate) photoshop: Option<Vec<u8>>,
    /// Texts.
    pub(crate) notes: Vec<Note>,
    /// For printing.
    pub(crate) resolution: Option<Resolution>,
}

impl Metadata {
    /// What a file says, with its profile, EXIF and XMP as the decoder has them. Damaged parts are
    /// left out with a line in the log: they are no reason to refuse the picture.
    pub(crate) fn read(
        bytes: &[u8],
        format: FileFormat,
        name: &str,
        decoder: &mut dyn ImageDecoder,
    ) -> Self {
        let sound = |what: &str, block: image::ImageResult<Option<Vec<u8>>>| {
            let block = block.unwrap_or_else(|error| {
                tracing::warn!(name, %error, "{what} cannot be read and is left out");
                None
            });
            block.filter(|block| !block.is_empty())
        };
        let mut found = match format {
            FileFormat::Png => png::read(bytes),
            FileFormat::Jpeg => jpeg::read(bytes),
            FileFormat::Tiff => tiff::read(bytes),
            FileFormat::Bmp => Self {
                resolution: bmp_resolution(bytes),
                ..Self::default()
            },
            FileFormat::WebP => Self::default(),
        };
        found.icc = sound("the colour profile", decoder.icc_profile());
        found.xmp = sound("the XMP packet", decoder.xmp_metadata());
        if format != FileFormat::Tiff {
            found.exif = sound("the EXIF block", decoder.exif_metadata());
        }
        found
    }

    /// Turns EXIF upright, and tells how it stood. Cameras write the resolution only there.
    pub(crate) fn upright(&mut self) -> Option<image::metadata::Orientation> {
        let (block, orientation) = exif::normalized(self.exif.take()?);
        let printed = self.resolution.or_else(|| tiff::resolution(&block));
        self.resolution = printed;
        self.exif = Some(block).filter(|block| !block.is_empty());
        orientation
    }

    /// What a file in `format` will hold.
    pub(crate) fn kept_by(&self, format: FileFormat) -> Self {
        let mut kept = self.clone();
        let jpeg = format == FileFormat::Jpeg;
        let most = |of_jpeg: usize| if jpeg { of_jpeg } else { usize::MAX };
        kept.icc
            .take_if(|block| !format.holds_profile() || block.len() > most(JPEG_ICC_MAX));
        kept.exif
            .take_if(|block| !format.holds_exif() || block.len() > most(JPEG_EXIF_MAX));
        kept.xmp
            .take_if(|block| !format.holds_exif() || block.len() > most(jpeg::MOST_XMP));
        match format {
            FileFormat::Png => kept.photoshop = None,
            FileFormat::Jpeg => kept.notes.retain(|note| note.as_comment().is_some()),
            FileFormat::Tiff => {
                kept.exif.take_if(|block| !tiff::is_readable(block));
                kept.notes.clear();
            }
            FileFormat::WebP => {
                (kept.photoshop, kept.notes) = (None, Vec::new());
                kept.resolution = kept.exif.as_deref().and_then(tiff::resolution);
            }
            FileFormat::Bmp => (kept.photoshop, kept.notes) = (None, Vec::new()),
        }
        kept
    }

    /// Chunks that a PNG file gets before its pixels.
    pub(crate) fn png_chunks(&self) -> Vec<([u8; 4], Vec<u8>)> {
        let packet = self.xmp.as_deref().map(|xmp| (*b"iTXt", png::xmp(xmp)));
        let notes = self.notes.iter().map(|note| (note.kind, note.data.clone()));
        notes.chain(packet).collect()
    }

    /// The resolution for a PNG file.
    pub(crate) fn pixel_dims(&self) -> Option<::png::PixelDimensions> {
        self.resolution.as_ref().map(png::pixel_dims)
    }

    /// Puts into a file what its encoder does not write itself. `None` when it would be too long.
    pub(crate) fn add_to(&self, mut file: Vec<u8>, format: FileFormat) -> Option<Vec<u8>> {
        match format {
            FileFormat::Jpeg => Some(jpeg::write(file, self)),
            FileFormat::Tiff => tiff::write(file, self),
            FileFormat::Bmp => {
                if let (Some(resolution), Some(place)) = (&self.resolution, file.get_mut(BMP)) {
                    let dims = png::pixel_dims(resolution);
                    place[..4].copy_from_slice(&dims.xppu.to_le_bytes());
                    place[4..].copy_from_slice(&dims.yppu.to_le_bytes());
                }
                Some(file)
            }
            FileFormat::Png | FileFormat::WebP => Some(file),
        }
    }
}

/// Where the header of a bitmap has its pixels in a metre, across and down.
const BMP: std::ops::Range<usize> = 38..46;

fn bmp_resolution(file: &[u8]) -> Option<Resolution> {
    // Older headers are too short to have it.
    let header = u32::from_le_bytes(*file.get(14..18)?.first_chunk()?);
    let number = |at: usize| {
        let bytes = file.get(at..at + 4)?.first_chunk()?;
        Some(f64::from(u32::from_le_bytes(*bytes)) * 0.0254)
    };
    (header >= 40).then_some(())?;
    Resolution::new(number(BMP.start)?, number(BMP.start + 4)?)
}
