//! Convolution with any kernel and mirrored borders, by Fourier transforms.
//!
//! ```text
//! y_i = Σ_a k_a x_{i - a + centre},   x mirrored at its borders
//! ```
//!
//! The picture is padded with its mirror image as far as the kernel reaches and on to a length that
//! is quick to transform, so that nothing wraps around into what is kept; two channels are
//! transformed at a time, as the real and imaginary parts of one picture. The adjoint multiplies by
//! the conjugate spectrum and folds the padding back, exactly. Cost: `O(n log n)` whatever the
//! kernel; memory: some planes.

use std::sync::Arc;

use burn::tensor::{Tensor, TensorData};

use crate::cosine::{self, Border};
use crate::fft::{Fft, Work, quick_length};
use crate::planes::{self, Line};

/// A Fourier transform of lines of one length.
struct Fourier {
    fft: Fft,
    length: usize,
}

impl Fourier {
    fn new(length: usize) -> Self {
        Self {
            fft: Fft::new(length),
            length,
        }
    }
}

impl Line for Fourier {
    fn taken(&self) -> usize {
        self.length
    }

    fn given(&self) -> usize {
        self.length
    }

    fn run(&self, work: &mut Work) {
        self.fft.forward(work);
    }
}

/// A complex picture as real parts and imaginary parts.
type Complex = [Vec<f32>; 2];

/// The transform of complex pictures of one size.
struct Transform {
    down: Fourier,
    across: Fourier,
}

impl Transform {
    fn new(size: (usize, usize)) -> Self {
        Self {
            down: Fourier::new(size.0),
            across: Fourier::new(size.1),
        }
    }

    fn size(&self) -> (usize, usize) {
        (self.down.length, self.across.length)
    }

    fn forward(&self, [re, im]: &Complex) -> Complex {
        let (height, width) = self.size();
        let [re, im] = planes::complex_columns(&self.down, [re, im], width);
        planes::complex_columns(&self.across, [&re, &im], height)
    }

    /// Without its scale of `1 / n`.
    fn inverse(&self, [re, im]: Complex) -> Complex {
        let [im, re] = self.forward(&[im, re]);
        [re, im]
    }
}

/// See the module.
pub(crate) struct Convolution {
    size: (usize, usize),
    border: Border,
    /// `(height, width)` of the kernel, odd.
    sides: (usize, usize),
    transform: Transform,
    /// That of the kernel, over the number of values.
    response: Complex,
    /// The square root of the kernel's power in the cosines of pictures, without its phase.
    magnitudes: Arc<Vec<f32>>,
}

impl Convolution {
    /// `weights` in row order, with odd `sides` (height, width).
    pub(crate) fn new(
        weights: &[f64],
        sides: (usize, usize),
        size: (usize, usize),
        border: Border,
    ) -> Self {
        let transform = Transform::new((
            quick_length(size.0 + sides.0 - 1),
            quick_length(size.1 + sides.1 - 1),
        ));
        let (height, width) = transform.size();
        let values = (height * width) as f64;
        let scaled = weights
            .iter()
            .map(|w| (w / values) as f32)
            .collect::<Vec<_>>();
        let placed = placed(&scaled, sides.1, (0, 0), (height, width));
        let response = transform.forward(&[placed, vec![0.0; height * width]]);
        Self {
            size,
            border,
            sides,
            magnitudes: Arc::new(magnitudes(weights, sides, size)),
            response,
            transform,
        }
    }

    /// The square root of the kernel's power in the frequencies of DCT-II.
    pub(crate) fn magnitudes(&self) -> Arc<Vec<f32>> {
        Arc::clone(&self.magnitudes)
    }

    /// `A x`.
    pub(crate) fn apply(&self, x: Tensor<4>) -> Tensor<4> {
        self.pairs(
            x,
            |plane| self.padded(plane),
            false,
            |plane| self.kept(plane),
        )
    }

    /// `Aᵀ y`.
    pub(crate) fn adjoint(&self, y: Tensor<4>) -> Tensor<4> {
        let place = |plane: &[f32]| {
            let corner = (self.sides.0 - 1, self.sides.1 - 1);
            placed(plane, self.size.1, corner, self.transform.size())
        };
        self.pairs(y, place, true, |plane| self.folded(plane))
    }

    /// Two planes at a time through the kernel's response or its conjugate.
    fn pairs(
        &self,
        x: Tensor<4>,
        before: impl Fn(&[f32]) -> Vec<f32>,
        conjugate: bool,
        after: impl Fn(&[f32]) -> Vec<f32>,
    ) -> Tensor<4> {
        let (device, shape) = (x.device(), x.dims());
        let values = planes::values(x);
        let planes: Vec<&[f32]> = values.chunks_exact(self.size.0 * self.size.1).collect();
        let mut found = Vec::with_capacity(values.len());
        for pair in planes.chunks(2) {
            let re = before(pair[0]);
            let im = pair
                .get(1)
                .map_or_else(|| vec![0.0; re.len()], |plane| before(plane));
            let mut there = self.transform.forward(&[re, im]);
            multiply(&mut there, &self.response, conjugate);
            let [re, im] = self.transform.inverse(there);
            found.extend(after(&re));
            if pair.len() == 2 {
                found.extend(after(&im));
            }
        }
        Tensor::from_data(TensorData::new(found, shape), &device)
    }

    /// For each line of the padded picture the line of the picture that stands there.
    fn sources(&self) -> [Vec<usize>; 2] {
        let (size, sides) = (self.size, self.sides);
        [(size.0, sides.0), (size.1, sides.1)].map(|(length, side)| {
            let reach = (side / 2) as isize;
            (0..(length + side - 1) as isize)
                .map(|at| self.border.fold(at - reach, length))
                .collect()
        })
    }

    fn padded(&self, plane: &[f32]) -> Vec<f32> {
        let [rows, columns] = self.sources();
        let (height, width) = self.transform.size();
        let mut padded = vec![0.0; height * width];
        for (to, row) in padded.chunks_exact_mut(width).zip(rows) {
            let from = &plane[row * self.size.1..(row + 1) * self.size.1];
            for (value, &column) in to.iter_mut().zip(&columns) {
                *value = from[column];
            }
        }
        padded
    }

    /// The transpose of [`padded`](Self::padded).
    fn folded(&self, padded: &[f32]) -> Vec<f32> {
        let [rows, columns] = self.sources();
        let mut plane = vec![0.0; self.size.0 * self.size.1];
        for (from, row) in padded.chunks_exact(self.transform.size().1).zip(rows) {
            let to = &mut plane[row * self.size.1..(row + 1) * self.size.1];
            for (value, &column) in from.iter().zip(&columns) {
                to[column] += value;
            }
        }
        plane
    }

    /// What is no padding.
    fn kept(&self, padded: &[f32]) -> Vec<f32> {
        let first = self.sides.1 - 1;
        let rows = padded.chunks_exact(self.transform.size().1);
        let rows = rows.skip(self.sides.0 - 1).take(self.size.0);
        rows.flat_map(|row| &row[first..first + self.size.1])
            .copied()
            .collect()
    }
}

/// A plane of `width` columns with its corner at `(row, column)` of zeros.
fn placed(
    plane: &[f32],
    width: usize,
    (row, column): (usize, usize),
    size: (usize, usize),
) -> Vec<f32> {
    let mut zeros = vec![0.0; size.0 * size.1];
    let rows = zeros.chunks_exact_mut(size.1).skip(row);
    for (to, from) in rows.zip(plane.chunks_exact(width)) {
        to[column..column + width].copy_from_slice(from);
    }
    zeros
}

fn multiply([re, im]: &mut Complex, [by_re, by_im]: &Complex, conjugate: bool) {
    use rayon::prelude::*;
    let sign = if conjugate { -1.0 } else { 1.0 };
    let chunk = 1 << 14;
    re.par_chunks_mut(chunk)
        .zip(im.par_chunks_mut(chunk))
        .zip(by_re.par_chunks(chunk).zip(by_im.par_chunks(chunk)))
        .for_each(|((re, im), (by_re, by_im))| {
            for (at, (re, im)) in re.iter_mut().zip(im).enumerate() {
                let (a, b) = (by_re[at], sign * by_im[at]);
                (*re, *im) = (*re * a - *im * b, *re * b + *im * a);
            }
        });
}

/// The root of the mean of the kernel's power at the frequencies `(ω, ω')` and `(ω, -ω')`: the
/// cosine transform of its autocorrelation.
fn magnitudes(weights: &[f64], sides: (usize, usize), size: (usize, usize)) -> Vec<f32> {
    let whole = (2 * sides.0 - 1, 2 * sides.1 - 1);
    let transform = Transform::new((quick_length(whole.0), quick_length(whole.1)));
    let (height, width) = transform.size();
    let weights: Vec<f32> = weights.iter().map(|w| *w as f32).collect();
    let zeros = vec![0.0; height * width];
    let [re, im] = transform.forward(&[placed(&weights, sides.1, (0, 0), (height, width)), zeros]);
    let power: Vec<f32> = re.iter().zip(&im).map(|(a, b)| a * a + b * b).collect();
    let zeros = vec![0.0; height * width];
    let [correlation, _] = transform.inverse([power, zeros]);
    let at = |row: isize, column: isize| {
        let row = row.rem_euclid(height as isize) as usize;
        let column = column.rem_euclid(width as isize) as usize;
        f64::from(correlation[row * width + column]) / (height * width) as f64
    };
    let (up, left) = (sides.0 as isize - 1, sides.1 as isize - 1);
    let even: Vec<f64> = (-up..=up)
        .flat_map(|row| (-left..=left).map(move |column| (row, column)))
        .map(|(row, column)| 0.5 * (at(row, column) + at(row, -column)))
        .collect();
    let power = cosine::gains(&even, whole, size, Border::Edge);
    power.into_iter().map(|p| p.max(0.0).sqrt()).collect()
}
