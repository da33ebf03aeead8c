//! The harmonic fill: inside the holes Laplace's equation holds, so that every lost pixel is the
//! mean of its neighbours. It is the smoothest fill there is, and hard to beat in PSNR.
//!
//! Known pixels keep their noise. Nothing lies beyond the picture's border. The equations are
//! symmetric and positive definite, and solved by conjugate gradients.

use burn::tensor::Tensor;
use imaging::{Mask, Planar};
use operators::{Family, Values};

use super::{Baseline, BaselineError, Built, Entry, Measurement};
use crate::tensors::{download, upload};

/// Iterations stop when the residual has fallen to this share of its start.
const TOLERANCE: f64 = 1e-7;

pub(super) const ENTRY: Entry = Entry {
    family: Family {
        name: "harmonic",
        title: "Harmonic fill",
        summary: "Every lost pixel is the mean of its neighbours (Laplace's equation); for masks.",
        ..Family::PLAIN
    },
    build,
};

fn build(_: &Values) -> Built {
    Ok(Box::new(Harmonic))
}

struct Harmonic;

impl Baseline for Harmonic {
    fn restore(&self, measurement: &Measurement<'_>) -> Result<Tensor<4>, BaselineError> {
        let Some(hole) = measurement.hole else {
            let why = "it fills holes of a picture, and there are none";
            return Err(BaselineError::Unsuitable(why));
        };
        let filled = harmonic_fill(&download(measurement.y.clone())?, hole);
        Ok(upload(&filled, &measurement.y.device()))
    }
}

/// `damaged` with the pixels of `mask` filled; the others stay as they are. Pictures without a
/// known pixel stay as they are.
///
/// # Panics
/// If the sizes differ.
#[must_use]
pub fn harmonic_fill(damaged: &Planar, mask: &Mask) -> Planar {
    assert_eq!(mask.bounds(), damaged.bounds(), "the mask is the picture's");
    let mut filled = damaged.clone();
    if mask.count() == mask.data().len() {
        return filled;
    }
    let grid = Grid::new(mask);
    for plane in filled.data.chunks_exact_mut(mask.data().len()) {
        let solution = grid.solve(plane);
        for (&pixel, value) in grid.pixels.iter().zip(solution) {
            plane[pixel] = value as f32;
        }
    }
    filled
}

/// The lost pixels and who is next to whom.
struct Grid {
    /// Their places in a plane.
    pixels: Vec<usize>,
    /// For each, the places of its neighbours: `Ok` among the lost ones, `Err` in the plane.
    neighbours: Vec<Vec<Result<usize, usize>>>,
}

impl Grid {
    fn new(mask: &Mask) -> Self {
        let (width, height) = (mask.width(), mask.height());
        let mut number = vec![None; width * height];
        let mut pixels = Vec::with_capacity(mask.count());
        for (place, _) in mask.data().iter().enumerate().filter(|(_, b)| **b > 0) {
            number[place] = Some(pixels.len());
            pixels.push(place);
        }
        let around = |place: usize| {
            let (x, y) = (place % width, place / width);
            let left = (x > 0).then(|| place - 1);
            let right = (x + 1 < width).then(|| place + 1);
            let above = (y > 0).then(|| place - width);
            let below = (y + 1 < height).then(|| place + width);
            let all = [left, right, above, below].into_iter().flatten();
            all.map(|p| number[p].ok_or(p)).collect()
        };
        let neighbours = pixels.iter().map(|&place| around(place)).collect();
        Self { pixels, neighbours }
    }

    /// The graph Laplacian of the lost pixels.
    fn apply(&self, u: &[f64]) -> Vec<f64> {
        let row = |(i, around): (usize, &Vec<Result<usize, usize>>)| {
            let inside: f64 = around.iter().flatten().map(|&j| u[j]).sum();
            around.len() as f64 * u[i] - inside
        };
        self.neighbours.iter().enumerate().map(row).collect()
    }

    fn solve(&self, plane: &[f32]) -> Vec<f64> {
        let known = |around: &Vec<Result<usize, usize>>| {
            let outside = around.iter().filter_map(|n| n.err());
            outside.map(|place| f64::from(plane[place])).sum()
        };
        let mut residual: Vec<f64> = self.neighbours.iter().map(known).collect();
        let mut u = vec![0.0; residual.len()];
        let mut direction = residual.clone();
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let mut square = dot(&residual, &residual);
        let target = square * TOLERANCE * TOLERANCE;
        // In exact arithmetic as many iterations as pixels suffice; rounding may take some more.
        for _ in 0..2 * u.len() {
            if square <= target {
                break;
            }
            let image = self.apply(&direction);
            let step = square / dot(&direction, &image);
            for i in 0..u.len() {
                u[i] += step * direction[i];
                residual[i] -= step * image[i];
            }
            let next = dot(&residual, &residual);
            let keep = next / square;
            for (d, r) in direction.iter_mut().zip(&residual) {
                *d = r + keep * *d;
            }
            square = next;
        }
        u
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{fills_a_ramp, gain, hole, is_unsuitable};
    use super::*;
    use imaging::{Rect, Value};

    const HOLE: Rect = Rect::new(9, 11, 12, 10);

    #[test]
    fn a_ramp_is_filled_exactly_and_the_rest_is_left_alone() {
        fills_a_ramp(&hole(HOLE), 1e-5, harmonic_fill);
    }

    #[test]
    fn filled_pixels_are_means_of_their_neighbours_even_at_the_border() {
        let mut mask = Mask::new(9, 7);
        mask.fill_rect(Rect::new(0, 0, 4, 3), Value::Paint);
        let data = (0..3 * 63)
            .map(|i| ((i * 37) % 101) as f32 / 101.0)
            .collect();
        let filled = harmonic_fill(&Planar::from_data(9, 7, data).expect("it fits"), &mask);
        let plane = filled.channel(1);
        let corner = 0.5 * (plane[1] + plane[9]);
        assert!((plane[0] - corner).abs() < 1e-5);
        let inner = 0.25 * (plane[9] + plane[11] + plane[1] + plane[19]);
        assert!((plane[10] - inner).abs() < 1e-5);
    }

    #[test]
    fn it_is_for_holes() {
        let mask = hole(HOLE);
        let (before, after) = gain("harmonic", "inpaint", Some(&mask), 0.02);
        assert!(after > before + 3.0, "{after} against {before}");
        assert!(is_unsuitable(
            "harmonic",
            "gaussian-blur:size=9,std=1.5",
            None
        ));
        assert!(is_unsuitable("harmonic", "bicubic:factor=4", None));
    }
}
