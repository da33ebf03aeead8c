//! The harmonic fill: inside holes Laplace's equation holds, so that every lost pixel is the mean
//! of its neighbours.
//!
//! It is the smoothest fill there is. Nothing lies beyond the picture's border. The equations are
//! symmetric and positive definite and solved by conjugate gradients, from the solution on a
//! picture of half the size, and so on down to a few pixels (cascadic multigrid; Bornemann &
//! Deuflhard 1996): large holes take no more iterations than small ones. Memory: four planes.

/// Iterations on each size at most; from the coarser solution far fewer are needed.
const MOST: usize = 200;
/// Enough when the residual has fallen to this share of that of an empty hole.
const TOLERANCE: f64 = 1e-5;
/// Pictures of no more pixels are solved from nothing.
const COARSEST: usize = 64;

/// `plane`, `width` columns, with every pixel that is not `known` filled in; the others stay as
/// they are. A plane without a known pixel becomes zero.
pub(crate) fn filled(plane: &[f32], known: &[bool], width: usize) -> Vec<f32> {
    let height = plane.len() / width;
    let lost: Vec<u32> = (0..plane.len() as u32)
        .filter(|at| !known[*at as usize])
        .collect();
    let mut found = plane.to_vec();
    if lost.is_empty() {
        return found;
    }
    if lost.len() == plane.len() {
        return vec![0.0; plane.len()];
    }
    let start = if plane.len() > COARSEST && width > 1 && height > 1 {
        coarser(plane, known, (height, width))
    } else {
        vec![0.0; plane.len()]
    };
    for &at in &lost {
        found[at as usize] = start[at as usize];
    }
    let holes = Holes {
        lost: &lost,
        size: (height, width),
    };
    holes.solve(&mut found);
    found
}

/// The fill of a picture of half the size, twice as large again.
fn coarser(plane: &[f32], known: &[bool], (height, width): (usize, usize)) -> Vec<f32> {
    let (rows, columns) = (height.div_ceil(2), width.div_ceil(2));
    let mut small = vec![0.0; rows * columns];
    let mut counts = vec![0.0_f32; rows * columns];
    for (at, value) in plane.iter().enumerate().filter(|(at, _)| known[*at]) {
        let there = at / width / 2 * columns + at % width / 2;
        small[there] += value;
        counts[there] += 1.0;
    }
    for (value, count) in small.iter_mut().zip(&counts) {
        *value /= count.max(1.0);
    }
    let known_there: Vec<bool> = counts.iter().map(|count| *count > 0.0).collect();
    let small = filled(&small, &known_there, columns);
    // Each pixel from the four nearest of the small picture.
    let near = |at: usize, length: usize| {
        let own = at / 2;
        let other = if at.is_multiple_of(2) {
            own.saturating_sub(1)
        } else {
            (own + 1).min(length - 1)
        };
        [(own, 0.75), (other, 0.25)]
    };
    let value = |at: usize| {
        let mut sum = 0.0;
        for (row, down) in near(at / width, rows) {
            for (column, across) in near(at % width, columns) {
                sum += down * across * small[row * columns + column];
            }
        }
        sum
    };
    let pixels = (0..plane.len()).map(|at| if known[at] { 0.0 } else { value(at) });
    pixels.collect()
}

/// The lost pixels of a picture.
struct Holes<'a> {
    lost: &'a [u32],
    size: (usize, usize),
}

impl Holes<'_> {
    /// The sum over the neighbours of a pixel of its difference to them.
    fn laplacian(&self, plane: &[f32], at: usize) -> f32 {
        let (height, width) = self.size;
        let (row, column) = (at / width, at % width);
        let here = plane[at];
        let mut sum = 0.0;
        if column > 0 {
            sum += here - plane[at - 1];
        }
        if column + 1 < width {
            sum += here - plane[at + 1];
        }
        if row > 0 {
            sum += here - plane[at - width];
        }
        if row + 1 < height {
            sum += here - plane[at + width];
        }
        sum
    }

    fn dot(&self, a: &[f32], b: &[f32]) -> f64 {
        let products = self.lost.iter().map(|&at| {
            let at = at as usize;
            f64::from(a[at]) * f64::from(b[at])
        });
        products.sum()
    }

    /// Conjugate gradients from what stands in the holes of `plane`.
    fn solve(&self, plane: &mut [f32]) {
        let mut empty = plane.to_vec();
        let mut residual = vec![0.0; plane.len()];
        for &at in self.lost {
            empty[at as usize] = 0.0;
        }
        for &at in self.lost {
            residual[at as usize] = -self.laplacian(&empty, at as usize);
        }
        let whole = self.dot(&residual, &residual);
        drop(empty);
        for &at in self.lost {
            residual[at as usize] = -self.laplacian(plane, at as usize);
        }
        let mut direction = residual.clone();
        let mut image = vec![0.0; plane.len()];
        let mut square = self.dot(&residual, &residual);
        for _ in 0..MOST {
            if square <= whole * TOLERANCE * TOLERANCE {
                break;
            }
            for &at in self.lost {
                image[at as usize] = self.laplacian(&direction, at as usize);
            }
            let step = (square / self.dot(&direction, &image)) as f32;
            for &at in self.lost {
                let at = at as usize;
                plane[at] += step * direction[at];
                residual[at] -= step * image[at];
            }
            let next = self.dot(&residual, &residual);
            let keep = (next / square) as f32;
            for &at in self.lost {
                let at = at as usize;
                direction[at] = residual[at] + keep * direction[at];
            }
            square = next;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ramp_is_filled_exactly_and_the_rest_is_left_alone() {
        let (height, width) = (90, 130);
        let ramp = |at: usize| 0.01 * (at % width) as f32 - 0.004 * (at / width) as f32;
        let hole =
            |at: usize| (20..70).contains(&(at / width)) && (30..110).contains(&(at % width));
        let known: Vec<bool> = (0..height * width).map(|at| !hole(at)).collect();
        let plane: Vec<f32> = (0..height * width)
            .map(|at| if hole(at) { 0.0 } else { ramp(at) })
            .collect();
        for (at, value) in filled(&plane, &known, width).iter().enumerate() {
            let off = (value - ramp(at)).abs();
            assert!(off < 1e-3 && (off == 0.0 || hole(at)), "{at}: {off}");
        }
    }

    #[test]
    fn lost_pixels_are_the_means_of_their_neighbours_in_the_corner_too() {
        let width = 9;
        let known: Vec<bool> = (0..63).map(|at| at / width > 2 || at % width > 3).collect();
        let plane: Vec<f32> = (0..63).map(|i| ((i * 37) % 101) as f32 / 101.0).collect();
        let found = filled(&plane, &known, width);
        assert!((found[0] - 0.5 * (found[1] + found[9])).abs() < 1e-4);
        let inner = 0.25 * (found[9] + found[11] + found[1] + found[19]);
        assert!((found[10] - inner).abs() < 1e-4);
    }

    #[test]
    fn nothing_known_is_no_reason_to_stop_working() {
        assert_eq!(filled(&[1.0, 2.0], &[false, false], 2), [0.0, 0.0]);
        assert_eq!(filled(&[1.0, 2.0], &[true, false], 2), [1.0, 1.0]);
        assert_eq!(filled(&[1.0, 2.0], &[true, true], 1), [1.0, 2.0]);
    }
}
