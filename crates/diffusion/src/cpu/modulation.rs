//! A scale and a shift for each channel, and SiLU behind them: `y = silu((1 + scale) x + shift)`.
//!
//! `modulation` holds one pixel for each picture: the scales of all channels, then the shifts.

use pulp::{Simd, WithSimd};
use rayon::prelude::*;

use super::elementwise::CHUNK;
use super::picture::{Picture, Shape};
use super::simd::{dispatch, sigmoid};

/// Scales and shifts of one picture.
#[derive(Clone, Copy)]
struct Affine<'a> {
    scales: &'a [f32],
    shifts: &'a [f32],
}

impl<'a> Affine<'a> {
    /// That of the picture with this index.
    fn of(modulation: &'a Picture, index: usize, channels: usize) -> Self {
        let own = &modulation.values[2 * index * channels..][..2 * channels];
        let (scales, shifts) = own.split_at(channels);
        Self { scales, shifts }
    }
}

/// Values of whole pixels, about as many as a thread should take.
fn piece(shape: Shape) -> usize {
    (CHUNK / shape.channels).max(1) * shape.channels
}

pub(crate) fn forward(x: &Picture, modulation: &Picture) -> Picture {
    let mut out = Picture::zeros(x.shape);
    let (len, piece) = (x.shape.picture_len(), piece(x.shape));
    let pictures = out.values.chunks_exact_mut(len);
    for (i, (out, x)) in pictures.zip(x.values.chunks_exact(len)).enumerate() {
        let affine = Affine::of(modulation, i, modulation.shape.channels / 2);
        out.par_chunks_mut(piece)
            .zip(x.par_chunks(piece))
            .for_each(|(out, x)| {
                dispatch(Forward { affine, x, out });
            });
    }
    out
}

/// The cotangent of `x`.
pub(crate) fn pullback(x: &Picture, modulation: &Picture, cotangent: Picture) -> Picture {
    pull_back(x, modulation, cotangent, false).0
}

/// The cotangents of `x` and of `modulation`.
pub(crate) fn pullback_with_slopes(
    x: &Picture,
    modulation: &Picture,
    cotangent: Picture,
) -> [Picture; 2] {
    let (cotangent, slopes) = pull_back(x, modulation, cotangent, true);
    let slopes = Picture {
        shape: modulation.shape,
        values: slopes,
    };
    [cotangent, slopes]
}

/// The cotangent of `x`, and if they are wanted the slopes by the scales and the shifts.
fn pull_back(
    x: &Picture,
    modulation: &Picture,
    mut cotangent: Picture,
    slopes: bool,
) -> (Picture, Vec<f32>) {
    let (len, piece) = (x.shape.picture_len(), piece(x.shape));
    let channels = x.shape.channels;
    let mut sums = Vec::with_capacity(if slopes { modulation.values.len() } else { 0 });
    let pictures = cotangent.values.chunks_exact_mut(len);
    for (i, (v, x)) in pictures.zip(x.values.chunks_exact(len)).enumerate() {
        let affine = Affine::of(modulation, i, channels);
        let pieces = v.par_chunks_mut(piece).zip(x.par_chunks(piece));
        if !slopes {
            pieces.for_each(|(v, x)| dispatch(Backward { affine, x, v }));
            continue;
        }
        let parts: Vec<Vec<f32>> = pieces
            .map(|(v, x)| dispatch(Slopes { affine, x, v }))
            .collect();
        sums.extend((0..2 * channels).map(|at| {
            let parts = parts.iter().map(|part| f64::from(part[at]));
            parts.sum::<f64>() as f32
        }));
    }
    (cotangent, sums)
}

struct Forward<'a> {
    affine: Affine<'a>,
    x: &'a [f32],
    out: &'a mut [f32],
}

impl WithSimd for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Affine { scales, shifts } = self.affine;
        let channels = scales.len();
        let pixels = self.out.chunks_exact_mut(channels);
        for (out, x) in pixels.zip(self.x.chunks_exact(channels)) {
            for (((out, &x), &scale), &shift) in out.iter_mut().zip(x).zip(scales).zip(shifts) {
                let u = x * (1.0 + scale) + shift;
                *out = u * sigmoid(u);
            }
        }
    }
}

struct Backward<'a> {
    affine: Affine<'a>,
    x: &'a [f32],
    v: &'a mut [f32],
}

impl WithSimd for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Affine { scales, shifts } = self.affine;
        let channels = scales.len();
        let pixels = self.v.chunks_exact_mut(channels);
        for (v, x) in pixels.zip(self.x.chunks_exact(channels)) {
            for (((v, &x), &scale), &shift) in v.iter_mut().zip(x).zip(scales).zip(shifts) {
                let u = x * (1.0 + scale) + shift;
                let s = sigmoid(u);
                let slope = *v * s * (1.0 + u * (1.0 - s));
                *v = slope * (1.0 + scale);
            }
        }
    }
}

/// As [`Backward`], with the slopes by the scales and then by the shifts over one piece.
struct Slopes<'a> {
    affine: Affine<'a>,
    x: &'a [f32],
    v: &'a mut [f32],
}

impl WithSimd for Slopes<'_> {
    type Output = Vec<f32>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Vec<f32> {
        let Affine { scales, shifts } = self.affine;
        let channels = scales.len();
        let mut sums = vec![0.0; 2 * channels];
        let (by_scale, by_shift) = sums.split_at_mut(channels);
        let pixels = self.v.chunks_exact_mut(channels);
        for (v, x) in pixels.zip(self.x.chunks_exact(channels)) {
            let (by_scale, by_shift) = (&mut by_scale[..channels], &mut by_shift[..channels]);
            let (scales, shifts) = (&scales[..channels], &shifts[..channels]);
            for c in 0..channels {
                let u = x[c] * (1.0 + scales[c]) + shifts[c];
                let s = sigmoid(u);
                let slope = v[c] * s * (1.0 + u * (1.0 - s));
                by_scale[c] += slope * x[c];
                by_shift[c] += slope;
                v[c] = slope * (1.0 + scales[c]);
            }
        }
        sums
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpu::testing::{Numbers, check_slope, difference, shape};

    #[test]
    fn it_is_the_formula_with_a_modulation_for_each_picture() {
        let x = Numbers(1).picture(shape(2, 3, 5, 6));
        let modulation = Numbers(2).picture(shape(2, 1, 1, 12));
        let pixels = x.values.chunks_exact(6).enumerate();
        let exact: Vec<f64> = pixels
            .flat_map(|(pixel, x)| {
                let own = &modulation.values[pixel / 15 * 12..];
                let each = x.iter().enumerate().map(|(c, x)| {
                    let [scale, shift] = [own[c], own[6 + c]].map(f64::from);
                    let u = f64::from(*x) * (1.0 + scale) + shift;
                    u / (1.0 + (-u).exp())
                });
                each.collect::<Vec<_>>()
            })
            .collect();
        assert!(difference(&forward(&x, &modulation), &exact) < 1e-6);
    }

    #[test]
    fn the_pullbacks_are_the_slopes() {
        for channels in [5, 32] {
            let x = Numbers(1).picture(shape(2, 3, 4, channels));
            let modulation = Numbers(2).picture(shape(2, 1, 1, 2 * channels));
            check_slope(
                &x,
                |x| forward(&x, &modulation),
                |v| pullback(&x, &modulation, v.clone()),
            );
            check_slope(
                &modulation,
                |modulation| forward(&x, &modulation),
                |v| {
                    let [first, second] = pullback_with_slopes(&x, &modulation, v.clone());
                    assert_eq!(first, pullback(&x, &modulation, v.clone()));
                    second
                },
            );
        }
    }
}
