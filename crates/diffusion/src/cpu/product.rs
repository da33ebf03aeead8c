//! Matrix products: weights packed into panels, and the tile of registers that reads them.

use pulp::Simd;

use super::simd::dispatch;

/// Rows of a register tile. With two vectors of columns that is twelve accumulators, enough to
/// hide the latency of a fused multiply-add and, with the operands, all that 16 registers hold.
pub(super) const ROWS: usize = 6;
/// Vectors of columns of a register tile.
pub(super) const VECTORS: usize = 2;

/// The accumulators of a tile; of one vector for a last panel that needs no more.
pub(super) type Tile<S, const V: usize> = [[<S as Simd>::f32s; V]; ROWS];

/// Columns of a panel: what fits into the vectors of this processor.
pub(super) fn panel_width() -> usize {
    struct Width;
    impl pulp::WithSimd for Width {
        type Output = usize;
        #[inline(always)]
        fn with_simd<S: Simd>(self, _: S) -> usize {
            VECTORS * S::F32_LANES
        }
    }
    dispatch(Width)
}

/// A matrix `[depth, columns]` cut into panels of [`panel_width`] columns, each stored row after
/// row, the last filled up with zeros.
#[derive(Debug)]
pub(super) struct Panels {
    pub(super) depth: usize,
    pub(super) columns: usize,
    width: usize,
    values: Vec<f32>,
}

impl Panels {
    /// A matrix of zeros.
    pub(super) fn zeros(depth: usize, columns: usize) -> Self {
        let width = panel_width();
        Self {
            depth,
            columns,
            width,
            values: vec![0.0; columns.div_ceil(width) * depth * width],
        }
    }

    /// Packs the matrix with the entries `entry(row, column)`.
    pub(super) fn pack(depth: usize, columns: usize, entry: impl Fn(usize, usize) -> f32) -> Self {
        let mut panels = Self::zeros(depth, columns);
        let width = panels.width;
        for (i, row) in panels.values.chunks_exact_mut(width).enumerate() {
            let (panel, k) = (i / depth, i % depth);
            let first = panel * width;
            for (value, column) in row.iter_mut().zip(first..columns) {
                *value = entry(k, column);
            }
        }
        panels
    }

    /// The part of a row that one panel holds.
    #[inline(always)]
    pub(super) fn row_mut(&mut self, panel: usize, row: usize) -> &mut [f32] {
        let start = (panel * self.depth + row) * self.width;
        &mut self.values[start..start + self.width]
    }

    pub(super) fn count(&self) -> usize {
        self.columns.div_ceil(self.width)
    }

    /// The columns that panels `range` hold.
    pub(super) fn columns_of(&self, range: &std::ops::Range<usize>) -> std::ops::Range<usize> {
        range.start * self.width..(range.end * self.width).min(self.columns)
    }

    /// Whether the columns of a panel fill one vector at most: then the others are not computed.
    #[inline(always)]
    pub(super) fn is_narrow(&self, panel: usize) -> bool {
        self.columns_of(&(panel..panel + 1)).len() <= self.width / VECTORS
    }

    /// The columns of one panel.
    #[inline(always)]
    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// Rows `first..first + count` of a panel, as vectors.
    #[inline(always)]
    pub(super) fn rows<S: Simd>(&self, panel: usize, first: usize, count: usize) -> &[S::f32s] {
        let start = (panel * self.depth + first) * self.width;
        S::as_simd_f32s(&self.values[start..start + count * self.width]).0
    }

    /// The entry of the matrix.
    pub(super) fn entry(&self, row: usize, column: usize) -> f32 {
        let (panel, within) = (column / self.width, column % self.width);
        self.values[(panel * self.depth + row) * self.width + within]
    }
}

/// A tile that starts from zero.
#[inline(always)]
pub(super) fn empty<S: Simd, const V: usize>(simd: S) -> Tile<S, V> {
    [[simd.splat_f32s(0.0); V]; ROWS]
}

/// A tile each of whose rows starts from `columns` (a bias), one panel wide.
#[inline(always)]
pub(super) fn starting_from<S: Simd, const V: usize>(columns: &[f32]) -> Tile<S, V> {
    let (vectors, _) = S::as_simd_f32s(columns);
    let mut row = [vectors[0]; V];
    row.copy_from_slice(&vectors[..V]);
    [row; ROWS]
}

/// Adds `rows · panel` to the tile; all rows are as long as the first, and the panel as deep.
#[inline(always)]
pub(super) fn accumulate<S: Simd, const V: usize>(
    simd: S,
    mut tile: Tile<S, V>,
    mut rows: [&[f32]; ROWS],
    panel: &[S::f32s],
) -> Tile<S, V> {
    let depth = rows[0].len();
    for row in &mut rows {
        *row = &row[..depth];
    }
    let panel = &panel.as_chunks::<VECTORS>().0[..depth];
    for (k, columns) in panel.iter().enumerate() {
        for (sums, row) in tile.iter_mut().zip(&rows) {
            let value = simd.splat_f32s(row[k]);
            for (sum, &column) in sums.iter_mut().zip(columns) {
                *sum = simd.mul_add_e_f32s(value, column, *sum);
            }
        }
    }
    tile
}

/// Writes the first columns of one row of a tile, as many as `target` has.
#[inline(always)]
pub(super) fn store<S: Simd, const V: usize>(simd: S, sums: [S::f32s; V], target: &mut [f32]) {
    if target.len() == V * S::F32_LANES {
        let (vectors, _) = S::as_mut_simd_f32s(target);
        vectors.copy_from_slice(&sums);
    } else {
        for (part, sum) in target.chunks_mut(S::F32_LANES).zip(sums) {
            simd.partial_store_f32s(part, sum);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panels_hold_the_matrix() {
        for columns in [1, 3, 16, 33, 64] {
            let panels = Panels::pack(5, columns, |k, j| (100 * k + j) as f32);
            for k in 0..5 {
                for j in 0..columns {
                    assert_eq!(panels.entry(k, j), (100 * k + j) as f32);
                }
            }
        }
    }
}
