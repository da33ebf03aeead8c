//! A photograph: pixels as they were stored, and what came with them.
//!
//! Invariants: the pixels are upright; the sides are at least 1; depth, gray or colour, and alpha
//! are those of the file. Reading gives display-ready numbers; writing goes through a mask.
//! No colour management happens here: numbers are taken as sRGB-encoded, and the profile is kept
//! beside them so that a saved file means what the opened one did.

mod alpha;
mod build;
mod decode;
mod extra;
mod guard;
mod write;

pub(crate) use extra::Extra;

use image::DynamicImage;

use crate::{
    Depth, FileFormat, JpegFacts, Loss, Planar, Rect, Resolution,
    metadata::Metadata,
    sample::{Sample, channels_of, depth_of, with_samples},
};

/// A photograph in memory.
#[derive(Clone)]
pub struct Photo {
    image: DynamicImage,
    extra: Vec<Extra>,
    associated: bool,
    metadata: Metadata,
    left: Vec<Loss>,
    format: Option<FileFormat>,
    jpeg: JpegFacts,
    cut_short: bool,
}

impl Photo {
    /// Columns.
    pub fn width(&self) -> usize {
        self.image.width() as usize
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.image.height() as usize
    }

    /// The whole photo as a rectangle.
    pub fn bounds(&self) -> Rect {
        Rect::new(0, 0, self.width(), self.height())
    }

    /// Bits per sample.
    pub fn depth(&self) -> Depth {
        depth_of(&self.image)
    }

    /// Whether the photo has one gray channel instead of three colours.
    pub fn is_gray(&self) -> bool {
        channels_of(&self.image) <= 2
    }

    /// Whether the photo has an alpha channel.
    pub fn has_alpha(&self) -> bool {
        channels_of(&self.image).is_multiple_of(2)
    }

    /// How many channels the file has that are neither colour nor alpha, such as a film scanner's
    /// infrared: see [`Mask::from_infrared`](crate::Mask::from_infrared). They are carried along
    /// untouched and saved in TIFF files.
    pub fn extra_channels(&self) -> usize {
        self.extra.len()
    }

    pub(crate) fn extra(&self) -> &[Extra] {
        &self.extra
    }

    /// Whether the file's colours were multiplied by its alpha. Here they are not; in a TIFF file
    /// they will be again.
    pub(crate) const fn is_associated(&self) -> bool {
        self.associated
    }

    /// What the file has and the photo has not, whatever format it is saved in.
    pub(crate) fn left(&self) -> &[Loss] {
        &self.left
    }

    /// The format the photo was read from; `None` when it was made in memory, or read from a format
    /// that is not written.
    pub const fn format(&self) -> Option<FileFormat> {
        self.format
    }

    /// The ICC colour profile, byte for byte as in the file.
    pub fn icc_profile(&self) -> Option<&[u8]> {
        self.metadata.icc.as_deref()
    }

    /// The EXIF block from its TIFF header on, with the orientation set to upright.
    pub fn exif(&self) -> Option<&[u8]> {
        self.metadata.exif.as_deref()
    }

    /// The XMP packet, as text in UTF-8.
    pub fn xmp(&self) -> Option<&[u8]> {
        self.metadata.xmp.as_deref()
    }

    /// Photoshop's resources, one of which is IPTC.
    pub fn photoshop(&self) -> Option<&[u8]> {
        self.metadata.photoshop.as_deref()
    }

    /// Pixels in an inch when printed.
    pub const fn resolution(&self) -> Option<Resolution> {
        self.metadata.resolution
    }

    /// How the JPEG file was compressed that the photo was read from; nothing is known of others,
    /// nor of pixels that were written since.
    pub const fn jpeg(&self) -> JpegFacts {
        self.jpeg
    }

    /// Whether a part of the picture is missing from the file: see [`Photo::open_what_is_there`].
    pub const fn is_cut_short(&self) -> bool {
        self.cut_short
    }

    pub(crate) const fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// The pixels as they are stored.
    pub const fn image(&self) -> &DynamicImage {
        &self.image
    }

    /// Whether size, depth, channels and every bit of every sample agree. Metadata is not compared.
    pub fn pixels_equal(&self, other: &Self) -> bool {
        self.image.color() == other.image.color()
            && self.bounds() == other.bounds()
            && self.image.as_bytes() == other.image.as_bytes()
    }

    /// The part under `rect` as planar RGB in `[0, 1]`: `[3, rect.height, rect.width]`.
    /// Gray is repeated in all three planes, alpha is left out, floats beyond the range are clipped.
    ///
    /// # Panics
    /// When `rect` reaches outside the photo.
    pub fn planar(&self, rect: Rect) -> Planar {
        self.check(rect);
        let width = self.width();
        with_samples!(&self.image, |samples, channels| {
            let offsets = if channels <= 2 { [0, 0, 0] } else { [0, 1, 2] };
            let mut data = Vec::with_capacity(3 * rect.area());
            for offset in offsets {
                for y in rect.y..rect.bottom() {
                    let row = &samples
                        [(y * width + rect.x) * channels..(y * width + rect.right()) * channels];
                    data.extend(
                        row.chunks_exact(channels)
                            .map(|pixel| pixel[offset].to_unit()),
                    );
                }
            }
            Planar {
                width: rect.width,
                height: rect.height,
                data,
            }
        })
    }

    /// The part under `rect` for display: packed 8-bit RGBA, `4 * rect.area()` bytes, alpha 255
    /// unless the photo has alpha (then straight, not premultiplied).
    ///
    /// # Panics
    /// When `rect` reaches outside the photo.
    pub fn rgba8(&self, rect: Rect) -> Vec<u8> {
        self.check(rect);
        let width = self.width();
        with_samples!(&self.image, |samples, channels| {
            let mut out = vec![u8::MAX; 4 * rect.area()];
            let rows = out.chunks_exact_mut(4 * rect.width.max(1));
            for (y, out) in (rect.y..rect.bottom()).zip(rows) {
                let row = &samples
                    [(y * width + rect.x) * channels..(y * width + rect.right()) * channels];
                rgba_row(row, channels, out);
            }
            out
        })
    }

    fn check(&self, rect: Rect) {
        assert!(
            self.bounds().contains_rect(rect),
            "the rectangle {rect:?} reaches outside the photo {:?}",
            self.bounds()
        );
    }
}

/// A row of interleaved samples as packed 8-bit RGBA; what has no alpha leaves that of `out`.
fn rgba_row<S: Sample>(row: &[S], channels: usize, out: &mut [u8]) {
    let gray = channels <= 2;
    for (pixel, out) in row.chunks_exact(channels).zip(out.chunks_exact_mut(4)) {
        let color = if gray { [0, 0, 0] } else { [0, 1, 2] };
        for (out, channel) in out.iter_mut().zip(color) {
            *out = pixel[channel].to_byte();
        }
        if channels.is_multiple_of(2) {
            out[3] = pixel[channels - 1].to_byte();
        }
    }
}

impl std::fmt::Debug for Photo {
    /// Without the pixels: millions of numbers help nobody.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Photo")
            .field("width", &self.width())
            .field("height", &self.height())
            .field("color", &self.image.color())
            .field("format", &self.format)
            .field("icc_bytes", &self.icc_profile().map(<[u8]>::len))
            .field("exif_bytes", &self.exif().map(<[u8]>::len))
            .finish()
    }
}
