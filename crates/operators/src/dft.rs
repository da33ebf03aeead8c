//! The centred orthonormal discrete Fourier transform of pictures, as matrix products.
//!
//! `F X = (C_r - i S_r) X (C_c - i S_c)ᵀ`; real part and imaginary part stand above one another,
//! `[2h', w']`, so the whole is a sum of two separable terms. Dense matrices on purpose: they run on
//! every device, their adjoint is exact, and at these sizes a product is far cheaper than a denoiser
//! evaluation. "Centred" as `fftshift(fft(ifftshift(x)))`: frequency 0 is at index `n / 2`, and so is
//! the origin of the picture.

use burn::tensor::Device;
use nalgebra::DMatrix;

use crate::separable::Separable;

/// A line of pixels in the middle of a longer line of zeros, and which frequencies are kept.
pub(crate) struct Line<'a> {
    /// Pixels.
    pub(crate) pixels: usize,
    /// Pixels and zeros together, as many as frequencies.
    pub(crate) padded: usize,
    /// Which frequencies are kept, the others being zero; `None` keeps all.
    pub(crate) kept: Option<&'a [bool]>,
}

impl Line<'_> {
    /// `(C, S)` with `F = C - i S`, each `[padded, pixels]`.
    fn matrices(&self) -> (DMatrix<f64>, DMatrix<f64>) {
        let n = self.padded as i64;
        let (centre, offset) = (n / 2, (n - self.pixels as i64) / 2);
        let matrix = |of: fn(f64) -> f64| {
            DMatrix::from_fn(self.padded, self.pixels, |row, column| {
                if self.kept.is_some_and(|kept| !kept[row]) {
                    return 0.0;
                }
                let (frequency, place) = (row as i64 - centre, column as i64 + offset - centre);
                // Reduced to one turn while it is exact.
                let turns = (frequency * place).rem_euclid(n) as f64 / n as f64;
                of(std::f64::consts::TAU * turns) / (n as f64).sqrt()
            })
        };
        (matrix(libm::cos), matrix(libm::sin))
    }
}

/// Real part above imaginary part: `[h, w] → [2h', w']`.
pub(crate) fn stacked(height: &Line<'_>, width: &Line<'_>, device: &Device) -> Separable {
    let ((cos_r, sin_r), (cos_c, sin_c)) = (height.matrices(), width.matrices());
    let above = |a: &DMatrix<f64>, b: &DMatrix<f64>| {
        let mut both = DMatrix::zeros(a.nrows() + b.nrows(), a.ncols());
        both.rows_mut(0, a.nrows()).copy_from(a);
        both.rows_mut(a.nrows(), b.nrows()).copy_from(b);
        both
    };
    let first = (above(&cos_r, &-&sin_r), cos_c);
    let second = (above(&-&sin_r, &-&cos_r), sin_c);
    Separable::new(&[first, second], device)
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Tensor, TensorData};

    use super::*;

    fn line(pixels: usize, padded: usize) -> Line<'static> {
        Line {
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
        let transform = stacked(&line(4, 4), &line(6, 6), &Device::flex());
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
        let transform = stacked(&line(5, 9), &line(6, 10), &Device::flex());
        let values: Vec<f32> = (0..30).map(|i| ((i * 7 + 3) % 11) as f32 - 5.0).collect();
        let energy: f32 = values.iter().map(|v| v * v).sum();
        let x = picture(values, (5, 6));
        let spectrum = transform.apply(x.clone());
        let seen = spectrum.clone().square().sum().into_scalar::<f32>();
        assert!((seen / energy - 1.0).abs() < 1e-5);
        let off = (transform.adjoint(spectrum) - x).abs().max();
        assert!(off.into_scalar::<f32>() < 1e-5);

        let transform = stacked(&line(1, 1), &line(8, 8), &Device::flex());
        let mut point = vec![0.0; 8];
        point[5] = 1.0;
        let spectrum = transform.apply(picture(point, (1, 8))).to_data();
        let spectrum: Vec<f64> = spectrum.iter::<f64>().collect();
        let expected = -(std::f64::consts::TAU / 8.0).sin() / 8_f64.sqrt();
        assert!((spectrum[8 + 5] - expected).abs() < 1e-6, "{spectrum:?}");
    }
}
