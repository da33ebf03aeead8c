//! Between pixels and channels: cells of 2×2 pixels become pixels of four times the channels, and back.
//!
//! Channel `4 c + 2 y + x` of a cell is channel `c` of its pixel `(y, x)`. Both only move values, so each is
//! the other's inverse and its pullback.

use rayon::prelude::*;

use super::picture::{Picture, Shape};

/// Half the sides, four times the channels; sides are even.
pub(crate) fn unshuffle(x: &Picture) -> Picture {
    let Shape {
        height,
        width,
        channels,
        ..
    } = x.shape;
    let half = x.shape.with_sides(height / 2, width / 2);
    let mut out = Picture::zeros(half.with_channels(4 * channels));
    let (row, cells) = (width * channels, 2 * width * channels);
    out.values
        .par_chunks_mut(cells.max(1))
        .zip(x.values.par_chunks(cells.max(1)))
        .for_each(|(out, rows)| {
            let (above, below) = rows.split_at(row);
            let pairs = above
                .chunks_exact(2 * channels)
                .zip(below.chunks_exact(2 * channels));
            for (cell, (above, below)) in out.chunks_exact_mut(4 * channels).zip(pairs) {
                for (c, four) in cell.chunks_exact_mut(4).enumerate() {
                    four[0] = above[c];
                    four[1] = above[channels + c];
                    four[2] = below[c];
                    four[3] = below[channels + c];
                }
            }
        });
    out
}

/// Twice the sides, a quarter of the channels, which are divisible by four.
pub(crate) fn shuffle(x: &Picture) -> Picture {
    let Shape {
        height,
        width,
        channels,
        ..
    } = x.shape;
    let channels = channels / 4;
    let doubled = x.shape.with_sides(2 * height, 2 * width);
    let mut out = Picture::zeros(doubled.with_channels(channels));
    let (row, cells) = (2 * width * channels, 4 * width * channels);
    out.values
        .par_chunks_mut(cells.max(1))
        .zip(x.values.par_chunks(cells.max(1)))
        .for_each(|(rows, cells)| {
            let (above, below) = rows.split_at_mut(row);
            let pairs = above
                .chunks_exact_mut(2 * channels)
                .zip(below.chunks_exact_mut(2 * channels));
            for (cell, (above, below)) in cells.chunks_exact(4 * channels).zip(pairs) {
                for (c, four) in cell.chunks_exact(4).enumerate() {
                    above[c] = four[0];
                    above[channels + c] = four[1];
                    below[c] = four[2];
                    below[channels + c] = four[3];
                }
            }
        });
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpu::testing::{Numbers, check_transposed, shape};

    #[test]
    fn a_cell_holds_its_pixels_in_order() {
        let x = Picture {
            shape: shape(1, 2, 2, 2),
            values: vec![0.0, 10.0, 1.0, 11.0, 2.0, 12.0, 3.0, 13.0],
        };
        let cell = unshuffle(&x);
        assert_eq!(cell.shape, shape(1, 1, 1, 8));
        assert_eq!(cell.values, [0.0, 1.0, 2.0, 3.0, 10.0, 11.0, 12.0, 13.0]);
    }

    #[test]
    fn each_is_the_inverse_and_the_transpose_of_the_other() {
        let x = Numbers(1).picture(shape(2, 6, 4, 3));
        assert_eq!(shuffle(&unshuffle(&x)), x);
        check_transposed(x.shape, unshuffle, shuffle);
        check_transposed(shape(2, 3, 2, 12), shuffle, unshuffle);
    }
}
