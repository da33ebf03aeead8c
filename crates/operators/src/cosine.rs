//! Discrete cosine transforms of whole pictures: what mirrored borders are made of.
//!
//! A line that is mirrored about the edge of its last pixel ([`Border::Edge`]) is a sum of the
//! cosines of DCT-II, one that is mirrored about the centre of it ([`Border::Pixel`]) of those of
//! DCT-I; a symmetric kernel scales each cosine by a gain. With `Q` the orthonormal transform and
//! `D` the diagonal of `sqrt(1/2)` at the two ends of a line and one elsewhere (`D = 1` for
//! DCT-II),
//!
//! ```text
//! analyse = Qᵀ D,   synthesise = D⁻¹ Q,   blur = synthesise · gains · analyse
//! ```
//!
//! so that DCT-II is orthonormal and DCT-I is but for the outermost pixels: its transpose is
//! [`transposed`](Cosines::transposed). Any length takes `O(n log n)`: DCT-II by a transform of the
//! same length (Makhoul 1980), DCT-I by one of the mirrored line.

use std::sync::Arc;

use burn::tensor::Tensor;

use crate::fft::{Fft, Lane, Work};
use crate::planes::{self, Line};
use crate::reflect::{about_edge, about_pixel};

/// Where a picture is mirrored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Border {
    /// About the centre of its border pixels, which therefore stand there once: PyTorch's `reflect`.
    Pixel,
    /// About the edge of its border pixels, which therefore stand there twice: MATLAB's `symmetric`.
    Edge,
}

impl Border {
    /// The pixel of a line of `length` that stands at `index`, which may lie outside.
    pub(crate) fn fold(self, index: isize, length: usize) -> usize {
        match self {
            Self::Pixel => about_pixel(index, length),
            Self::Edge => about_edge(index, length),
        }
    }
}

/// What a [`Cosine`] does to a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Direction {
    Analyse,
    Synthesise,
    /// `x_0 + (-1)^k x_N + 2 Σ x_j cos(π jk / N)`: DCT-I without scale.
    Sums,
}

/// The transform of lines of one length in one direction.
#[derive(Clone, Debug)]
struct Cosine {
    length: usize,
    border: Border,
    direction: Direction,
    fft: Arc<Fft>,
    /// Of DCT-II: `(scale · cos θ, scale · sin θ)` with `θ = π k / 2n`, for each frequency.
    angles: Arc<Vec<(f32, f32)>>,
}

impl Cosine {
    fn new(length: usize, border: Border, direction: Direction) -> Self {
        let n = length as f64;
        let angle = |k: usize| {
            let theta = std::f64::consts::PI * k as f64 / (2.0 * n);
            let scale = (if k == 0 { 1.0 } else { 2.0 } / n).sqrt();
            let scale = match direction {
                Direction::Synthesise => 1.0 / scale,
                Direction::Analyse | Direction::Sums => scale,
            };
            (
                (scale * libm::cos(theta)) as f32,
                (scale * libm::sin(theta)) as f32,
            )
        };
        let (transformed, angles) = match border {
            Border::Edge => (length, (0..length).map(angle).collect()),
            Border::Pixel => (2 * length.saturating_sub(1).max(1), Vec::new()),
        };
        Self {
            length,
            border,
            direction,
            fft: Arc::new(Fft::new(transformed)),
            angles: Arc::new(angles),
        }
    }

    /// DCT-I of both parts of every line, without scale.
    fn mirrored(&self, lines: &mut Work) {
        let last = self.length - 1;
        let inner: Vec<Lane> = lines.lines[1..last].iter().rev().copied().collect();
        lines.lines.extend(inner);
        self.fft.forward(lines);
        lines.lines.truncate(self.length);
    }

    fn about_pixel(&self, work: &mut Work) {
        // A single pixel has but one frequency, 0.
        if self.length == 1 {
            return;
        }
        let last = self.length - 1;
        let ends = |lines: &mut [Lane], by: f32| {
            lines[0] = lines[0].scaled(by);
            lines[last] = lines[last].scaled(by);
        };
        let root = std::f32::consts::SQRT_2;
        if self.direction == Direction::Synthesise {
            ends(&mut work.lines, root);
        }
        self.mirrored(work);
        if self.direction == Direction::Analyse {
            ends(&mut work.lines, 1.0 / root);
        }
        if self.direction != Direction::Sums {
            let scale = (1.0 / (2.0 * last as f64)).sqrt() as f32;
            for value in &mut work.lines {
                *value = value.scaled(scale);
            }
        }
    }

    /// Even places from the front, odd ones from the back (Makhoul's order).
    fn place(&self, at: usize) -> usize {
        if at.is_multiple_of(2) {
            at / 2
        } else {
            self.length - 1 - at / 2
        }
    }

    fn analyse_about_edge(&self, work: &mut Work) {
        let n = self.length;
        let before = work.lines.clone();
        for (at, value) in before.into_iter().enumerate() {
            work.lines[self.place(at)] = value;
        }
        self.fft.forward(work);
        let there = work.lines.clone();
        for (k, value) in work.lines.iter_mut().enumerate() {
            let (a, b) = (there[k], there[(n - k) % n]);
            let (cos, sin) = self.angles[k];
            // The spectra of both parts, and of each the real part after a turn by -θ.
            *value = Lane {
                re: std::array::from_fn(|i| {
                    0.5 * ((a.re[i] + b.re[i]) * cos + (a.im[i] - b.im[i]) * sin)
                }),
                im: std::array::from_fn(|i| {
                    0.5 * ((a.im[i] + b.im[i]) * cos - (a.re[i] - b.re[i]) * sin)
                }),
            };
        }
    }

    fn synthesise_about_edge(&self, work: &mut Work) {
        let n = self.length;
        let there = work.lines.clone();
        for (k, value) in work.lines.iter_mut().enumerate() {
            let a = there[k];
            let b = if k == 0 { Lane::ZERO } else { there[n - k] };
            let (cos, sin) = self.angles[k];
            // exp(iθ) (Y_k - i Y_{n-k}) of both parts, the second times i.
            let (r1, i1) = turn(&a.re, &b.re, cos, sin);
            let (r2, i2) = turn(&a.im, &b.im, cos, sin);
            *value = Lane {
                re: std::array::from_fn(|i| r1[i] - i2[i]),
                im: std::array::from_fn(|i| i1[i] + r2[i]),
            };
        }
        self.fft.inverse(work);
        let shuffled = work.lines.clone();
        for (at, value) in work.lines.iter_mut().enumerate() {
            *value = shuffled[self.place(at)];
        }
    }
}

/// Real and imaginary part of `(cos + i sin) (a - i b)`.
fn turn<const N: usize>(a: &[f32; N], b: &[f32; N], cos: f32, sin: f32) -> ([f32; N], [f32; N]) {
    (
        std::array::from_fn(|i| a[i] * cos + b[i] * sin),
        std::array::from_fn(|i| a[i] * sin - b[i] * cos),
    )
}

impl Line for Cosine {
    fn taken(&self) -> usize {
        self.length
    }

    fn given(&self) -> usize {
        self.length
    }

    fn run(&self, work: &mut Work) {
        match (self.border, self.direction) {
            (Border::Pixel, _) => self.about_pixel(work),
            (Border::Edge, Direction::Synthesise) => self.synthesise_about_edge(work),
            (Border::Edge, Direction::Analyse | Direction::Sums) => self.analyse_about_edge(work),
        }
    }
}

/// The transform of pictures of one size, both ways. See the module.
#[derive(Clone, Debug)]
pub struct Cosines {
    size: (usize, usize),
    border: Border,
    analyse: [Cosine; 2],
    synthesise: [Cosine; 2],
}

impl Cosines {
    /// For pictures of `size` (height, width). Cost: `O(h + w)` sines.
    ///
    /// # Panics
    /// If a side is zero.
    #[must_use]
    pub fn new(size: (usize, usize), border: Border) -> Self {
        let pair = |direction| [size.0, size.1].map(|n| Cosine::new(n, border, direction));
        Self {
            size,
            border,
            analyse: pair(Direction::Analyse),
            synthesise: pair(Direction::Synthesise),
        }
    }

    /// `(height, width)`.
    #[must_use]
    pub fn size(&self) -> (usize, usize) {
        self.size
    }

    /// Whether the transform is orthonormal, which DCT-I is only nearly.
    #[must_use]
    pub fn is_orthonormal(&self) -> bool {
        self.border == Border::Edge
    }

    /// Pixels to coefficients, `[b, c, h, w]` both.
    #[must_use]
    pub fn analyse(&self, x: Tensor<4>) -> Tensor<4> {
        planes::map(x, self.size, |plane| self.analyse_plane(plane))
    }

    /// Coefficients to pixels: the inverse of [`analyse`](Self::analyse).
    #[must_use]
    pub fn synthesise(&self, coefficients: Tensor<4>) -> Tensor<4> {
        planes::map(coefficients, self.size, |plane| {
            self.synthesise_plane(plane)
        })
    }

    /// The transpose of [`analyse`](Self::analyse), `D Q`: that of DCT-II is
    /// [`synthesise`](Self::synthesise).
    #[must_use]
    pub fn transposed(&self, coefficients: Tensor<4>) -> Tensor<4> {
        planes::map(coefficients, self.size, |plane| {
            let mut plane = self.synthesise_plane(plane);
            self.scale_ends(&mut plane, 0.5);
            plane
        })
    }

    /// `synthesise(gains · analyse(x))` with `gains` in row order.
    pub(crate) fn filter(&self, x: Tensor<4>, gains: &[f32]) -> Tensor<4> {
        planes::map(x, self.size, |plane| self.filter_plane(plane, gains))
    }

    /// The transpose of [`filter`](Self::filter).
    pub(crate) fn filter_transposed(&self, y: Tensor<4>, gains: &[f32]) -> Tensor<4> {
        planes::map(y, self.size, |plane| {
            let mut plane = plane.to_vec();
            self.scale_ends(&mut plane, 2.0);
            let mut plane = self.filter_plane(&plane, gains);
            self.scale_ends(&mut plane, 0.5);
            plane
        })
    }

    pub(crate) fn analyse_plane(&self, plane: &[f32]) -> Vec<f32> {
        planes::both(&self.analyse[0], &self.analyse[1], plane)
    }

    pub(crate) fn synthesise_plane(&self, plane: &[f32]) -> Vec<f32> {
        planes::both(&self.synthesise[0], &self.synthesise[1], plane)
    }

    fn filter_plane(&self, plane: &[f32], gains: &[f32]) -> Vec<f32> {
        let mut there = self.analyse_plane(plane);
        planes::multiply(&mut there, gains);
        self.synthesise_plane(&there)
    }

    /// `D²` for `by = 1/2`, `D⁻²` for `by = 2`: scales the outermost lines.
    fn scale_ends(&self, plane: &mut [f32], by: f32) {
        let (height, width) = self.size;
        if self.border == Border::Edge {
            return;
        }
        if height > 1 {
            for row in [0, height - 1] {
                let row = &mut plane[row * width..(row + 1) * width];
                row.iter_mut().for_each(|value| *value *= by);
            }
        }
        if width > 1 {
            for row in plane.chunks_exact_mut(width) {
                row[0] *= by;
                row[width - 1] *= by;
            }
        }
    }
}

/// The gains of a kernel that is symmetric along both axes, in the order of [`Cosines::new`] with
/// the same `size` and `border`: `Σ k[a, b] cos(ω_i a) cos(ω_j b)`. `weights` are in row order,
/// `sides` are odd and may be larger than the picture. What is not symmetric is left out.
pub(crate) fn gains(
    weights: &[f64],
    sides: (usize, usize),
    size: (usize, usize),
    border: Border,
) -> Vec<f32> {
    // Frequencies of DCT-II are those of DCT-I of one value more, the last of which is left out.
    let longer = usize::from(border == Border::Edge);
    let (height, width) = (size.0 + longer, size.1 + longer);
    let mut folded = vec![0.0_f64; height * width];
    for (at, weight) in weights.iter().enumerate() {
        let row = (at / sides.1) as isize - (sides.0 / 2) as isize;
        let column = (at % sides.1) as isize - (sides.1 / 2) as isize;
        let (row, column) = (about_pixel(row, height), about_pixel(column, width));
        // The sums count what is not at an end twice.
        let twice = |at: usize, length: usize| at > 0 && at + 1 < length;
        let times = [twice(row, height), twice(column, width)];
        let share = 0.5_f64.powi(times.into_iter().filter(|t| *t).count() as i32);
        folded[row * width + column] += weight * share;
    }
    let folded: Vec<f32> = folded.into_iter().map(|v| v as f32).collect();
    let sums = |length| Cosine::new(length, Border::Pixel, Direction::Sums);
    let gains = planes::both(&sums(height), &sums(width), &folded);
    let rows = gains.chunks_exact(width).take(size.0);
    rows.flat_map(|row| row[..size.1].iter().copied()).collect()
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, Tensor};

    use super::*;
    use crate::noise::{NoiseSource, SeededNoise};

    const SIZES: [(usize, usize); 9] = [
        (1, 1),
        (1, 5),
        (2, 3),
        (3, 2),
        (7, 8),
        (16, 24),
        (31, 38),
        (47, 33),
        (100, 9),
    ];

    fn draw((h, w): (usize, usize)) -> Tensor<4> {
        SeededNoise::new(1, 0).normal([2, 3, h, w], &Device::flex())
    }

    fn off(a: Tensor<4>, b: Tensor<4>) -> f64 {
        f64::from((a - b).abs().max().into_scalar::<f32>())
    }

    fn dot(a: Tensor<4>, b: Tensor<4>) -> f64 {
        f64::from((a * b).sum().into_scalar::<f32>())
    }

    #[test]
    fn synthesis_undoes_analysis_and_the_transpose_is_one() {
        for size in SIZES {
            for border in [Border::Pixel, Border::Edge] {
                let cosines = Cosines::new(size, border);
                let (x, y) = (draw(size), draw(size).flip([0, 1]));
                let there = cosines.analyse(x.clone());
                let back = cosines.synthesise(there.clone());
                assert!(off(back, x.clone()) < 5e-6, "{size:?} {border:?}");
                let forth = dot(there.clone(), y.clone());
                let back = dot(x.clone(), cosines.transposed(y));
                let scale = dot(x.clone(), x.clone());
                assert!((forth - back).abs() < 1e-5 * scale, "{size:?} {border:?}");
                if cosines.is_orthonormal() {
                    let kept = dot(there.clone(), there) / scale;
                    assert!((kept - 1.0).abs() < 1e-5, "{size:?}: {kept}");
                }
            }
        }
    }

    /// The cosines of the definition, as a picture, are one coefficient.
    #[test]
    fn a_cosine_is_one_coefficient() {
        let (height, width) = (6, 9);
        for border in [Border::Pixel, Border::Edge] {
            let wave = |k: usize, i: usize, n: usize| {
                let turn = match border {
                    Border::Edge => (i as f64 + 0.5) * k as f64 / n as f64,
                    Border::Pixel => (i * k) as f64 / (n - 1) as f64,
                };
                (std::f64::consts::PI * turn).cos()
            };
            for (k, l) in [(0, 0), (2, 3), (5, 8)] {
                let plane: Vec<f32> = (0..height * width)
                    .map(|at| (wave(k, at / width, height) * wave(l, at % width, width)) as f32)
                    .collect();
                let there = Cosines::new((height, width), border).analyse_plane(&plane);
                for (at, value) in there.iter().enumerate() {
                    let is_it = at == k * width + l;
                    assert_eq!(
                        value.abs() > 1e-5,
                        is_it,
                        "{border:?} {k} {l} {at}: {value}"
                    );
                }
            }
        }
    }

    /// Symmetric kernels against their sums over the mirrored picture, kernels larger than it included.
    #[test]
    fn gains_are_those_of_the_mirrored_sums() {
        for border in [Border::Pixel, Border::Edge] {
            for (size, sides) in [((9, 12), (5, 3)), ((4, 5), (13, 11)), ((1, 6), (3, 3))] {
                let weight = |at: usize| {
                    let row = (at / sides.1).abs_diff(sides.0 / 2);
                    let column = (at % sides.1).abs_diff(sides.1 / 2);
                    ((row * 5 + column * 3) % 7) as f64 * 0.03
                };
                let weights: Vec<f64> = (0..sides.0 * sides.1).map(weight).collect();
                let x = draw(size);
                let gains = gains(&weights, sides, size, border);
                let found = Cosines::new(size, border).filter(x.clone(), &gains);
                let expected = planes::map(x, size, |plane| {
                    let at = |i: usize| {
                        let sum = weights.iter().enumerate().map(|(k, weight)| {
                            let row = (i / size.1 + k / sides.1) as isize - (sides.0 / 2) as isize;
                            let column =
                                (i % size.1 + k % sides.1) as isize - (sides.1 / 2) as isize;
                            let (row, column) =
                                (border.fold(row, size.0), border.fold(column, size.1));
                            weight * f64::from(plane[row * size.1 + column])
                        });
                        sum.sum::<f64>() as f32
                    };
                    (0..plane.len()).map(at).collect()
                });
                assert!(off(found, expected) < 2e-5, "{border:?} {size:?}");
            }
        }
    }
}
