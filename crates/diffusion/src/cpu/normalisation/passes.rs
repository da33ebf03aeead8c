//! The passes over the pixels of a picture, each compiled for the widest vectors.

use pulp::{Simd, WithSimd};

use super::{Map, Piece};
use crate::cpu::simd::sigmoid;

/// Takes the moments of a piece, channel by channel.
pub(super) struct Moments<'a> {
    pub(super) values: &'a [f32],
    pub(super) channels: usize,
}

impl WithSimd for Moments<'_> {
    type Output = Piece;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Piece {
        let Self { values, channels } = self;
        let pixels = values.len() / channels;
        let mut means = vec![0.0; channels];
        for pixel in values.chunks_exact(channels) {
            for (sum, &x) in means.iter_mut().zip(pixel) {
                *sum += x;
            }
        }
        for mean in &mut means {
            *mean /= pixels as f32;
        }
        let mut squares = vec![0.0; channels];
        for pixel in values.chunks_exact(channels) {
            for ((sum, &mean), &x) in squares.iter_mut().zip(&means).zip(pixel) {
                *sum += (x - mean) * (x - mean);
            }
        }
        Piece {
            pixels,
            means,
            squares,
        }
    }
}

/// Maps `x` to `out`.
pub(super) struct Apply<'a> {
    pub(super) x: &'a [f32],
    pub(super) map: &'a Map,
    pub(super) activated: bool,
    pub(super) out: &'a mut [f32],
}

impl WithSimd for Apply<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self {
            x,
            map,
            activated,
            out,
        } = self;
        let channels = map.means.len();
        for (out, x) in out.chunks_exact_mut(channels).zip(x.chunks_exact(channels)) {
            let (means, slopes, offsets) = map.rows(channels);
            if activated {
                for c in 0..channels {
                    let y = (x[c] - means[c]) * slopes[c] + offsets[c];
                    out[c] = y * sigmoid(y);
                }
            } else {
                for c in 0..channels {
                    out[c] = (x[c] - means[c]) * slopes[c] + offsets[c];
                }
            }
        }
    }
}

/// Takes the cotangents `v` back through the activation, in place; gives for each channel the
/// sum of `v`, and of `v · (x - mean)`.
pub(super) struct Unapply<'a> {
    pub(super) x: &'a [f32],
    pub(super) map: &'a Map,
    pub(super) activated: bool,
    pub(super) v: &'a mut [f32],
}

impl WithSimd for Unapply<'_> {
    type Output = [Vec<f32>; 2];

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> [Vec<f32>; 2] {
        let Self {
            x,
            map,
            activated,
            v,
        } = self;
        let channels = map.means.len();
        let (mut plain, mut weighted) = (vec![0.0; channels], vec![0.0; channels]);
        for (v, x) in v.chunks_exact_mut(channels).zip(x.chunks_exact(channels)) {
            let (means, slopes, offsets) = map.rows(channels);
            if activated {
                for c in 0..channels {
                    let y = (x[c] - means[c]) * slopes[c] + offsets[c];
                    let s = sigmoid(y);
                    v[c] *= s * (1.0 + y * (1.0 - s));
                }
            }
            let (plain, weighted) = (&mut plain[..channels], &mut weighted[..channels]);
            for c in 0..channels {
                plain[c] += v[c];
                weighted[c] += v[c] * (x[c] - means[c]);
            }
        }
        [plain, weighted]
    }
}

/// Takes activated cotangents `v` back to the input, in place.
pub(super) struct Finish<'a> {
    pub(super) x: &'a [f32],
    pub(super) map: &'a Map,
    pub(super) lost: &'a [Vec<f32>; 2],
    pub(super) v: &'a mut [f32],
}

impl WithSimd for Finish<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { x, map, lost, v } = self;
        let channels = map.means.len();
        for (v, x) in v.chunks_exact_mut(channels).zip(x.chunks_exact(channels)) {
            let (means, slopes, _) = map.rows(channels);
            let (levels, curves) = (&lost[0][..channels], &lost[1][..channels]);
            for c in 0..channels {
                v[c] = v[c] * slopes[c] - levels[c] - (x[c] - means[c]) * curves[c];
            }
        }
    }
}

impl Map {
    /// Means, slopes and offsets, of a length the compiler can see.
    #[inline(always)]
    fn rows(&self, channels: usize) -> (&[f32], &[f32], &[f32]) {
        (
            &self.means[..channels],
            &self.slopes[..channels],
            &self.offsets[..channels],
        )
    }
}
