//! What a file says about its picture beside the pixels, carried from the file that was opened into
//! the one that is saved, as far as its format can hold it.
//!
//! | | profile | EXIF | XMP | IPTC | comments | other texts | resolution | PNG's colour chunks |
//! | --- | --- | --- | --- | --- | --- | --- | --- | --- |
//! | PNG | yes | yes | yes | no | yes | yes | yes | yes |
//! | JPEG | yes | to 65,527 bytes | to 65,504 bytes | yes | yes | no | yes | no |
//! | WebP | yes | yes | yes | no | no | no | in EXIF | no |
//! | TIFF | yes | as tags | yes | yes | no | no | yes | no |
//! | BMP | no | no | no | no | no | no | yes | no |
//!
//! Blocks are carried as bytes, but for EXIF from and to TIFF, which is taken apart into its tags.
//! What would be wrong in the new file is corrected: see the modules `exif` and `xmp`. No block is
//! longer than [`MOST`]: a short file can hold a compressed one that fills the memory.

pub(crate) mod bmp;
mod boxes;
mod color;
pub(crate) mod heif;
pub(crate) mod ifd;
pub(crate) mod jpeg;
pub(crate) mod jxl;
mod note;
mod photoshop;
pub(crate) mod png;
pub(crate) mod said;
pub(crate) mod tiff;
pub(crate) mod webp;

pub(crate) use color::ColorChunk;
pub use color::ColorChunks;
pub(crate) use note::Note;
pub(crate) use said::Said;

use crate::{FileFormat, exif, xmp};

/// The longest profile, packet or text that is read, and the most that all texts take together.
pub(crate) const MOST: usize = 16 << 20;
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
    /// What a PNG file said of its colours beside a profile.
    pub(crate) color: Vec<ColorChunk>,
}

impl Metadata {
    /// What a file in `format` will hold, whose pixels are gray or not. A profile for gray means
    /// nothing beside colours.
    pub(crate) fn kept_by(&self, format: FileFormat, gray: bool) -> Self {
        let mut kept = self.clone();
        let jpeg = format == FileFormat::Jpeg;
        let most = |of_jpeg: usize| if jpeg { of_jpeg } else { usize::MAX };
        kept.icc.take_if(|block| {
            !format.holds_profile()
                || block.len() > most(JPEG_ICC_MAX)
                || (is_for_gray(block) && !gray)
        });
        kept.exif
            .take_if(|block| !format.holds_exif() || block.len() > most(JPEG_EXIF_MAX));
        kept.xmp
            .take_if(|block| !format.holds_exif() || block.len() > most(jpeg::MOST_XMP));
        if format != FileFormat::Png {
            kept.color.clear();
        }
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

    /// With the size that the picture has now, wherever a size is said.
    pub(crate) fn sized(mut self, size: (u32, u32)) -> Self {
        self.exif = self.exif.map(|block| exif::sized(block, size));
        self.xmp = self.xmp.map(|packet| xmp::sized(packet, size));
        self
    }

    /// Chunks that a PNG file gets before its pixels, which have so many channels and bits.
    pub(crate) fn png_chunks(&self, channels: usize, bits: u8) -> Vec<([u8; 4], Vec<u8>)> {
        let color = self.color.iter();
        let color = color.filter_map(|chunk| chunk.for_pixels(channels, bits));
        let packet = self.xmp.as_deref().map(|xmp| (*b"iTXt", png::xmp(xmp)));
        let notes = self.notes.iter().map(|note| (note.kind, note.data.clone()));
        color.chain(notes).chain(packet).collect()
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
                if let Some(resolution) = &self.resolution {
                    bmp::put_resolution(&mut file, resolution);
                }
                Some(file)
            }
            FileFormat::Png | FileFormat::WebP => Some(file),
        }
    }
}

/// Whether a profile is for one gray channel (ICC.1:2022, section 7.2: the colour space of data).
fn is_for_gray(profile: &[u8]) -> bool {
    profile.get(16..20) == Some(b"GRAY")
}
