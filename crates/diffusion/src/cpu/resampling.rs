//! Doubling by nearest neighbour and halving by means; each is the other's pullback, up to a
//! factor of four.

use rayon::prelude::*;

use super::picture::{Picture, Shape};

/// Every pixel four times, times `gain`.
pub(crate) fn double(x: &Picture, gain: f32) -> Picture {
    let Shape {
        height,
        width,
        channels,
        ..
    } = x.shape;
    let mut out = Picture::zeros(x.shape.with_sides(2 * height, 2 * width));
    out.values
        .par_chunks_mut(2 * width * channels)
        .enumerate()
        .for_each(|(row, out)| {
            let from = &x.values[row / 2 * width * channels..][..width * channels];
            for (pair, pixel) in out
                .chunks_exact_mut(2 * channels)
                .zip(from.chunks_exact(channels))
            {
                let (left, right) = pair.split_at_mut(channels);
                for ((left, right), &value) in left.iter_mut().zip(right).zip(pixel) {
                    *left = gain * value;
                    *right = gain * value;
                }
            }
        });
    out
}

/// The sum of every 2×2 pixels, times `gain`; a last odd row or column is left out.
pub(crate) fn halve(x: &Picture, gain: f32) -> Picture {
    let Shape {
        height,
        width,
        channels,
        ..
    } = x.shape;
    let mut out = Picture::zeros(x.shape.with_sides(height / 2, width / 2));
    let half = height / 2;
    out.values
        .par_chunks_mut((width / 2 * channels).max(1))
        .enumerate()
        .for_each(|(row, out)| {
            let above = (row / half * height + 2 * (row % half)) * width * channels;
            let (above, below) =
                x.values[above..][..2 * width * channels].split_at(width * channels);
            for ((out, above), below) in out
                .chunks_exact_mut(channels)
                .zip(above.chunks_exact(2 * channels))
                .zip(below.chunks_exact(2 * channels))
            {
                for (channel, out) in out.iter_mut().enumerate() {
                    let sum = above[channel]
                        + above[channel + channels]
                        + (below[channel] + below[channel + channels]);
                    *out = gain * sum;
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
    fn halving_undoes_doubling() {
        let x = Numbers(1).picture(shape(2, 3, 5, 4));
        assert_eq!(halve(&double(&x, 1.0), 0.25), x);
    }

    #[test]
    fn each_is_the_transpose_of_the_other() {
        let even = shape(2, 6, 10, 4);
        check_transposed(even, |x| halve(x, 0.25), |v| double(v, 0.25));
        check_transposed(even, |x| double(x, 1.0), |v| halve(v, 1.0));
    }
}
