//! Writing a restoration back into a photo, at the photo's full depth.

use crate::{
    Mask, Photo, Planar, Rect,
    sample::{Sample, luma, with_samples},
};

impl Photo {
    /// Writes `restored` at `at`, only where `mask` says restore.
    ///
    /// Every sample outside the mask, and alpha everywhere, stays bit-for-bit. Written values are
    /// clipped to `[0, 1]` and rounded to the photo's depth; a gray photo takes their Rec. 601 luma
    /// (equal channels keep their value). Of an `at` that hangs over the photo's edge, the
    /// overlapping part is written.
    ///
    /// # Panics
    /// When `restored` has not the size of `at`, or `mask` not the size of the photo: pixels would
    /// land in the wrong place.
    pub fn write_masked(&mut self, at: Rect, restored: &Planar, mask: &Mask) {
        assert_eq!(
            (restored.width, restored.height),
            (at.width, at.height),
            "the restored part must have the size of the place it goes to"
        );
        assert_eq!(
            mask.bounds(),
            self.bounds(),
            "the mask must have the size of the photo"
        );
        let Some(target) = at.intersection(self.bounds()) else {
            return;
        };
        let width = self.width();
        with_samples!(mut &mut self.image, |samples, channels| {
            for y in target.y..target.bottom() {
                for x in (target.x..target.right()).filter(|&x| mask.get(x, y) > 0) {
                    let from = (y - at.y) * at.width + (x - at.x);
                    let to = (y * width + x) * channels;
                    write_pixel(&mut samples[to..to + channels], restored, from);
                }
            }
        });
    }
}

impl Photo {
    /// Writes `restored` at `at`. Every sample outside of `at`, and alpha everywhere, stays bit-for-bit;
    /// written values are treated as by [`write_masked`](Self::write_masked).
    ///
    /// # Panics
    /// When `restored` has not the size of `at`, or `at` reaches outside the photo.
    pub fn write(&mut self, at: Rect, restored: &Planar) {
        assert_eq!(
            (restored.width, restored.height),
            (at.width, at.height),
            "the restored part must have the size of the place it goes to"
        );
        assert!(self.bounds().contains_rect(at), "a part of the photo");
        let width = self.width();
        with_samples!(mut &mut self.image, |samples, channels| {
            for y in 0..at.height {
                for x in 0..at.width {
                    let to = ((at.y + y) * width + at.x + x) * channels;
                    write_pixel(&mut samples[to..to + channels], restored, y * at.width + x);
                }
            }
        });
    }

    /// Mixes `restored` at `at` into the pixels of `original`: `weights` holds one byte for each
    /// pixel of `at`, 0 leaves a pixel as it is now, 255 takes the restored one. Where two
    /// restorations overlap, each is mixed with the original, and the last one stays.
    ///
    /// # Panics
    /// When sizes do not agree or `at` reaches outside the photo.
    pub fn blend(&mut self, at: Rect, restored: &Planar, weights: &[u8], original: &Self) {
        assert_eq!(self.bounds(), original.bounds(), "photos of one size");
        assert_eq!(weights.len(), at.area(), "one weight for each pixel");
        let mut mixed = original.planar(at);
        assert_eq!(mixed.bounds(), restored.bounds(), "a part of that size");
        let plane = at.area();
        for (i, (value, new)) in mixed.data.iter_mut().zip(&restored.data).enumerate() {
            let share = f32::from(weights[i % plane.max(1)]) / 255.0;
            *value += share * (new - *value);
        }
        let width = self.width();
        with_samples!(mut &mut self.image, |samples, channels| {
            for (from, _) in weights.iter().enumerate().filter(|(_, w)| **w > 0) {
                let (x, y) = (at.x + from % at.width, at.y + from / at.width);
                let to = (y * width + x) * channels;
                write_pixel(&mut samples[to..to + channels], &mixed, from);
            }
        });
    }
}

/// Stores pixel `from` of `restored` in the colour samples of `pixel`, leaving alpha alone.
pub(super) fn write_pixel<S: Sample>(pixel: &mut [S], restored: &Planar, from: usize) {
    let plane = restored.width * restored.height;
    let [red, green, blue] = [0, 1, 2].map(|channel| restored.data[channel * plane + from]);
    if pixel.len() <= 2 {
        pixel[0] = S::from_unit(luma(red.to_unit(), green.to_unit(), blue.to_unit()));
    } else {
        for (sample, value) in pixel.iter_mut().zip([red, green, blue]) {
            *sample = S::from_unit(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use image::{DynamicImage, GrayImage, Luma};

    use super::*;

    #[test]
    fn a_blend_is_a_weighted_mean_and_zero_weight_touches_nothing() {
        let image = GrayImage::from_pixel(4, 2, Luma([100]));
        let original = Photo::from_image(DynamicImage::ImageLuma8(image));
        let mut photo = original.clone();
        let restored = Planar::from_data(3, 1, vec![200.0 / 255.0; 9]).expect("the size fits");
        photo.blend(Rect::new(1, 1, 3, 1), &restored, &[0, 51, 255], &original);
        assert_eq!(
            photo.image().as_bytes(),
            [100, 100, 100, 100, 100, 100, 120, 200]
        );
        // Blending again does not add up.
        photo.blend(Rect::new(1, 1, 3, 1), &restored, &[0, 51, 0], &original);
        assert_eq!(photo.image().as_bytes()[6], 120);
    }

    #[test]
    fn a_part_is_written_at_its_place_and_cut_out_again() {
        let image = GrayImage::from_fn(5, 4, |x, y| Luma([(10 * y + x) as u8]));
        let mut photo = Photo::from_image(DynamicImage::ImageLuma8(image));
        let before = photo.clone();
        let at = Rect::new(1, 2, 3, 1);
        photo.write(
            at,
            &Planar::from_data(3, 1, vec![1.0; 9]).expect("the size fits"),
        );
        for y in 0..4 {
            for x in 0..5 {
                let byte = photo.image().as_bytes()[y * 5 + x];
                let expected = if at.contains(x, y) {
                    255
                } else {
                    (10 * y + x) as u8
                };
                assert_eq!(byte, expected, "({x}, {y})");
            }
        }
        let part = before.cropped(at);
        assert_eq!((part.width(), part.height()), (3, 1));
        assert_eq!(part.image().as_bytes(), [21, 22, 23]);
        assert!(part.is_gray());
    }
}
