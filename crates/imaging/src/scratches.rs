//! Proposing a mask from thin bright or dark structures: scratches, hairs, creases, dust.
//!
//! A scratch covers less than half of any square somewhat larger than its width, so the median
//! under the square is what the picture would be without it (Tukey 1977); slopes and edges are
//! their own median. Texture differs from its median too, so a pixel must exceed a multiple of the
//! mean difference around it, and patches must be long. The proposal is meant to be looked at and
//! corrected: hair and twigs are thin as well, and broad things differ from their median
//! where they bend.

mod margin;
mod median;
mod patches;
mod surroundings;

use crate::{Mask, Photo};

/// Which thin structures are damage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ScratchTone {
    /// Brighter than their surroundings, such as scratches on a print.
    Bright,
    /// Darker, such as hairs and pen strokes.
    Dark,
    /// Both.
    #[default]
    Both,
}

/// What to look for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScratchSearch {
    /// The widest structure, in pixels; 1 to [`ScratchSearch::WIDEST`].
    pub width: usize,
    /// The shortest, in pixels: smaller patches are left alone.
    pub length: usize,
    /// How faint a structure may be, 0 (only the plainest) to 1.
    pub sensitivity: f32,
    /// Brighter, darker or both.
    pub tone: ScratchTone,
}

impl Default for ScratchSearch {
    fn default() -> Self {
        Self {
            width: 6,
            length: 24,
            sensitivity: 0.5,
            tone: ScratchTone::Both,
        }
    }
}

impl ScratchSearch {
    /// The widest structure that can be looked for, in pixels.
    pub const WIDEST: usize = 32;
    /// Fainter differences, in 8-bit levels, are never damage: one rounding step is not a scratch.
    const FAINTEST: f32 = 4.0;

    /// How many times the mean difference around it a pixel must reach: 12 down to 2.5, in equal
    /// ratios.
    fn contrast(&self) -> f32 {
        let strict = 1.0 - self.sensitivity.clamp(0.0, 1.0);
        2.5 * (12.0_f32 / 2.5).powf(strict)
    }

    /// The proposed mask, of the photo's size. Works on 8-bit brightness; linear in the number of
    /// pixels whatever the width, with about five bytes of memory for each.
    #[must_use]
    pub fn propose(&self, photo: &Photo) -> Mask {
        let size = (photo.width(), photo.height());
        let luma = photo.image().to_luma8().into_raw();
        let smooth = {
            let (extended, extended_size) = margin::extended(&luma, size, self.side() / 2);
            median::medians(&extended, extended_size, self.side())
        };
        let differences = self.differences(&luma, &smooth, size);
        let mut found: Vec<u8> = surroundings::means(&differences.all, size, 8 * self.side())
            .zip(&differences.wanted)
            .enumerate()
            .map(|(i, (around, &difference))| {
                let edge = self.is_at_edge(i % size.0, i / size.0, size);
                self.mark(difference, around, edge)
            })
            .collect();
        patches::keep_long(&mut found, size, self.length);
        let mask = Mask::from_data(size.0, size.1, found).expect("one byte for each pixel");
        // A scratch's soft flanks are damaged too.
        mask.grown(1)
    }

    /// A square's side of which a line of the width covers less than half, whatever its direction:
    /// at most `sqrt(2)` width times side.
    fn side(&self) -> usize {
        let width = self.width.clamp(1, Self::WIDEST);
        2 * (3 * width).div_ceil(2) + 1
    }

    /// How far each pixel lies outside the medians of itself and the pixels touching it. At a
    /// sharp edge the median tips from one side to the other, and its neighbours show both.
    fn differences(
        &self,
        luma: &[u8],
        smooth: &[u8],
        (width, height): (usize, usize),
    ) -> Differences {
        let mut differences = Differences {
            all: Vec::with_capacity(luma.len()),
            wanted: Vec::with_capacity(luma.len()),
        };
        for (i, &value) in luma.iter().enumerate() {
            let (x, y) = (i % width, i / width);
            let (mut least, mut most) = (u8::MAX, 0);
            for v in y.saturating_sub(1)..(y + 2).min(height) {
                for &median in
                    &smooth[v * width + x.saturating_sub(1)..v * width + (x + 2).min(width)]
                {
                    (least, most) = (least.min(median), most.max(median));
                }
            }
            let (bright, dark) = (value.saturating_sub(most), least.saturating_sub(value));
            differences.all.push(value.abs_diff(smooth[i]));
            differences.wanted.push(match self.tone {
                ScratchTone::Bright => bright,
                ScratchTone::Dark => dark,
                ScratchTone::Both => bright.max(dark),
            });
        }
        differences
    }

    /// Whether the square around a pixel reaches beyond the picture, into its mirror image.
    fn is_at_edge(&self, x: usize, y: usize, (width, height): (usize, usize)) -> bool {
        let reach = self.side() / 2;
        x.min(y) < reach || x + reach >= width || y + reach >= height
    }

    /// [`patches::STRONG`] where a pixel stands out by the whole contrast, [`patches::WEAK`] by
    /// half of it. A slope makes a ridge with its mirror image, so at the edge both are doubled:
    /// damage that runs off the picture is still connected to what is inside.
    fn mark(&self, difference: u8, around: f32, edge: bool) -> u8 {
        let difference = f32::from(difference);
        let strong = (self.contrast() * around).max(2.0 * Self::FAINTEST);
        let strong = if edge { 2.0 * strong } else { strong };
        if difference >= strong {
            patches::STRONG
        } else if difference >= (strong / 2.0).max(Self::FAINTEST) {
            patches::WEAK
        } else {
            0
        }
    }
}

/// Of every pixel from what its surroundings would make it, in 8-bit levels.
struct Differences {
    /// From its own median: how restless the picture is.
    all: Vec<u8>,
    /// From the nearest median, in the tone that is looked for.
    wanted: Vec<u8>,
}

#[cfg(test)]
mod tests {
    use image::{DynamicImage, GrayImage, Luma};

    use super::*;
    use crate::Value;

    /// A soft scene with fine grain.
    fn scene(x: u32, y: u32) -> f32 {
        let (u, v) = (x as f32, y as f32);
        // A hash without lines in it, as grain has none.
        let hash = (x ^ y.rotate_left(16)).wrapping_mul(0x9E37_79B1);
        let hash = (hash ^ (hash >> 15)).wrapping_mul(0x85EB_CA77);
        let grain = ((hash ^ (hash >> 13)) % 13) as f32 - 6.0;
        128.0 + 50.0 * (u / 37.0).sin() * (v / 29.0).cos() + 0.4 * grain
    }

    fn photo(scratch: &Mask, level: f32) -> Photo {
        let image = GrayImage::from_fn(200, 160, |x, y| {
            let hit = scratch.get(x as usize, y as usize) > 0;
            Luma([(scene(x, y) + if hit { level } else { 0.0 }) as u8])
        });
        Photo::from_image(DynamicImage::ImageLuma8(image))
    }

    fn scratch() -> Mask {
        let mut mask = Mask::new(200, 160);
        mask.stamp((20.0, 30.0), (170.0, 120.0), 1.5, Value::Paint);
        mask.stamp((120.0, 20.0), (100.0, 140.0), 1.0, Value::Paint);
        mask
    }

    #[test]
    fn scratches_of_the_chosen_tone_are_found_and_little_else() {
        for (level, tone, other) in [
            (60.0, ScratchTone::Bright, ScratchTone::Dark),
            (-60.0, ScratchTone::Dark, ScratchTone::Bright),
        ] {
            let photo = photo(&scratch(), level);
            let search = |tone| ScratchSearch {
                tone,
                ..ScratchSearch::default()
            };
            for tone in [tone, ScratchTone::Both] {
                let found = search(tone).propose(&photo);
                let (scratch, around) = (scratch(), scratch().grown(3));
                let both = found.data().iter().zip(scratch.data());
                let hit = both.filter(|(a, b)| **a > 0 && **b > 0).count();
                assert!(
                    hit * 100 > 95 * scratch.count(),
                    "{hit} of {}",
                    scratch.count()
                );
                let stray = found.data().iter().zip(around.data());
                assert_eq!(stray.filter(|(a, b)| **a > 0 && **b == 0).count(), 0);
            }
            let wrong = search(other).propose(&photo);
            assert!(
                wrong.count() * 20 < scratch().count(),
                "{} pixels",
                wrong.count()
            );
        }
    }

    #[test]
    fn broad_structures_short_ones_and_plain_pictures_are_left_alone() {
        let search = ScratchSearch::default();
        assert!(search.propose(&photo(&Mask::new(200, 160), 0.0)).is_empty());
        let mut broad = Mask::new(200, 160);
        broad.stamp((-50.0, 30.0), (250.0, 120.0), 30.0, Value::Paint);
        // A slope beside an edge leaves a faint rest, and where an edge meets its mirror image it
        // bends: a strict search, and the picture's rim left out.
        let strict = ScratchSearch {
            sensitivity: 0.25,
            ..search
        };
        let found = strict.propose(&photo(&broad, 60.0));
        assert!(found.crop(crate::Rect::new(12, 12, 176, 136)).is_empty());
        let mut dust = Mask::new(200, 160);
        dust.stamp((80.0, 80.0), (84.0, 82.0), 1.5, Value::Paint);
        assert!(search.propose(&photo(&dust, 60.0)).is_empty());
        let small = ScratchSearch {
            length: 3,
            ..search
        };
        assert!(!small.propose(&photo(&dust, 60.0)).is_empty());
    }

    #[test]
    fn more_sensitivity_never_finds_less() {
        let photo = photo(&scratch(), 24.0);
        let counts = [0.0, 0.25, 0.5, 0.75, 1.0].map(|sensitivity| {
            let search = ScratchSearch {
                sensitivity,
                ..ScratchSearch::default()
            };
            search.propose(&photo).count()
        });
        assert!(counts.is_sorted(), "{counts:?}");
        assert!(counts[4] > 0);
    }

    #[test]
    fn photos_smaller_than_the_square_are_harmless() {
        for (width, height) in [(1, 1), (3, 40), (40, 2)] {
            let image = GrayImage::from_fn(width, height, |x, y| Luma([(x * 9 + y * 5) as u8]));
            let photo = Photo::from_image(DynamicImage::ImageLuma8(image));
            let wide = ScratchSearch {
                width: 32,
                length: 1,
                ..ScratchSearch::default()
            };
            assert_eq!(wide.propose(&photo).bounds(), photo.bounds());
        }
    }
}
