//! One-tone photographs: gray ones stored in three channels, sepia, cyanotype.
//!
//! Their colour is a function of brightness alone. A restoration that is sampled in three channels
//! leaves that curve, by up to 13 of 255 levels where it was tried; [`Tone`] finds the curve and puts
//! a result back on it.
//!
//! The curve is the mean colour for each of 256 levels of Rec. 601 luma. A photo has one tone if
//! nearly all of its pixels lie on the curve up to the rounding of JPEG, and no channel falls where
//! luma rises: a drawing of red and blue areas has a curve too, but no toning does that.

use crate::{Mask, Photo, Planar, Rect, sample::luma};

/// Levels of luma.
const LEVELS: usize = 256;
/// Channels of a gray pixel differ by at most this much, on `[0, 1]`.
const GRAY: f32 = 3.5 / 255.0;
/// A channel lies at most this far from the curve.
const NEAR: f32 = 6.5 / 255.0;
/// The root mean square of that distance is at most this.
const SPREAD: f64 = 3.0 / 255.0;
/// At most one pixel in this many may lie elsewhere.
const ASTRAY: usize = 100;
/// A curve of fewer levels says nothing about the colours between.
const FEWEST: usize = 12;
/// Rows that are read at a time.
const STRIP: usize = 64;

/// The one tone of a photograph.
#[derive(Clone, Debug, PartialEq)]
pub struct Tone {
    /// The colour for each level of luma; `None` for gray.
    curve: Option<Vec<[f32; 3]>>,
}

impl Tone {
    /// The tone of the photo's pixels outside `mask`, if it has but one. A photo that is stored in one
    /// channel needs none. Two passes over the photo.
    ///
    /// # Panics
    /// When `mask` has another size than the photo.
    #[must_use]
    pub fn of(photo: &Photo, mask: Option<&Mask>) -> Option<Self> {
        if photo.is_gray() {
            return None;
        }
        let known = Known::new(photo, mask);
        let mut sums = Sums::default();
        known.each(|pixel| sums.add(pixel));
        if sums.pixels == 0 {
            return None;
        }
        if sums.tinted * 10 * ASTRAY <= sums.pixels {
            return Some(Self { curve: None });
        }
        let curve = sums.curve()?;
        let (mut astray, mut squares) = (0, 0.0);
        known.each(|pixel| {
            let distance = farthest(pixel, colour(&curve, brightness(pixel)));
            astray += usize::from(distance > NEAR);
            squares += f64::from(distance.min(4.0 * NEAR)).powi(2);
        });
        let spread = (squares / sums.pixels as f64).sqrt();
        (astray * ASTRAY <= sums.pixels && spread <= SPREAD).then_some(Self { curve: Some(curve) })
    }

    /// Whether it is gray: equal channels.
    #[must_use]
    pub const fn is_gray(&self) -> bool {
        self.curve.is_none()
    }

    /// Gives every pixel the tone's colour of its own luma. Gray comes out with exactly equal channels.
    pub fn hold(&self, picture: &mut Planar) {
        let plane = picture.width * picture.height;
        for at in 0..plane {
            let pixel = [0, 1, 2].map(|c| picture.data[c * plane + at].clamp(0.0, 1.0));
            let held = match &self.curve {
                None => [brightness(pixel); 3],
                Some(curve) => colour(curve, brightness(pixel)),
            };
            for (channel, value) in held.into_iter().enumerate() {
                picture.data[channel * plane + at] = value;
            }
        }
    }
}

/// The pixels of a photo that are not to be restored.
struct Known<'a> {
    photo: &'a Photo,
    mask: Option<&'a Mask>,
}

impl<'a> Known<'a> {
    fn new(photo: &'a Photo, mask: Option<&'a Mask>) -> Self {
        if let Some(mask) = mask {
            assert_eq!(mask.bounds(), photo.bounds(), "the mask of this photo");
        }
        Self { photo, mask }
    }

    /// Shows every pixel to `see`, strip by strip, so that memory does not hold the photo twice.
    fn each(&self, mut see: impl FnMut([f32; 3])) {
        let (width, height) = (self.photo.width(), self.photo.height());
        for top in (0..height).step_by(STRIP) {
            let strip = Rect::new(0, top, width, STRIP.min(height - top));
            let part = self.photo.planar(strip);
            let plane = strip.area();
            let holes = self.mask.map(|mask| mask.patch(strip));
            for at in 0..plane {
                if holes.as_ref().is_none_or(|holes| holes[at] == 0) {
                    see([0, 1, 2].map(|c| part.data[c * plane + at]));
                }
            }
        }
    }
}

/// What a first pass adds up.
struct Sums {
    pixels: usize,
    tinted: usize,
    colours: Vec<[f64; 3]>,
    counts: Vec<f64>,
}

impl Default for Sums {
    fn default() -> Self {
        Self {
            pixels: 0,
            tinted: 0,
            colours: vec![[0.0; 3]; LEVELS],
            counts: vec![0.0; LEVELS],
        }
    }
}

impl Sums {
    fn add(&mut self, pixel: [f32; 3]) {
        self.pixels += 1;
        let most = pixel.iter().copied().fold(f32::MIN, f32::max);
        let least = pixel.iter().copied().fold(f32::MAX, f32::min);
        self.tinted += usize::from(most - least > GRAY);
        let level = (brightness(pixel) * (LEVELS - 1) as f32).round() as usize;
        self.counts[level] += 1.0;
        for (sum, value) in self.colours[level].iter_mut().zip(pixel) {
            *sum += f64::from(value);
        }
    }

    /// The curve over all levels: what was not met lies on the line between what was, or to black and
    /// white at the ends. `None` for too few levels, or a channel that falls.
    fn curve(&self) -> Option<Vec<[f32; 3]>> {
        let met: Vec<usize> = (0..LEVELS).filter(|l| self.counts[*l] > 0.0).collect();
        if met.len() < FEWEST {
            return None;
        }
        let top = LEVELS - 1;
        let mean = |level: usize| self.colours[level].map(|sum| sum / self.counts[level]);
        let mut knots: Vec<(usize, [f64; 3])> = met.iter().map(|l| (*l, mean(*l))).collect();
        if met[0] > 0 {
            knots.insert(0, (0, [0.0; 3]));
        }
        if met[met.len() - 1] < top {
            knots.push((top, [1.0; 3]));
        }
        let mut curve = Vec::with_capacity(LEVELS);
        for pair in knots.windows(2) {
            let ((from, a), (to, b)) = (pair[0], pair[1]);
            for level in from..to {
                let t = (level - from) as f64 / (to - from) as f64;
                curve.push([0, 1, 2].map(|c| (a[c] + t * (b[c] - a[c])) as f32));
            }
        }
        curve.push(knots[knots.len() - 1].1.map(|value| value as f32));
        rises(&curve).then_some(curve)
    }
}

/// Whether no channel falls below what it was at a darker level, but for rounding.
fn rises(curve: &[[f32; 3]]) -> bool {
    let mut highest = [0.0_f32; 3];
    curve.iter().all(|colour| {
        let rising = (0..3).all(|c| colour[c] >= highest[c] - NEAR);
        for (high, value) in highest.iter_mut().zip(colour) {
            *high = high.max(*value);
        }
        rising
    })
}

fn brightness([red, green, blue]: [f32; 3]) -> f32 {
    luma(red, green, blue).clamp(0.0, 1.0)
}

/// The curve's colour of just this luma.
fn colour(curve: &[[f32; 3]], luma: f32) -> [f32; 3] {
    let at = luma * (LEVELS - 1) as f32;
    // Within the curve, for luma is within [0, 1].
    let below = (at.floor() as usize).min(LEVELS - 2);
    let t = at - below as f32;
    let (a, b) = (curve[below], curve[below + 1]);
    let mixed = [0, 1, 2].map(|c| a[c] + t * (b[c] - a[c]));
    // Means of a level are not exactly of its luma.
    let off = luma - brightness(mixed);
    mixed.map(|value| (value + off).clamp(0.0, 1.0))
}

fn farthest(a: [f32; 3], b: [f32; 3]) -> f32 {
    let differences = a.into_iter().zip(b).map(|(a, b)| (a - b).abs());
    differences.fold(0.0, f32::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Depth, FileFormat, SaveOptions, Value, encode};

    /// A picture of smooth shades with some structure, toned by `tone`.
    fn toned(depth: Depth, tone: impl Fn(f32) -> [f32; 3]) -> Photo {
        let (width, height) = (96, 70);
        let mut picture = Planar::new(width, height);
        let plane = width * height;
        for at in 0..plane {
            let (x, y) = ((at % width) as f32, (at / width) as f32);
            let wave = 0.5 + 0.5 * (0.31 * x).sin() * (0.17 * y).cos();
            let shade = 0.1 + 0.6 * wave + 0.2 * x / width as f32;
            for (channel, value) in tone(shade).into_iter().enumerate() {
                picture.data[channel * plane + at] = value;
            }
        }
        Photo::from_planar(&picture, depth)
    }

    fn sepia(v: f32) -> [f32; 3] {
        [(1.16 * v).min(1.0), v, 0.77 * v]
    }

    fn cyanotype(v: f32) -> [f32; 3] {
        [v * v, 0.9 * v + 0.1 * v * v, 0.3 + 0.7 * v]
    }

    fn through_jpeg(photo: &Photo) -> Photo {
        let options = SaveOptions {
            quality: 88,
            ..SaveOptions::default()
        };
        let bytes = encode(photo, FileFormat::Jpeg, &options).expect("encoded");
        Photo::decode(&bytes, "a").expect("valid")
    }

    #[test]
    fn gray_in_three_channels_is_held_exactly() {
        for photo in [
            toned(Depth::Eight, |v| [v; 3]),
            toned(Depth::Sixteen, |v| [v; 3]),
            through_jpeg(&toned(Depth::Eight, |v| [v; 3])),
        ] {
            let tone = Tone::of(&photo, None).expect("one tone");
            assert!(tone.is_gray());
            let mut picture = toned(Depth::Float, sepia).planar(photo.bounds());
            tone.hold(&mut picture);
            assert_eq!(picture.channel(0), picture.channel(1));
            assert_eq!(picture.channel(1), picture.channel(2));
        }
    }

    #[test]
    fn toned_photos_keep_their_curve_and_luma() {
        for tint in [sepia, cyanotype] {
            for photo in [
                toned(Depth::Eight, tint),
                through_jpeg(&toned(Depth::Eight, tint)),
            ] {
                let tone = Tone::of(&photo, None).expect("one tone");
                assert!(!tone.is_gray());
                // A colour of another hue gets that of its luma.
                let mut picture = Planar::new(1, 1);
                picture.data = vec![0.3, 0.5, 0.6];
                let before = luma(0.3, 0.5, 0.6);
                tone.hold(&mut picture);
                let [r, g, b] = [0, 1, 2].map(|c| picture.data[c]);
                assert!((luma(r, g, b) - before).abs() < 2e-3);
                let shade = (0..=1000).map(|i| tint(i as f32 / 1000.0));
                let nearest = shade.map(|colour| farthest(colour, [r, g, b]));
                assert!(
                    nearest.fold(f32::MAX, f32::min) < 4.0 / 255.0,
                    "{r} {g} {b}"
                );
            }
        }
    }

    #[test]
    fn colour_photos_and_drawings_have_none() {
        let photo = toned(Depth::Eight, |v| [v, 1.0 - v, 0.5]);
        assert_eq!(Tone::of(&photo, None), None);
        let flat = Photo::from_planar(&Planar::new(8, 8), Depth::Eight);
        assert!(Tone::of(&flat, None).is_some_and(|tone| tone.is_gray()));
        let mut red = Planar::new(8, 8);
        red.data[..64].fill(0.8);
        assert_eq!(
            Tone::of(&Photo::from_planar(&red, Depth::Eight), None),
            None
        );
        let gray = Photo::from_image(image::DynamicImage::new_luma8(4, 4));
        assert_eq!(Tone::of(&gray, None), None);
    }

    #[test]
    fn what_is_under_the_mask_does_not_count() {
        let photo = toned(Depth::Eight, |v| [v; 3]);
        let mut mask = Mask::new(96, 70);
        let _ = mask.fill_rect(Rect::new(10, 10, 30, 30), Value::Paint);
        let mut scratched = photo.clone();
        let mut paint = Planar::new(30, 30);
        paint.data[..900].fill(1.0);
        scratched.write_masked(Rect::new(10, 10, 30, 30), &paint, &mask);
        assert_eq!(Tone::of(&scratched, None), None);
        assert!(Tone::of(&scratched, Some(&mask)).is_some());
    }
}
