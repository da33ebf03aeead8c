//! Division by the root mean square of each pixel's channels, with a gain and SiLU behind it.
//!
//! With `r = 1 / sqrt(mean(x²) + epsilon)`: `y = silu(gain · r x)`. Back, with `w = gain · silu'(u) · v` at
//! `u = gain · r x`: `r w - x r³ mean(x · w)`. Every pixel is by itself, so one pass over the picture does.

use burn::module::Param;
use burn::tensor::Tensor;
use pulp::{Simd, WithSimd};
use rayon::prelude::*;

use super::elementwise::CHUNK;
use super::picture::{Picture, floats};
use super::simd::{dispatch, sigmoid};

/// The normalisation with constant parameters.
#[derive(Debug)]
pub(crate) struct Rms {
    gain: Vec<f32>,
    epsilon: f32,
}

impl Rms {
    pub(crate) fn new(gain: &Param<Tensor<1>>, epsilon: f32) -> Self {
        Self {
            gain: floats(gain.val().into_data()),
            epsilon,
        }
    }

    /// Takes another gain.
    pub(crate) fn set(&mut self, gain: &[f32]) {
        self.gain.copy_from_slice(gain);
    }

    pub(crate) fn forward(&self, x: &Picture) -> Picture {
        let mut out = Picture::zeros(x.shape);
        let piece = self.piece();
        out.values
            .par_chunks_mut(piece)
            .zip(x.values.par_chunks(piece))
            .for_each(|(out, x)| {
                dispatch(Forward { rms: self, x, out });
            });
        out
    }

    /// The cotangent of `x`.
    pub(crate) fn pullback(&self, x: &Picture, mut cotangent: Picture) -> Picture {
        let piece = self.piece();
        cotangent
            .values
            .par_chunks_mut(piece)
            .zip(x.values.par_chunks(piece))
            .for_each(|(v, x)| {
                dispatch(Backward { rms: self, x, v });
            });
        cotangent
    }

    /// As [`pullback`](Self::pullback); adds the slopes by the gain.
    pub(crate) fn pullback_with_slopes(
        &self,
        x: &Picture,
        cotangent: Picture,
        slopes: &mut [f32],
    ) -> Picture {
        let piece = self.piece();
        let parts: Vec<Vec<f32>> = cotangent
            .values
            .par_chunks(piece)
            .zip(x.values.par_chunks(piece))
            .map(|(v, x)| dispatch(Slopes { rms: self, x, v }))
            .collect();
        for (channel, slope) in slopes.iter_mut().enumerate() {
            let parts = parts.iter().map(|part| f64::from(part[channel]));
            *slope += parts.sum::<f64>() as f32;
        }
        self.pullback(x, cotangent)
    }

    /// Values of whole pixels, about as many as a thread should take.
    fn piece(&self) -> usize {
        let channels = self.gain.len();
        (CHUNK / channels).max(1) * channels
    }

    /// One over the root mean square of a pixel.
    #[inline(always)]
    fn precision<S: Simd>(&self, simd: S, pixel: &[f32]) -> f32 {
        1.0 / (dot(simd, pixel, pixel) / self.gain.len() as f32 + self.epsilon).sqrt()
    }
}

/// `Σ x y`.
#[inline(always)]
fn dot<S: Simd>(simd: S, x: &[f32], y: &[f32]) -> f32 {
    let (x, x_rest) = S::as_simd_f32s(x);
    let (y, y_rest) = S::as_simd_f32s(y);
    let mut sums = simd.splat_f32s(0.0);
    for (&x, &y) in x.iter().zip(y) {
        sums = simd.mul_add_e_f32s(x, y, sums);
    }
    let (x, y) = (
        simd.partial_load_f32s(x_rest),
        simd.partial_load_f32s(y_rest),
    );
    simd.reduce_sum_f32s(simd.mul_add_e_f32s(x, y, sums))
}

struct Forward<'a> {
    rms: &'a Rms,
    x: &'a [f32],
    out: &'a mut [f32],
}

impl WithSimd for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let gain = self.rms.gain.as_slice();
        let channels = gain.len();
        let pixels = self.out.chunks_exact_mut(channels);
        for (out, x) in pixels.zip(self.x.chunks_exact(channels)) {
            let r = self.rms.precision(simd, x);
            for ((out, &x), &gain) in out.iter_mut().zip(x).zip(gain) {
                let u = x * r * gain;
                *out = u * sigmoid(u);
            }
        }
    }
}

struct Backward<'a> {
    rms: &'a Rms,
    x: &'a [f32],
    v: &'a mut [f32],
}

impl WithSimd for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let gain = self.rms.gain.as_slice();
        let channels = gain.len();
        let pixels = self.v.chunks_exact_mut(channels);
        for (v, x) in pixels.zip(self.x.chunks_exact(channels)) {
            let r = self.rms.precision(simd, x);
            for ((v, &x), &gain) in v.iter_mut().zip(x).zip(gain) {
                let u = x * r * gain;
                let s = sigmoid(u);
                *v *= gain * s * (1.0 + u * (1.0 - s));
            }
            let lost = r * r * r * dot(simd, x, v) / channels as f32;
            for (v, &x) in v.iter_mut().zip(x) {
                *v = *v * r - x * lost;
            }
        }
    }
}

/// The slopes by the gain over one piece.
struct Slopes<'a> {
    rms: &'a Rms,
    x: &'a [f32],
    v: &'a [f32],
}

impl WithSimd for Slopes<'_> {
    type Output = Vec<f32>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Vec<f32> {
        let gain = self.rms.gain.as_slice();
        let channels = gain.len();
        let mut sums = vec![0.0; channels];
        let pixels = self.v.chunks_exact(channels);
        for (v, x) in pixels.zip(self.x.chunks_exact(channels)) {
            let r = self.rms.precision(simd, x);
            for (((sum, &v), &x), &gain) in sums.iter_mut().zip(v).zip(x).zip(gain) {
                let u = x * r * gain;
                let s = sigmoid(u);
                *sum += v * s * (1.0 + u * (1.0 - s)) * (x * r);
            }
        }
        sums
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpu::testing::{Numbers, check_slope, difference, dot as product, shape};

    fn rms(channels: usize) -> Rms {
        let gain = Numbers(3).values(channels);
        Rms {
            gain: gain.iter().map(|g| 1.0 + 0.5 * g).collect(),
            epsilon: 1e-4,
        }
    }

    #[test]
    fn it_is_the_formula() {
        for channels in [1, 6, 48, 50] {
            let x = Numbers(1).picture(shape(2, 3, 5, channels));
            let rms = rms(channels);
            let mut exact = Vec::new();
            for pixel in x.values.chunks_exact(channels) {
                let square = |x: &f32| f64::from(*x).powi(2);
                let mean = pixel.iter().map(square).sum::<f64>() / channels as f64;
                for (&x, &gain) in pixel.iter().zip(&rms.gain) {
                    let u = f64::from(x) * f64::from(gain) / (mean + 1e-4).sqrt();
                    exact.push(u / (1.0 + (-u).exp()));
                }
            }
            let off = difference(&rms.forward(&x), &exact);
            assert!(off < 1e-6, "{channels}: {off:e}");
        }
    }

    #[test]
    fn the_pullback_is_the_slope() {
        for channels in [6, 32] {
            let x = Numbers(1).picture(shape(1, 4, 3, channels));
            let rms = rms(channels);
            check_slope(&x, |x| rms.forward(&x), |v| rms.pullback(&x, v.clone()));
        }
    }

    #[test]
    fn the_slopes_by_the_gain_are_differences() {
        let x = Numbers(1).picture(shape(2, 4, 3, 5));
        let v = Numbers(2).picture(x.shape);
        let mut rms = rms(5);
        let mut slopes = vec![1.0; 5];
        let back = rms.pullback_with_slopes(&x, v.clone(), &mut slopes);
        assert_eq!(back, rms.pullback(&x, v.clone()));
        let gain = rms.gain.clone();
        for channel in 0..5 {
            let mut along = |step: f32| {
                let mut moved = gain.clone();
                moved[channel] += step;
                rms.set(&moved);
                product(&rms.forward(&x), &v)
            };
            let measured = (along(1e-2) - along(-1e-2)) / 2e-2;
            let found = f64::from(slopes[channel] - 1.0);
            assert!((measured - found).abs() < 2e-3, "{measured} is not {found}");
        }
    }
}
