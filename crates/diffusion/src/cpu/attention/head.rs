//! One head: its rows, and their products.

use std::ops::Range;

use pulp::{Simd, WithSimd};

use crate::cpu::product::{Panels, ROWS, VECTORS, accumulate, empty, store};
use crate::cpu::simd::dispatch;

/// Queries (or keys) a thread takes at a time.
pub(super) const BLOCK: usize = 8 * ROWS;

/// One head of one picture: its three parts, as rows in `values`.
pub(super) struct Head<'a> {
    pub(super) values: &'a [f32],
    pub(super) stride: usize,
    pub(super) width: usize,
    pub(super) starts: [usize; 3],
}

impl<'a> Head<'a> {
    pub(super) fn row(&self, part: usize, pixel: usize) -> &'a [f32] {
        &self.values[pixel * self.stride + self.starts[part]..][..self.width]
    }

    pub(super) fn pixels(&self) -> usize {
        self.values.len() / self.stride
    }

    /// A part with its pixels as columns, for products along the channels.
    pub(super) fn across(&self, part: usize) -> Panels {
        Panels::pack(self.width, self.pixels(), |channel, pixel| {
            self.row(part, pixel)[channel]
        })
    }

    /// A part with its pixels as rows, for products along the pixels.
    pub(super) fn along(&self, part: usize) -> Panels {
        Panels::pack(self.pixels(), self.width, |pixel, channel| {
            self.row(part, pixel)[channel]
        })
    }
}

/// The pixels of a block.
pub(super) fn block_of(block: usize, pixels: usize) -> Range<usize> {
    block * BLOCK..pixels.min((block + 1) * BLOCK)
}

/// What scores are multiplied by.
pub(super) fn scale(width: usize) -> f32 {
    (1.0 / (width as f64).sqrt()) as f32
}

pub(super) fn rows(values: &[f32], width: usize) -> Vec<&[f32]> {
    values.chunks_exact(width).collect()
}

/// `part` of `pixels` times `panels`, divided by the root of the width.
pub(super) fn scores(
    head: &Head<'_>,
    part: usize,
    pixels: Range<usize>,
    panels: &Panels,
) -> Vec<f32> {
    let mut scores = scores_unscaled(head, part, pixels, panels);
    let scale = scale(head.width);
    for score in &mut scores {
        *score *= scale;
    }
    scores
}

/// `part` of `pixels` times `panels`.
pub(super) fn scores_unscaled(
    head: &Head<'_>,
    part: usize,
    pixels: Range<usize>,
    panels: &Panels,
) -> Vec<f32> {
    let rows: Vec<&[f32]> = pixels.map(|pixel| head.row(part, pixel)).collect();
    let mut scores = vec![0.0; rows.len() * panels.columns];
    multiply(&rows, panels, &mut scores);
    scores
}

/// Puts rows of `part` into rows of `out`, from channel `start` on.
pub(super) fn scatter(part: &[f32], width: usize, out: &mut [f32], stride: usize, start: usize) {
    for (source, target) in part.chunks_exact(width).zip(out.chunks_exact_mut(stride)) {
        target[start..start + width].copy_from_slice(source);
    }
}

/// `rows · panels` into `out`, row after row.
pub(super) fn multiply(rows: &[&[f32]], panels: &Panels, out: &mut [f32]) {
    struct Multiply<'a> {
        rows: &'a [&'a [f32]],
        panels: &'a Panels,
        out: &'a mut [f32],
    }
    impl WithSimd for Multiply<'_> {
        type Output = ();
        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) {
            let columns = self.panels.columns;
            for panel in 0..self.panels.count() {
                let range = self.panels.columns_of(&(panel..panel + 1));
                let weights = self.panels.rows::<S>(panel, 0, self.panels.depth);
                for (rows, out) in self
                    .rows
                    .chunks(ROWS)
                    .zip(self.out.chunks_mut(ROWS * columns))
                {
                    // A tile that is not full repeats its last row and drops the result.
                    let mut tile = [rows[rows.len() - 1]; ROWS];
                    tile[..rows.len()].copy_from_slice(rows);
                    let sums = accumulate(simd, empty::<S, VECTORS>(simd), tile, weights);
                    for (out, sums) in out.chunks_exact_mut(columns).zip(sums) {
                        store(simd, sums, &mut out[range.clone()]);
                    }
                }
            }
        }
    }
    dispatch(Multiply { rows, panels, out });
}
