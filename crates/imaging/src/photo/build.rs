//! Making photos from numbers instead of files.

use image::DynamicImage;

use super::write::write_pixel;
use crate::{
    Depth, ImagingError, JpegFacts, Photo, Planar, Rect,
    metadata::Metadata,
    planar::resized_plane,
    sample::{Sample, converted, with_samples},
};

impl Photo {
    /// A new photo of `restored`'s size with this one's depth, gray or colour, alpha, further
    /// channels, metadata and format. Values are clipped to `[0, 1]`; gray takes the Rec. 601 luma; alpha is kept
    /// bit-for-bit when the size is the same and resampled (Lanczos) when it is not.
    ///
    /// # Panics
    /// When `restored` has no pixels.
    pub fn with_pixels(&self, restored: &Planar) -> Self {
        let size = (self.width(), self.height());
        let image = with_samples!(&self.image, |samples, channels| rebuilt(
            samples, channels, size, restored
        ));
        let new = (restored.width, restored.height);
        Self {
            image,
            extra: self
                .extra
                .iter()
                .map(|plane| plane.resized(size, new))
                .collect(),
            associated: self.associated,
            metadata: self.metadata.clone(),
            left: self.left.clone(),
            format: self.format,
            jpeg: JpegFacts::default(),
            cut_short: false,
        }
    }

    /// The part under `part` as a photo of its own, of the same kind, with this one's metadata and format.
    ///
    /// # Panics
    /// When `part` is empty or reaches outside the photo.
    pub fn cropped(&self, part: Rect) -> Self {
        assert!(
            !part.is_empty() && self.bounds().contains_rect(part),
            "a part of the photo"
        );
        let [x, y] = [part.x, part.y].map(side);
        Self {
            image: self
                .image
                .crop_imm(x, y, side(part.width), side(part.height)),
            extra: self
                .extra
                .iter()
                .map(|extra| extra.cropped(part, self.width()))
                .collect(),
            jpeg: JpegFacts::default(),
            cut_short: false,
            ..self.clone()
        }
    }

    /// As [`Photo::with_pixels`], in colour: a gray photo becomes an RGB one of its depth, and its
    /// date, XMP, resolution and alpha stay. A profile for gray cannot be saved with it, which
    /// [`losses`](crate::losses) says.
    ///
    /// # Panics
    /// When `restored` has no pixels.
    pub fn with_color_pixels(&self, restored: &Planar) -> Self {
        if !self.is_gray() {
            return self.with_pixels(restored);
        }
        let channels = if self.has_alpha() { 4 } else { 3 };
        let photo = Self {
            image: converted(&self.image, self.depth(), channels),
            ..self.clone()
        };
        photo.with_pixels(restored)
    }

    /// An opaque RGB photo without metadata. Values are clipped to `[0, 1]`.
    ///
    /// # Panics
    /// When `picture` has no pixels.
    pub fn from_planar(picture: &Planar, depth: Depth) -> Self {
        let blank = match depth {
            Depth::Eight => u8::into_image(1, 1, 3, vec![0; 3]),
            Depth::Sixteen => u16::into_image(1, 1, 3, vec![0; 3]),
            Depth::Float => f32::into_image(1, 1, 3, vec![0.0; 3]),
        };
        Self::from_image(blank.expect("RGB exists at every depth")).with_pixels(picture)
    }

    /// An 8-bit photo from packed RGBA, such as the clipboard holds; a wholly opaque one becomes RGB.
    ///
    /// # Errors
    /// [`ImagingError::Empty`] when a side is zero, [`ImagingError::SizeMismatch`] when `data` does
    /// not hold `4 * width * height` bytes.
    pub fn from_rgba8(width: usize, height: usize, data: &[u8]) -> Result<Self, ImagingError> {
        if width == 0 || height == 0 {
            return Err(ImagingError::Empty {
                name: "the pasted picture".to_owned(),
            });
        }
        let expected = width.saturating_mul(height).saturating_mul(4);
        if data.len() != expected {
            return Err(ImagingError::SizeMismatch {
                what: "an RGBA picture's data, in bytes",
                expected,
                found: data.len(),
            });
        }
        let pixels = data.chunks_exact(4);
        let image = if pixels.clone().all(|pixel| pixel[3] == u8::MAX) {
            let samples = pixels
                .flat_map(|pixel| [pixel[0], pixel[1], pixel[2]])
                .collect();
            u8::into_image(side(width), side(height), 3, samples)
        } else {
            u8::into_image(side(width), side(height), 4, data.to_vec())
        };
        Ok(Self::from_image(
            image.expect("the number of samples was checked"),
        ))
    }

    /// A photo without metadata. `image` must have pixels.
    pub(crate) fn from_image(image: DynamicImage) -> Self {
        Self {
            image,
            extra: Vec::new(),
            associated: false,
            metadata: Metadata::default(),
            left: Vec::new(),
            format: None,
            jpeg: JpegFacts::default(),
            cut_short: false,
        }
    }
}

fn rebuilt<S: Sample>(
    samples: &[S],
    channels: usize,
    size: (usize, usize),
    restored: &Planar,
) -> DynamicImage {
    let (width, height) = (restored.width, restored.height);
    assert!(width > 0 && height > 0, "a photo has at least one pixel");
    let mut out = vec![S::from_unit(0.0); width * height * channels];
    for (from, pixel) in out.chunks_exact_mut(channels).enumerate() {
        write_pixel(pixel, restored, from);
    }
    if channels.is_multiple_of(2) {
        let alpha = samples.iter().skip(channels - 1).step_by(channels).copied();
        let alpha: Vec<S> = if (width, height) == size {
            alpha.collect()
        } else {
            let plane: Vec<f32> = alpha.map(S::to_unit).collect();
            resized_plane(&plane, size, (width, height))
                .into_iter()
                .map(S::from_unit)
                .collect()
        };
        for (pixel, alpha) in out.chunks_exact_mut(channels).zip(alpha) {
            pixel[channels - 1] = alpha;
        }
    }
    S::into_image(side(width), side(height), channels, out)
        .expect("the layout is that of an existing photo")
}

fn side(pixels: usize) -> u32 {
    u32::try_from(pixels).expect("a picture that fits memory has 32-bit sides")
}
