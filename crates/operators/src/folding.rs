//! What operators do to the cosines of a picture: gains, and frequencies that fold onto one
//! another.
//!
//! On pictures that are mirrored about the edge of their border pixels, a symmetric kernel scales
//! every cosine of DCT-II, and a reduction by a symmetric kernel maps the cosine of frequency `k`,
//! of `n`, to that of one frequency of `m = n / f` and folds `f` of them together:
//!
//! ```text
//! cos(π k (i + ½) / m) = (-1)^j cos(π q (i + ½) / m),   k = 2 m j ± q,   0 <= q < m
//! ```
//!
//! Different frequencies of the measurement therefore never share one of the picture: `A Aᵀ` is
//! diagonal in the cosines of the MEASUREMENT, with the sum of the squares that fold there, and so
//! is `A Sigma Aᵀ` for every `Sigma` that is diagonal in the cosines of the picture. Solves are a
//! transform, a division and a transform.

use std::sync::Arc;

use burn::tensor::Tensor;

use crate::cosine::{Border, Cosines};
use crate::gram::LEAST;
use crate::planes;

/// How far a [`CosineMap`] may be relied on; the worst of its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fidelity {
    /// It is the operator.
    Exact,
    /// It is, but for the borders, which the operator mirrors elsewhere.
    Inside,
    /// It has the operator's magnitudes alone: good to precondition with.
    Magnitude,
}

/// Where each frequency of a line goes, and the factor that it comes with.
#[derive(Clone, Debug)]
pub(crate) struct Folding {
    given: usize,
    /// For each frequency of the picture that of the measurement; a factor of 0 where it vanishes.
    to: Vec<(u32, f32)>,
}

impl Folding {
    /// Every frequency stays.
    pub(crate) fn none(length: usize) -> Self {
        Self {
            given: length,
            to: (0..length).map(|k| (k as u32, 1.0)).collect(),
        }
    }

    /// Every `factor`-th value of a line of `length`, which `factor` divides, after a symmetric
    /// filter whose gain at the frequency `k` is `gain(k)`; between orthonormal cosines on both
    /// sides.
    pub(crate) fn of_reduction(length: usize, factor: usize, gain: impl Fn(usize) -> f64) -> Self {
        let m = length / factor;
        let scale = |k: usize, n: usize| (if k == 0 { 1.0 } else { 2.0 } / n as f64).sqrt();
        let to = (0..length).map(|k| {
            let (turns, rest) = (k / (2 * m), k % (2 * m));
            let sign = if turns % 2 == 0 { 1.0 } else { -1.0 };
            let (q, sign) = match rest.cmp(&m) {
                std::cmp::Ordering::Less => (rest, sign),
                // A cosine that is zero at every value taken.
                std::cmp::Ordering::Equal => (0, 0.0),
                std::cmp::Ordering::Greater => (2 * m - rest, -sign),
            };
            (
                q as u32,
                (sign * gain(k) * scale(k, length) / scale(q, m)) as f32,
            )
        });
        Self {
            given: m,
            to: to.collect(),
        }
    }

    /// This one, and then another.
    fn then(&self, next: &Self) -> Self {
        let through = self.to.iter().map(|&(q, factor)| {
            let (there, more) = next.to[q as usize];
            (there, factor * more)
        });
        Self {
            given: next.given,
            to: through.collect(),
        }
    }
}

/// What an operator does to the cosines (DCT-II) of its pictures. See the module.
#[derive(Clone, Debug)]
pub struct CosineMap {
    /// In row order, before the folding; `None` for one everywhere.
    gains: Option<Arc<Vec<f32>>>,
    rows: Folding,
    columns: Folding,
    fidelity: Fidelity,
}

impl CosineMap {
    /// Of a blur, by its gains in the order of [`Cosines`] for pictures of `size` (height, width).
    pub(crate) fn blur(size: (usize, usize), gains: Arc<Vec<f32>>, fidelity: Fidelity) -> Self {
        Self {
            gains: Some(gains),
            ..Self::reduction(Folding::none(size.0), Folding::none(size.1), fidelity)
        }
    }

    pub(crate) fn reduction(rows: Folding, columns: Folding, fidelity: Fidelity) -> Self {
        Self {
            gains: None,
            rows,
            columns,
            fidelity,
        }
    }

    /// The same value for every coefficient.
    pub(crate) fn scale(size: (usize, usize), by: f32, fidelity: Fidelity) -> Self {
        let gains = (by < 1.0).then(|| Arc::new(vec![by; size.0 * size.1]));
        Self {
            gains,
            ..Self::reduction(Folding::none(size.0), Folding::none(size.1), fidelity)
        }
    }

    /// How far it may be relied on.
    #[must_use]
    pub fn fidelity(&self) -> Fidelity {
        self.fidelity
    }

    /// `(height, width)` of the pictures.
    pub(crate) fn input(&self) -> (usize, usize) {
        (self.rows.to.len(), self.columns.to.len())
    }

    /// `(height, width)` of the measurements.
    pub(crate) fn output(&self) -> (usize, usize) {
        (self.rows.given, self.columns.given)
    }

    /// The transform of measurements.
    pub(crate) fn cosines_of_measurements(&self) -> Cosines {
        Cosines::new(self.output(), Border::Edge)
    }

    /// The transform of pictures.
    pub(crate) fn cosines_of_pictures(&self) -> Cosines {
        Cosines::new(self.input(), Border::Edge)
    }

    /// This one, and then `next`, whose pictures are the measurements of this one.
    pub(crate) fn then(self, next: &Self) -> Self {
        let gains = match &next.gains {
            None => self.gains,
            Some(later) => {
                let mut gains = self.gains.as_deref().map_or_else(
                    || vec![1.0; self.rows.to.len() * self.columns.to.len()],
                    Vec::clone,
                );
                self.visit(|at, to, _| gains[at] *= later[to]);
                Some(Arc::new(gains))
            }
        };
        Self {
            gains,
            rows: self.rows.then(&next.rows),
            columns: self.columns.then(&next.columns),
            fidelity: self.fidelity.max(next.fidelity),
        }
    }

    /// Calls for every frequency of the picture: its place in row order, the place where it goes,
    /// and the factor of the folding.
    fn visit(&self, mut each: impl FnMut(usize, usize, f32)) {
        let width = self.columns.to.len();
        for (k, &(row, down)) in self.rows.to.iter().enumerate() {
            for (l, &(column, across)) in self.columns.to.iter().enumerate() {
                let to = row as usize * self.columns.given + column as usize;
                each(k * width + l, to, down * across);
            }
        }
    }

    fn gain(&self, at: usize) -> f32 {
        self.gains.as_ref().map_or(1.0, |gains| gains[at])
    }

    /// The diagonal of `A diag(weights) Aᵀ` in the cosines of the measurement.
    pub(crate) fn power(&self, weights: impl Fn(usize) -> f64) -> Vec<f32> {
        let (height, width) = self.output();
        let mut sums = vec![0.0_f32; height * width];
        self.visit(|at, to, factor| {
            let gain = factor * self.gain(at);
            sums[to] += (f64::from(gain * gain) * weights(at)) as f32;
        });
        sums
    }

    /// `A⁺ y`: the smallest picture that gives `y`.
    pub(crate) fn pseudo_inverse(&self, y: Tensor<4>) -> Tensor<4> {
        let power = self.power(|_| 1.0);
        let least = power.iter().fold(0.0, |most: f32, p| most.max(*p)) * LEAST * LEAST;
        let inverse = |p: &f32| if *p > least { 1.0 / p } else { 0.0 };
        let inverse: Vec<f32> = power.iter().map(inverse).collect();
        let (before, after) = (self.cosines_of_measurements(), self.cosines_of_pictures());
        planes::map(y, self.input(), |plane| {
            let mut there = before.analyse_plane(plane);
            planes::multiply(&mut there, &inverse);
            after.synthesise_plane(&self.unfold(&there, |_| 1.0))
        })
    }

    /// The diagonal of `AᵀA` in the cosines of the picture, without what folding mixes.
    pub(crate) fn own_power(&self) -> Vec<f32> {
        let (height, width) = self.input();
        let mut squares = vec![0.0; height * width];
        self.visit(|at, _, factor| squares[at] = (factor * self.gain(at)).powi(2));
        squares
    }

    /// `diag(weights) Aᵀ t`, from the cosines of a measurement to those of a picture.
    pub(crate) fn unfold(&self, there: &[f32], weights: impl Fn(usize) -> f64) -> Vec<f32> {
        let (height, width) = self.input();
        let mut found = vec![0.0; height * width];
        self.visit(|at, to, factor| {
            let gain = f64::from(factor * self.gain(at));
            found[at] = (gain * weights(at) * f64::from(there[to])) as f32;
        });
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every second and every third value of cosines, against the definition.
    #[test]
    fn cosines_fold_where_they_are_seen_to() {
        for (n, factor) in [(12, 2), (12, 3), (20, 4), (6, 6)] {
            let m = n / factor;
            let folding = Folding::of_reduction(n, factor, |_| 1.0);
            let wave = |k: usize, i: f64, n: usize| {
                let scale = (if k == 0 { 1.0 } else { 2.0 } / n as f64).sqrt();
                scale * (std::f64::consts::PI * k as f64 * (i + 0.5) / n as f64).cos()
            };
            for k in 0..n {
                let (q, by) = folding.to[k];
                for i in 0..m {
                    // The middle of the values that stand for value i.
                    let middle = (i as f64 + 0.5) * factor as f64 - 0.5;
                    let expected = wave(k, middle, n);
                    let found = f64::from(by) * wave(q as usize, i as f64, m);
                    assert!((found - expected).abs() < 1e-6, "{n} {factor} {k} {i}");
                }
            }
        }
    }
}
