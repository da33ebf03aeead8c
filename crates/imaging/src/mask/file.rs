//! Masks as pictures: made in another program, or kept for later.

use std::path::Path;

use image::{DynamicImage, GrayImage};

use super::{KEEP, Mask, RESTORE};
use crate::{
    FileFormat, ImagingError, Photo, SaveOptions,
    sample::{Sample, luma, with_samples},
    save,
};

impl Mask {
    /// Reads any picture as a mask: a pixel is to be restored when its Rec. 601 luma, rounded to 8
    /// bits, is at least 128. A picture of one single colour whose alpha varies (an erased layer, a
    /// cut-out) is read by its alpha instead.
    ///
    /// # Errors
    /// As [`Photo::open`].
    pub fn open(path: &Path) -> Result<Self, ImagingError> {
        Photo::open(path).map(|photo| Self::from_photo(&photo))
    }

    /// A photo's pixels as a mask, by the rule of [`Mask::open`].
    pub fn from_photo(photo: &Photo) -> Self {
        let data = with_samples!(photo.image(), |samples, channels| thresholded(
            samples, channels
        ));
        Self {
            width: photo.width(),
            height: photo.height(),
            data,
        }
    }

    /// Saves the mask as an 8-bit gray picture, white where to restore, in the format the extension
    /// names. [`Mask::open`] reads it back exactly.
    ///
    /// # Errors
    /// [`ImagingError::Unsupported`] for JPEG, which would blur the mask's edges, and for unknown
    /// extensions; [`ImagingError::Empty`] for a mask without pixels; else as [`save`](crate::save).
    pub fn save(&self, path: &Path) -> Result<(), ImagingError> {
        let name = path.display().to_string();
        if FileFormat::from_path(path)? == FileFormat::Jpeg {
            return Err(ImagingError::Unsupported {
                name,
                reason: "JPEG would blur the mask's edges; save it as PNG".to_owned(),
            });
        }
        save::save(&self.picture(name)?, path, &SaveOptions::default())
    }

    /// The bytes of a PNG file of the mask, as [`Mask::save`] would write it.
    ///
    /// # Errors
    /// [`ImagingError::Empty`] for a mask without pixels.
    pub fn to_png(&self) -> Result<Vec<u8>, ImagingError> {
        let picture = self.picture("the mask".to_owned())?;
        save::encode(&picture, FileFormat::Png, &SaveOptions::default())
    }

    /// The mask as an 8-bit gray picture; `name` is for the message about one without pixels.
    fn picture(&self, name: String) -> Result<Photo, ImagingError> {
        if self.bounds().is_empty() {
            return Err(ImagingError::Empty { name });
        }
        let side = |pixels: usize| {
            u32::try_from(pixels).expect("a mask that fits memory has 32-bit sides")
        };
        let image = GrayImage::from_raw(side(self.width), side(self.height), self.data.clone())
            .expect("a mask holds one byte per pixel");
        Ok(Photo::from_image(DynamicImage::ImageLuma8(image)))
    }
}

fn thresholded<S: Sample + PartialEq>(samples: &[S], channels: usize) -> Vec<u8> {
    let alpha = channels - 1;
    let first = &samples[..channels];
    let by_alpha = channels.is_multiple_of(2)
        && samples
            .chunks_exact(channels)
            .all(|pixel| pixel[..alpha] == first[..alpha])
        && samples
            .chunks_exact(channels)
            .any(|pixel| pixel[alpha] != first[alpha]);
    let level = |pixel: &[S]| {
        if by_alpha {
            pixel[alpha].to_unit()
        } else if channels <= 2 {
            pixel[0].to_unit()
        } else {
            luma(pixel[0].to_unit(), pixel[1].to_unit(), pixel[2].to_unit())
        }
    };
    samples
        .chunks_exact(channels)
        .map(|pixel| {
            if u8::from_unit(level(pixel)) >= 128 {
                RESTORE
            } else {
                KEEP
            }
        })
        .collect()
}
