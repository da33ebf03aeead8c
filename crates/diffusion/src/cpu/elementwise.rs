//! Sums, channelwise shifts, and channels set side by side or apart.

use pulp::{Simd, WithSimd};
use rayon::prelude::*;

use super::picture::Picture;
use super::simd::dispatch;

/// Values a thread takes at a time.
pub(super) const CHUNK: usize = 16_384;

/// `x + y`, into `x`.
pub(crate) fn add(mut x: Picture, y: &Picture) -> Picture {
    assert_eq!(x.shape, y.shape, "summands are of one shape");
    x.values
        .par_chunks_mut(CHUNK)
        .zip(y.values.par_chunks(CHUNK))
        .for_each(|(x, y)| {
            dispatch(Accumulate { x, y });
        });
    x
}

struct Accumulate<'a> {
    x: &'a mut [f32],
    y: &'a [f32],
}

impl WithSimd for Accumulate<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { x, y } = self;
        for (x, &y) in x.iter_mut().zip(y) {
            *x += y;
        }
    }
}

/// Adds `told`, one pixel for each picture, to every pixel of `x`.
pub(crate) fn shift(mut x: Picture, told: &Picture) -> Picture {
    let channels = x.shape.channels;
    let pixels = (x.shape.height * x.shape.width).max(1);
    x.values
        .par_chunks_mut(channels)
        .enumerate()
        .with_min_len(CHUNK / channels)
        .for_each(|(pixel, x)| {
            let told = &told.values[pixel / pixels * channels..][..channels];
            for (x, &y) in x.iter_mut().zip(told) {
                *x += y;
            }
        });
    x
}

/// The sum over the pixels of each picture: what [`shift`] takes back to what was told.
pub(crate) fn total(v: &Picture) -> Picture {
    let channels = v.shape.channels;
    let mut out = Picture::zeros(v.shape.with_sides(1, 1));
    let pictures = v.values.chunks_exact(v.shape.picture_len());
    for (sums, picture) in out.values.chunks_exact_mut(channels).zip(pictures) {
        // Row by row, so that sums round less.
        for row in picture.chunks_exact(v.shape.width * channels) {
            let mut part = vec![0.0_f32; channels];
            for pixel in row.chunks_exact(channels) {
                for (sum, &v) in part.iter_mut().zip(pixel) {
                    *sum += v;
                }
            }
            for (sum, part) in sums.iter_mut().zip(part) {
                *sum += part;
            }
        }
    }
    out
}

/// The channels of `x`, then those of `y`.
pub(crate) fn concatenate(x: &Picture, y: &Picture) -> Picture {
    let (first, second) = (x.shape.channels, y.shape.channels);
    let mut out = Picture::zeros(x.shape.with_channels(first + second));
    out.values
        .par_chunks_mut(first + second)
        .zip(x.values.par_chunks(first))
        .zip(y.values.par_chunks(second))
        .with_min_len(CHUNK / (first + second))
        .for_each(|((out, x), y)| {
            out[..first].copy_from_slice(x);
            out[first..].copy_from_slice(y);
        });
    out
}

/// What [`concatenate`] joined: the first channels, and the rest.
pub(crate) fn separate(cotangent: &Picture, first: usize) -> (Picture, Picture) {
    let channels = cotangent.shape.channels;
    let mut x = Picture::zeros(cotangent.shape.with_channels(first));
    let mut y = Picture::zeros(cotangent.shape.with_channels(channels - first));
    cotangent
        .values
        .par_chunks(channels)
        .zip(x.values.par_chunks_mut(first))
        .zip(y.values.par_chunks_mut(channels - first))
        .with_min_len(CHUNK / channels)
        .for_each(|((joined, x), y)| {
            x.copy_from_slice(&joined[..first]);
            y.copy_from_slice(&joined[first..]);
        });
    (x, y)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpu::testing::{Numbers, dot, shape};

    #[test]
    fn what_is_joined_comes_apart() {
        let mut numbers = Numbers(1);
        let x = numbers.picture(shape(2, 3, 5, 4));
        let y = numbers.picture(shape(2, 3, 5, 7));
        assert_eq!(separate(&concatenate(&x, &y), 4), (x, y));
    }

    #[test]
    fn totals_are_what_shifts_take_back() {
        let mut numbers = Numbers(3);
        let told = numbers.picture(shape(2, 1, 1, 5));
        let v = numbers.picture(shape(2, 4, 3, 5));
        let shifted = shift(Picture::zeros(v.shape), &told);
        assert!((dot(&shifted, &v) - dot(&told, &total(&v))).abs() < 1e-5);
    }

    #[test]
    fn each_picture_is_shifted_by_its_own() {
        let told = Picture {
            shape: shape(2, 1, 1, 2),
            values: vec![1.0, 2.0, 3.0, 4.0],
        };
        let shifted = shift(Picture::zeros(shape(2, 1, 2, 2)), &told);
        assert_eq!(shifted.values, [1.0, 2.0, 1.0, 2.0, 3.0, 4.0, 3.0, 4.0]);
    }
}
