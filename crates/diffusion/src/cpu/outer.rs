//! Sums of outer products, `Σ_t l_t r_tᵀ`: what gradients by weights are made of.
//!
//! `t` runs over pixels (or tiles of them), which lie in memory one after the other, so both
//! factors are read along their rows: a register tile takes a few values of `l_t` one at a time
//! and two vectors of `r_t` whole.

use pulp::Simd;

use super::product::VECTORS;

/// A matrix in memory, row after row.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    pub(super) values: &'a [f32],
    /// Values from one row to the next.
    pub(super) stride: usize,
}

/// Adds `Σ_t left[t][i] · right[t][j]` to `out[i][j]`, for the columns `i` of `left` in `columns`
/// and all `j`; `right` and `out` have rows of whole panels, and `out` starts with the first of
/// the columns.
#[inline(always)]
pub(super) fn accumulate_outer<S: Simd>(
    simd: S,
    left: Rows<'_>,
    columns: std::ops::Range<usize>,
    right: Rows<'_>,
    out: &mut [f32],
) {
    let vectors = right.stride / S::F32_LANES;
    let (right, _) = S::as_simd_f32s(right.values);
    let (out, _) = S::as_mut_simd_f32s(out);
    for panel in (0..vectors).step_by(VECTORS) {
        let right = &right[panel..];
        let mut first = columns.start;
        while first < columns.end {
            let count = tile_rows(columns.end - first);
            let left = Rows {
                values: &left.values[first..],
                ..left
            };
            let out = &mut out[(first - columns.start) * vectors + panel..];
            match count {
                6 => tile::<S, 6>(simd, left, right, vectors, out),
                5 => tile::<S, 5>(simd, left, right, vectors, out),
                4 => tile::<S, 4>(simd, left, right, vectors, out),
                3 => tile::<S, 3>(simd, left, right, vectors, out),
                2 => tile::<S, 2>(simd, left, right, vectors, out),
                _ => tile::<S, 1>(simd, left, right, vectors, out),
            }
            first += count;
        }
    }
}

/// Rows of the next register tile. Six keep the multipliers busy and four just so; eight that are
/// left are better cut in halves than into six and two.
fn tile_rows(left: usize) -> usize {
    match left {
        8 => 4,
        left => left.min(6),
    }
}

#[inline(always)]
fn tile<S: Simd, const ROWS: usize>(
    simd: S,
    left: Rows<'_>,
    right: &[S::f32s],
    vectors: usize,
    out: &mut [S::f32s],
) {
    let mut sums = [[simd.splat_f32s(0.0); VECTORS]; ROWS];
    for (left, right) in left.values.chunks(left.stride).zip(right.chunks(vectors)) {
        let (Some(left), Some(right)) =
            (left.first_chunk::<ROWS>(), right.first_chunk::<VECTORS>())
        else {
            break;
        };
        for (sums, &value) in sums.iter_mut().zip(left) {
            let value = simd.splat_f32s(value);
            for (sum, &right) in sums.iter_mut().zip(right) {
                *sum = simd.mul_add_e_f32s(value, right, *sum);
            }
        }
    }
    for (out, sums) in out.chunks_mut(vectors).zip(sums) {
        for (out, sum) in out.iter_mut().zip(sums) {
            *out = simd.add_f32s(*out, sum);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpu::product::panel_width;
    use crate::cpu::simd::dispatch;
    use crate::cpu::testing::Numbers;

    struct Add<'a> {
        left: Rows<'a>,
        columns: std::ops::Range<usize>,
        right: Rows<'a>,
        out: &'a mut [f32],
    }

    impl pulp::WithSimd for Add<'_> {
        type Output = ();
        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) {
            accumulate_outer(simd, self.left, self.columns, self.right, self.out);
        }
    }

    #[test]
    fn it_is_the_sum_of_products() {
        let mut numbers = Numbers(5);
        for (width, columns) in [(1, 0..1), (9, 0..9), (13, 2..10), (32, 0..32), (27, 4..27)] {
            for (depth, panels) in [(1, 1), (7, 2), (20, 3)] {
                let across = panels * panel_width();
                let left = numbers.values(depth * width);
                let right = numbers.values(depth * across);
                let mut out = vec![1.0; columns.len() * across];
                dispatch(Add {
                    left: Rows {
                        values: &left,
                        stride: width,
                    },
                    columns: columns.clone(),
                    right: Rows {
                        values: &right,
                        stride: across,
                    },
                    out: &mut out,
                });
                for (at, &sum) in out.iter().enumerate() {
                    let (i, j) = (columns.start + at / across, at % across);
                    let exact = (0..depth).fold(1.0, |sum, t| {
                        sum + f64::from(left[t * width + i]) * f64::from(right[t * across + j])
                    });
                    assert!(
                        (f64::from(sum) - exact).abs() < 1e-5,
                        "{sum} is not {exact}"
                    );
                }
            }
        }
    }
}
