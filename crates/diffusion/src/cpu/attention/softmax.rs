//! What is done to rows of attention weights: softmax, and its pullback.

use pulp::{Simd, WithSimd};

use crate::cpu::simd::{dispatch, exp};

/// Softmax of each row; gives the logarithm of what each was divided by.
pub(super) fn normalise(weights: &mut [f32], width: usize) -> Vec<f32> {
    weights
        .chunks_exact_mut(width)
        .map(|row| dispatch(Softmax { row }))
        .collect()
}

pub(super) struct Softmax<'a> {
    pub(super) row: &'a mut [f32],
}

impl WithSimd for Softmax<'_> {
    type Output = f32;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> f32 {
        let Self { row } = self;
        let mut largest = f32::NEG_INFINITY;
        for &score in row.iter() {
            largest = if score > largest { score } else { largest };
        }
        for weight in row.iter_mut() {
            *weight = exp(*weight - largest);
        }
        let sum = total(row);
        for weight in row.iter_mut() {
            *weight /= sum;
        }
        largest + sum.ln()
    }
}

/// From the scores of one query and the slopes of its weights, to the slopes of its scores (in
/// place); gives the mean of the slopes by weight.
pub(super) struct QuerySlopes<'a> {
    pub(super) weights: &'a mut [f32],
    pub(super) slopes: &'a [f32],
    pub(super) sum: f32,
    pub(super) scale: f32,
}

impl WithSimd for QuerySlopes<'_> {
    type Output = f32;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> f32 {
        let Self {
            weights,
            slopes,
            sum,
            scale,
        } = self;
        for weight in weights.iter_mut() {
            *weight = exp(*weight - sum);
        }
        let mean = dot(weights, slopes);
        for (weight, &slope) in weights.iter_mut().zip(slopes) {
            *weight *= (slope - mean) * scale;
        }
        mean
    }
}

/// From the scores of all queries for one key to their weights, and from the slopes of those to
/// the slopes of the scores, both in place.
pub(super) struct KeySlopes<'a> {
    pub(super) weights: &'a mut [f32],
    pub(super) slopes: &'a mut [f32],
    pub(super) sums: &'a [f32],
    pub(super) lost: &'a [f32],
    pub(super) scale: f32,
}

impl WithSimd for KeySlopes<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self {
            weights,
            slopes,
            sums,
            lost,
            scale,
        } = self;
        for (((weight, slope), &sum), &mean) in weights.iter_mut().zip(slopes).zip(sums).zip(lost) {
            *weight = exp(*weight - sum);
            *slope = *weight * (*slope - mean) * scale;
        }
    }
}

/// A sum in eight strands, so that it vectorises and rounds less.
#[inline(always)]
fn total(row: &[f32]) -> f32 {
    let mut strands = [0.0; 8];
    let (eights, rest) = row.as_chunks::<8>();
    for eight in eights {
        for (strand, &x) in strands.iter_mut().zip(eight) {
            *strand += x;
        }
    }
    let mut sum = 0.0;
    for &x in strands.iter().chain(rest) {
        sum += x;
    }
    sum
}

#[inline(always)]
fn dot(x: &[f32], y: &[f32]) -> f32 {
    let mut strands = [0.0; 8];
    let ((x, x_rest), (y, y_rest)) = (x.as_chunks::<8>(), y.as_chunks::<8>());
    for (x, y) in x.iter().zip(y) {
        for ((strand, &x), &y) in strands.iter_mut().zip(x).zip(y) {
            *strand += x * y;
        }
    }
    let mut sum = 0.0;
    for &strand in &strands {
        sum += strand;
    }
    for (&x, &y) in x_rest.iter().zip(y_rest) {
        sum += x * y;
    }
    sum
}
