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
