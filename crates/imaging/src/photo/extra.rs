//! Channels of a file that are neither colour nor alpha, such as a film scanner's infrared.
//!
//! Invariant: as many samples as the photo has pixels, in the same order. They are carried along
//! untouched and written into TIFF files, the only format that has a place for them.

use image::metadata::Orientation;

use crate::{Depth, Rect, planar::resized_plane, sample::Sample};

/// One channel, at the depth it was stored with.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Extra {
    Eight(Vec<u8>),
    Sixteen(Vec<u16>),
    Float(Vec<f32>),
}

impl Extra {
    /// The values in `[0, 1]`.
    pub(crate) fn units(&self) -> Vec<f32> {
        fn units<S: Sample>(samples: &[S]) -> Vec<f32> {
            samples.iter().map(|value| value.to_unit()).collect()
        }
        match self {
            Self::Eight(samples) => units(samples),
            Self::Sixteen(samples) => units(samples),
            Self::Float(samples) => units(samples),
        }
    }

    /// At another depth.
    pub(crate) fn at(&self, depth: Depth) -> Self {
        fn from<S: Sample>(units: Vec<f32>) -> Vec<S> {
            units.into_iter().map(S::from_unit).collect()
        }
        match (self, depth) {
            (Self::Eight(_), Depth::Eight)
            | (Self::Sixteen(_), Depth::Sixteen)
            | (Self::Float(_), Depth::Float) => self.clone(),
            (_, Depth::Eight) => Self::Eight(from(self.units())),
            (_, Depth::Sixteen) => Self::Sixteen(from(self.units())),
            (_, Depth::Float) => Self::Float(from(self.units())),
        }
    }

    /// Of a photo of another size (width, height), resampled (Lanczos).
    pub(crate) fn resized(&self, from: (usize, usize), to: (usize, usize)) -> Self {
        if from == to {
            return self.clone();
        }
        let units = Self::Float(resized_plane(&self.units(), from, to));
        match self {
            Self::Eight(_) => units.at(Depth::Eight),
            Self::Sixteen(_) => units.at(Depth::Sixteen),
            Self::Float(_) => units,
        }
    }

    /// The part under `part` of a photo that is `width` pixels wide.
    pub(crate) fn cropped(&self, part: Rect, width: usize) -> Self {
        fn cut<S: Copy>(samples: &[S], part: Rect, width: usize) -> Vec<S> {
            (part.y..part.y + part.height)
                .flat_map(|y| &samples[y * width + part.x..][..part.width])
                .copied()
                .collect()
        }
        match self {
            Self::Eight(samples) => Self::Eight(cut(samples, part, width)),
            Self::Sixteen(samples) => Self::Sixteen(cut(samples, part, width)),
            Self::Float(samples) => Self::Float(cut(samples, part, width)),
        }
    }

    /// Turned as the picture of this size (width, height) is.
    pub(crate) fn turned(self, size: (usize, usize), how: Orientation) -> Self {
        match self {
            Self::Eight(samples) => Self::Eight(turned(&samples, size, how)),
            Self::Sixteen(samples) => Self::Sixteen(turned(&samples, size, how)),
            Self::Float(samples) => Self::Float(turned(&samples, size, how)),
        }
    }
}

/// Where a place (x, y) of the turned picture comes from, in one whose last column and row these are.
type Source = fn(usize, usize, usize, usize) -> (usize, usize);

fn turned<S: Copy>(samples: &[S], (width, height): (usize, usize), how: Orientation) -> Vec<S> {
    let (right, bottom) = (width - 1, height - 1);
    let (new_width, from): (usize, Source) = match how {
        Orientation::NoTransforms => return samples.to_vec(),
        Orientation::FlipHorizontal => (width, |x, y, r, _| (r - x, y)),
        Orientation::FlipVertical => (width, |x, y, _, b| (x, b - y)),
        Orientation::Rotate180 => (width, |x, y, r, b| (r - x, b - y)),
        Orientation::Rotate90 => (height, |x, y, _, b| (y, b - x)),
        Orientation::Rotate270 => (height, |x, y, r, _| (r - y, x)),
        Orientation::Rotate90FlipH => (height, |x, y, _, _| (y, x)),
        Orientation::Rotate270FlipH => (height, |x, y, r, b| (r - y, b - x)),
    };
    (0..samples.len())
        .map(|index| {
            let (x, y) = from(index % new_width, index / new_width, right, bottom);
            samples[y * width + x]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use image::{DynamicImage, GrayImage};

    use super::*;

    #[test]
    fn a_part_is_cut_out_row_by_row() {
        let extra = Extra::Eight((0..12).collect());
        let part = extra.cropped(Rect::new(1, 1, 2, 2), 4);
        assert_eq!(part, Extra::Eight(vec![5, 6, 9, 10]));
    }

    #[test]
    fn a_channel_turns_with_the_picture() {
        let samples: Vec<u8> = (0..6).collect();
        for number in 1..=8 {
            let how = Orientation::from_exif(number).expect("eight of them");
            let image = GrayImage::from_raw(3, 2, samples.clone()).expect("six pixels");
            let mut image = DynamicImage::ImageLuma8(image);
            image.apply_orientation(how);
            let extra = Extra::Eight(samples.clone()).turned((3, 2), how);
            assert_eq!(extra, Extra::Eight(image.as_bytes().to_vec()), "{number}");
        }
    }

    #[test]
    fn depths_are_converted() {
        let extra = Extra::Sixteen(vec![0, 65_535, 257]);
        assert_eq!(extra.at(Depth::Eight), Extra::Eight(vec![0, 255, 1]));
        assert_eq!(extra.resized((3, 1), (3, 1)), extra);
    }
}
