//! Sparse maps of lines: few weights for each value that is given, as polyphase filters have them.

use crate::fft::{Lane, WIDTH, Work};
use crate::planes::Line;

/// `given_i = Σ_j weight_ij taken_j`, with only the weights that are not zero.
#[derive(Clone, Debug)]
pub(crate) struct Taps {
    taken: usize,
    /// Where the weights of each value begin, and where the last ones end.
    starts: Vec<usize>,
    /// Places among the values taken, and weights.
    weights: Vec<(u32, f32)>,
}

impl Taps {
    /// `rows[i]` holds place and weight of what value `i` is made of; places may repeat and are below
    /// `taken`.
    pub(crate) fn new(taken: usize, rows: impl Iterator<Item = Vec<(usize, f64)>>) -> Self {
        let (mut starts, mut weights) = (vec![0], Vec::new());
        for mut row in rows {
            row.sort_by_key(|(place, _)| *place);
            let first = weights.len();
            let mut last: Option<(usize, f64)> = None;
            for (place, weight) in row {
                last = match last {
                    Some((before, sum)) if before == place => Some((place, sum + weight)),
                    other => {
                        weights.extend(other);
                        Some((place, weight))
                    }
                };
            }
            weights.extend(last);
            debug_assert!(weights[first..].iter().all(|(place, _)| *place < taken));
            starts.push(weights.len());
        }
        let weights = weights.into_iter().map(|(at, w)| (at as u32, w as f32));
        Self {
            taken,
            starts,
            weights: weights.collect(),
        }
    }

    /// The transpose.
    pub(crate) fn transposed(&self) -> Self {
        let mut rows = vec![Vec::new(); self.taken];
        for value in 0..self.given() {
            for &(place, weight) in self.of(value) {
                rows[place as usize].push((value, f64::from(weight)));
            }
        }
        Self::new(self.given(), rows.into_iter())
    }

    fn of(&self, value: usize) -> &[(u32, f32)] {
        &self.weights[self.starts[value]..self.starts[value + 1]]
    }
}

impl Line for Taps {
    fn taken(&self) -> usize {
        self.taken
    }

    fn given(&self) -> usize {
        self.starts.len() - 1
    }

    fn run(&self, work: &mut Work) {
        work.other.clear();
        let lines = &work.lines;
        work.other.extend((0..self.given()).map(|value| {
            let mut sum = Lane::ZERO;
            for &(place, weight) in self.of(value) {
                let from = &lines[place as usize];
                for i in 0..WIDTH {
                    sum.re[i] += weight * from.re[i];
                    sum.im[i] += weight * from.im[i];
                }
            }
            sum
        }));
        std::mem::swap(&mut work.lines, &mut work.other);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planes;

    #[test]
    fn weights_of_the_same_place_add_up_and_the_transpose_is_one() {
        let rows = vec![
            vec![(2, 1.0), (0, 0.5), (2, 0.25)],
            vec![],
            vec![(1, -2.0)],
            vec![(0, 3.0)],
        ];
        let taps = Taps::new(3, rows.into_iter());
        let dense = planes::columns(&taps, &[1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0], 3);
        let expected = [0.5, 0.0, 0.0, 3.0, 0.0, 0.0, -2.0, 0.0, 1.25, 0.0, 0.0, 0.0];
        assert_eq!(dense, expected);
        let mut unit = vec![0.0; 16];
        (0..4).for_each(|i| unit[5 * i] = 1.0);
        let back = planes::columns(&taps.transposed(), &unit, 4);
        for i in 0..4 {
            for j in 0..3 {
                assert_eq!(back[i * 3 + j], dense[j * 4 + i]);
            }
        }
    }
}
