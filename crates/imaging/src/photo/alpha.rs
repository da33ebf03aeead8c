//! Transparency that a restoration touches, and parts of photos as photos of their own.

use super::Photo;
use crate::{
    Mask,
    mask::{KEEP, RESTORE},
    sample::{Sample, converted, depth_of, with_samples},
};

impl Photo {
    /// The pixels that are not wholly opaque; `None` if there are none.
    #[must_use]
    pub fn holes(&self) -> Option<Mask> {
        if !self.has_alpha() {
            return None;
        }
        let data = with_samples!(self.image(), |samples, channels| see_through(
            samples, channels
        ));
        let mask = Mask::from_data(self.width(), self.height(), data).ok()?;
        (!mask.is_empty()).then_some(mask)
    }

    /// Makes every hole opaque that lies in `mask` as a whole: what was erased and then restored is
    /// there again. A transparent region that goes on beyond the mask, such as the surroundings of a
    /// cut-out, stays as it is.
    ///
    /// # Panics
    /// When the sizes differ.
    pub fn close_holes(&mut self, mask: &Mask) {
        let Some(holes) = self.holes() else { return };
        let filled = holes.enclosed_by(mask);
        with_samples!(mut &mut self.image, |samples, channels| {
            for (at, _) in filled.data().iter().enumerate().filter(|(_, b)| **b > 0) {
                close(&mut samples[at * channels..(at + 1) * channels]);
            }
        });
    }

    /// The photo as a layer: RGBA of its own depth, with `opacity` (one byte for each pixel, row by
    /// row) times its own alpha. Colours that nobody sees are zero.
    ///
    /// # Panics
    /// When `opacity` has not one byte for each pixel.
    #[must_use]
    pub fn layer(&self, opacity: &[u8]) -> Self {
        assert_eq!(
            opacity.len(),
            self.bounds().area(),
            "one byte for each pixel"
        );
        let mut image = converted(&self.image, depth_of(&self.image), 4);
        with_samples!(mut &mut image, |samples, channels| fade(
            samples, channels, opacity
        ));
        self.with_image(image)
    }

    /// The same photo with other pixels.
    fn with_image(&self, image: image::DynamicImage) -> Self {
        let mut photo = self.clone();
        photo.image = image;
        photo
    }
}

fn see_through<S: Sample>(samples: &[S], channels: usize) -> Vec<u8> {
    let pixels = samples.chunks_exact(channels);
    let open = |pixel: &[S]| {
        if pixel[channels - 1].to_unit() < 1.0 {
            RESTORE
        } else {
            KEEP
        }
    };
    pixels.map(open).collect()
}

fn close<S: Sample>(pixel: &mut [S]) {
    if let Some(alpha) = pixel.last_mut() {
        *alpha = S::from_unit(1.0);
    }
}

fn fade<S: Sample>(samples: &mut [S], channels: usize, opacity: &[u8]) {
    for (pixel, opacity) in samples.chunks_exact_mut(channels).zip(opacity) {
        let own = pixel[channels - 1].to_unit();
        pixel[channels - 1] = S::from_unit(own * f32::from(*opacity) / 255.0);
        if *opacity == 0 {
            pixel.fill(S::from_unit(0.0));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Rect, Value};

    /// Gray with a hole of 2 x 2 and a transparent right edge.
    fn holed() -> Photo {
        let mut rgba = [90, 90, 90, 255].repeat(8 * 6);
        for (x, y) in [(1, 1), (2, 1), (1, 2), (2, 2)] {
            rgba[4 * (y * 8 + x) + 3] = 0;
        }
        for y in 0..6 {
            rgba[4 * (y * 8 + 7) + 3] = 40;
        }
        Photo::from_rgba8(8, 6, &rgba).expect("the size fits")
    }

    #[test]
    fn a_hole_within_the_mask_is_closed_and_an_open_region_stays() {
        let mut photo = holed();
        assert_eq!(photo.holes().map(|h| h.count()), Some(4 + 6));
        let mut mask = Mask::new(8, 6);
        let _ = mask.fill_rect(Rect::new(1, 1, 2, 2), Value::Paint);
        let _ = mask.fill_rect(Rect::new(6, 2, 2, 2), Value::Paint);
        photo.close_holes(&mask);
        let left = photo.holes().expect("the edge is open");
        assert_eq!((left.count(), left.get(7, 2)), (6, 255));
        // A mask over half of a hole does not close it.
        let mut photo = holed();
        let _ = mask.fill_rect(Rect::new(1, 1, 1, 2), Value::Erase);
        photo.close_holes(&mask);
        assert_eq!(photo.holes().map(|h| h.count()), Some(4 + 6));
    }

    #[test]
    fn a_layer_is_clear_outside_and_a_crop_keeps_alpha() {
        let photo = holed();
        let mut opacity = vec![0; 48];
        (opacity[9], opacity[12]) = (255, 51);
        let layer = photo.layer(&opacity).rgba8(photo.bounds());
        assert_eq!(layer[4 * 9..4 * 10], [90, 90, 90, 0]);
        assert_eq!(layer[4 * 12..4 * 13], [90, 90, 90, 51]);
        assert!(layer[..4 * 9].iter().all(|byte| *byte == 0));
        let part = photo.cropped(Rect::new(1, 2, 7, 3));
        assert_eq!((part.width(), part.height()), (7, 3));
        assert_eq!(part.holes().map(|h| h.count()), Some(2 + 3));
    }
}
