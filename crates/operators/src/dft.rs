//! The centred orthonormal discrete Fourier transform of real pictures.
//!
//! Real part and imaginary part stand above one another, `[h, w] → [2h', w']`. "Centred" as
//! `fftshift(fft(ifftshift(x)))`: frequency 0 is at index `n / 2`, and so is the origin of the
//! picture. A picture may lie in the middle of zeros, and some columns of the spectrum may be all
//! that is kept. The adjoint is the real part of the conjugate transform. Cost: `O(n log n)`.

use burn::tensor::Tensor;

use crate::fft::{Fft, Lane, Work};
use crate::planes::{self, Line};

/// A line of pixels in the middle of a longer line of zeros, and which frequencies are kept.
#[derive(Clone, Copy)]
pub(crate) struct Axis<'a> {
    /// Pixels.
    pub(crate) pixels: usize,
    /// Pixels and zeros together, as many as frequencies.
    pub(crate) padded: usize,
    /// Which frequencies are kept, the others being zero; `None` keeps all.
    pub(crate) kept: Option<&'a [bool]>,
}

/// The transform of such lines, or its adjoint.
struct Centred {
    fft: Fft,
    pixels: usize,
    padded: usize,
    kept: Option<Vec<bool>>,
    adjoint: bool,
}

impl Centred {
    fn new(axis: &Axis<'_>, adjoint: bool) -> Self {
        Self {
            fft: Fft::new(axis.padded),
            pixels: axis.pixels,
            padded: axis.padded,
            kept: axis.kept.map(<[bool]>::to_vec),
            adjoint,
        }
    }

    /// Where pixel `at` is, counted from the origin around the line.
    fn place(&self, at: usize) -> usize {
        let offset = (self.padded - self.pixels) / 2;
        (at + offset + self.padded - self.padded / 2) % self.padded
    }

    /// Where the frequency of index `at` is, counted from 0 around the spectrum; `None` if it is
    /// not kept.
    fn frequency(&self, at: usize) -> Option<usize> {
        let is_kept = self.kept.as_ref().is_none_or(|kept| kept[at]);
        is_kept.then_some((at + self.padded - self.padded / 2) % self.padded)
    }
}

impl Line for Centred {
    fn taken(&self) -> usize {
        if self.adjoint {
            self.padded
        } else {
            self.pixels
        }
    }

    fn given(&self) -> usize {
        if self.adjoint {
            self.pixels
        } else {
            self.padded
        }
    }

    fn run(&self, work: &mut Work) {
        let scale = (1.0 / self.padded as f64).sqrt() as f32;
        let before = std::mem::replace(&mut work.lines, vec![Lane::ZERO; self.padded]);
        if self.adjoint {
            for (at, value) in before.into_iter().enumerate() {
                if let Some(place) = self.frequency(at) {
                    work.lines[place] = value.scaled(scale);
                }
            }
            self.fft.conjugate(work);
            let pixels = (0..self.pixels).map(|at| work.lines[self.place(at)]);
            work.lines = pixels.collect();
        } else {
            for (at, value) in before.into_iter().enumerate() {
                work.lines[self.place(at)] = value.scaled(scale);
            }
            self.fft.forward(work);
            let value = |at| self.frequency(at).map_or(Lane::ZERO, |k| work.lines[k]);
            work.lines = (0..self.padded).map(value).collect();
        }
    }
}

/// See the module.
pub(crate) struct Dft {
    forth: [Centred; 2],
    back: [Centred; 2],
}

impl Dft {
    pub(crate) fn new(height: &Axis<'_>, width: &Axis<'_>) -> Self {
        let pair = |adjoint| [Centred::new(height, adjoint), Centred::new(width, adjoint)];
        Self {
            forth: pair(false),
            back: pair(true),
        }
    }

    /// `(height, width)` of pictures.
    pub(crate) fn input_size(&self) -> (usize, usize) {
        (self.forth[0].pixels, self.forth[1].pixels)
    }

    /// `(height, width)` of spectra, real part above imaginary part.
    pub(crate) fn output_size(&self) -> (usize, usize) {
        (2 * self.forth[0].padded, self.forth[1].padded)
    }

    /// `[b, c, h, w] → [b, c, 2h', w']`.
    pub(crate) fn apply(&self, x: Tensor<4>) -> Tensor<4> {
        let [down, across] = &self.forth;
        planes::map(x, self.output_size(), |plane| {
            let nothing = vec![0.0; plane.len()];
            let [re, im] = planes::complex_columns(down, [plane, &nothing], across.pixels);
            let [mut re, im] = planes::complex_columns(across, [&re, &im], down.padded);
            re.extend(im);
            re
        })
    }

    /// `[b, c, 2h', w'] → [b, c, h, w]`.
    pub(crate) fn adjoint(&self, y: Tensor<4>) -> Tensor<4> {
        let [down, across] = &self.back;
        planes::map(y, self.input_size(), |plane| {
            let (re, im) = plane.split_at(plane.len() / 2);
            let [re, im] = planes::complex_columns(down, [re, im], across.padded);
            let [re, _] = planes::complex_columns(across, [&re, &im], down.pixels);
            re
        })
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, TensorData};

    use super::*;

    fn axis(pixels: usize, padded: usize) -> Axis<'static> {
        Axis {
            pixels,
            padded,
            kept: None,
        }
    }

    fn picture(values: Vec<f32>, (h, w): (usize, usize)) -> Tensor<4> {
        Tensor::from_data(TensorData::new(values, [1, 1, h, w]), &Device::flex())
    }

    #[test]
    fn a_point_at_the_origin_has_a_flat_spectrum_and_a_flat_picture_a_single_frequency() {
        let transform = Dft::new(&axis(4, 4), &axis(6, 6));
        let mut point = vec![0.0; 24];
        point[2 * 6 + 3] = 1.0;
        let spectrum = transform.apply(picture(point, (4, 6))).to_data();
        for (i, v) in spectrum.iter::<f64>().enumerate() {
            let expected = if i < 24 { 1.0 / 24_f64.sqrt() } else { 0.0 };
            assert!((v - expected).abs() < 1e-6, "{i}: {v}");
        }
        let spectrum = transform.apply(picture(vec![1.0; 24], (4, 6))).to_data();
        for (i, v) in spectrum.iter::<f64>().enumerate() {
            let expected = if i == 2 * 6 + 3 { 24_f64.sqrt() } else { 0.0 };
            assert!((v - expected).abs() < 1e-5, "{i}: {v}");
        }
    }

    /// Parseval, odd lengths and zeros around the picture included; and the sign of the imaginary
    /// part: a point one pixel right of the origin turns clockwise with growing frequency.
    #[test]
    fn it_is_orthonormal_and_turns_the_right_way() {
        let transform = Dft::new(&axis(5, 9), &axis(6, 10));
        let values: Vec<f32> = (0..30).map(|i| ((i * 7 + 3) % 11) as f32 - 5.0).collect();
        let energy: f32 = values.iter().map(|v| v * v).sum();
        let x = picture(values, (5, 6));
        let spectrum = transform.apply(x.clone());
        let seen = spectrum.clone().square().sum().into_scalar::<f32>();
        assert!((seen / energy - 1.0).abs() < 1e-5);
        let off = (transform.adjoint(spectrum) - x).abs().max();
        assert!(off.into_scalar::<f32>() < 1e-5);

        let transform = Dft::new(&axis(1, 1), &axis(8, 8));
        let mut point = vec![0.0; 8];
        point[5] = 1.0;
        let spectrum = transform.apply(picture(point, (1, 8))).to_data();
        let spectrum: Vec<f64> = spectrum.iter::<f64>().collect();
        let expected = -(std::f64::consts::TAU / 8.0).sin() / 8_f64.sqrt();
        assert!((spectrum[8 + 5] - expected).abs() < 1e-6, "{spectrum:?}");
    }
}
