//! Antialiased bicubic reduction, as MATLAB's `imresize` and the field's `Resizer` do it.
//!
//! Keys' cubic with a = -0.5, stretched by the factor, weights renormalised for each output pixel,
//! borders mirrored about the pixel edge. Computed as a polyphase filter, `4 f` weights for each
//! value on each axis. The kernel is symmetric about the middle of what it reduces, so that cosines
//! fold onto cosines and `A Aᵀ` is exactly diagonal in them ([`folding`](crate::folding)): solves,
//! `A⁺` and singular vectors take `O(n log n)` at any size.

use std::sync::Arc;

use burn::tensor::Tensor;

use crate::class::Class;
use crate::family::Family;
use crate::folding::{CosineMap, Fidelity, Folding};
use crate::gram::Gram;
use crate::operator::LinearOperator;
use crate::parameter::Parameter;
use crate::planes;
use crate::prior;
use crate::reflect;
use crate::registry::{Build, Built, Context, Entry, reduced_size};
use crate::taps::Taps;
use crate::values::Values;

pub(crate) const ENTRY: Entry = Entry {
    family: Family {
        name: "bicubic",
        title: "Smaller, bicubic",
        summary: "Reduced by antialiased bicubic sampling.",
        parameters: &[Parameter::whole("factor", "Times smaller", 4, (2, 16))
            .help("How many times smaller the picture became on each side.")],
        ..Family::PLAIN
    },
    class: Class::Reduction,
    build: Build::Linear(build),
};

fn build(values: &Values, size: (usize, usize), _: &Context<'_>) -> Built {
    let factor = values.whole("factor")?;
    reduced_size("bicubic", size, factor)?;
    Ok(Box::new(Bicubic::new(factor, size)))
}

/// Keys (1981), a = -0.5.
fn cubic(x: f64) -> f64 {
    let x = x.abs();
    if x <= 1.0 {
        (1.5 * x - 2.5) * x * x + 1.0
    } else if x <= 2.0 {
        ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0
    } else {
        0.0
    }
}

/// Offsets from the centre of an output pixel, in input pixels, with their weights.
fn weights(factor: usize) -> Vec<(f64, f64)> {
    let scale = factor as f64;
    // The centre lies half a pixel beside a pixel where the factor is even.
    let shift = if factor.is_multiple_of(2) { 0.5 } else { 0.0 };
    let reach = 2 * factor as isize;
    let offsets = (-reach..=reach).map(|i| i as f64 + shift);
    let weighed: Vec<(f64, f64)> = offsets
        .map(|offset| (offset, cubic(offset / scale)))
        .filter(|(_, weight)| *weight != 0.0)
        .collect();
    let total: f64 = weighed.iter().map(|(_, weight)| weight).sum();
    weighed
        .into_iter()
        .map(|(offset, weight)| (offset, weight / total))
        .collect()
}

fn reduction(length: usize, factor: usize) -> Taps {
    let weights = weights(factor);
    let rows = (0..length / factor).map(|row| {
        let centre = (row as f64 + 0.5) * factor as f64 - 0.5;
        let at = |(offset, weight): &(f64, f64)| {
            let place = (centre + offset).round() as isize;
            (reflect::about_edge(place, length), *weight)
        };
        weights.iter().map(at).collect()
    });
    Taps::new(length, rows)
}

fn folding(length: usize, factor: usize) -> Folding {
    let weights = weights(factor);
    Folding::of_reduction(length, factor, |k| {
        let turn = std::f64::consts::PI * k as f64 / length as f64;
        let waves = weights.iter().map(|(at, w)| w * libm::cos(turn * at));
        waves.sum()
    })
}

/// Along the height and along the width.
struct Bicubic {
    input: (usize, usize),
    output: (usize, usize),
    reduce: [Taps; 2],
    enlarge: [Taps; 2],
    map: Arc<CosineMap>,
}

impl Bicubic {
    fn new(factor: usize, size: (usize, usize)) -> Self {
        let reduce = [size.0, size.1].map(|length| reduction(length, factor));
        let [rows, columns] = [size.0, size.1].map(|length| folding(length, factor));
        Self {
            input: size,
            output: (size.0 / factor, size.1 / factor),
            enlarge: [reduce[0].transposed(), reduce[1].transposed()],
            reduce,
            map: Arc::new(CosineMap::reduction(rows, columns, Fidelity::Exact)),
        }
    }
}

impl LinearOperator for Bicubic {
    fn input_size(&self) -> (usize, usize) {
        self.input
    }

    fn output_size(&self) -> (usize, usize) {
        self.output
    }

    fn apply(&self, x: Tensor<4>) -> Tensor<4> {
        let [down, across] = &self.reduce;
        planes::map(x, self.output, |plane| planes::both(down, across, plane))
    }

    fn adjoint(&self, y: Tensor<4>) -> Tensor<4> {
        let [down, across] = &self.enlarge;
        planes::map(y, self.input, |plane| planes::both(down, across, plane))
    }

    /// `A⁺ y`: the smallest picture that reduces to `y`.
    fn estimate(&self, y: Tensor<4>) -> Tensor<4> {
        self.map.pseudo_inverse(y)
    }

    /// The Wiener filter for what was reduced.
    fn linear_estimate(&self, y: Tensor<4>, sigma: f64) -> Tensor<4> {
        prior::unfolded(&self.map, y, sigma)
    }

    fn gram(&self, device: &burn::tensor::Device) -> Option<Gram> {
        Some(Gram::cosines(&self.map, device))
    }

    fn cosine_map(&self) -> Option<CosineMap> {
        Some(CosineMap::clone(&self.map))
    }
}
