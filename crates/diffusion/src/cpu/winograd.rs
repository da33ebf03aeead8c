//! 3×3 convolutions of stride 1 by Winograd's minimal filtering F(2×2, 3×3).
//!
//! Four pixels of output cost 16 products for each pair of channels instead of 36. The
//! transforms only add and halve, so rounding stays as small as that of the plain sum, whose
//! chains are nine times as long. Source: Lavin & Gray, "Fast algorithms for convolutional
//! neural networks" (2015), section 4.1.

mod filter;
mod slope;
mod tiles;

use std::ops::Range;

use pulp::{Simd, WithSimd};

use super::parallel::share_out;
use super::picture::{Picture, Shape};
use super::product::{Panels, ROWS, VECTORS, accumulate, empty, store};
use super::scratch;
use super::simd::dispatch;
use filter::Fill;
pub(super) use slope::add_slope;
use tiles::{Spread, spread_tiles};

/// Values of a tile: 4×4 of the source, for 2×2 of the output.
const PLACES: usize = 16;
/// Tiles of a block, at most.
const TILES: usize = 8 * ROWS;
/// Transformed values of a block: they are read once for each panel, from the second cache.
const BUFFER: usize = 1 << 16;

/// A 3×3 convolution with transformed weights.
#[derive(Debug)]
pub(super) struct Winograd {
    /// Where the window of the first pixel starts, above and left.
    start: [isize; 2],
    channels: usize,
    /// `[place · channel, column]`.
    panels: Panels,
    /// As in a [`Gather`](super::gather::Gather).
    pub(super) bias: Vec<f32>,
}

impl Winograd {
    /// Without weights yet; `bias` is empty or filled up to whole panels.
    pub(super) fn new(start: [isize; 2], [channels, columns]: [usize; 2], bias: Vec<f32>) -> Self {
        Self {
            start,
            channels,
            panels: Panels::zeros(PLACES * channels, columns),
            bias,
        }
    }

    /// Transforms the weights at `channel · stride + column · column_stride + tap`; if `flipped`,
    /// the last tap is taken for the first.
    pub(super) fn fill(&mut self, weights: &[f32], strides: [usize; 2], flipped: bool) {
        dispatch(Fill {
            weights,
            strides,
            flipped,
            panels: &mut self.panels,
        });
    }

    /// Whether a convolution of this many channels to a picture of `shape` can go this way:
    /// whole vectors of channels, whole tiles of output.
    pub(super) fn suits(channels: usize, shape: Shape) -> bool {
        channels.is_multiple_of(16)
            && shape.height.is_multiple_of(2)
            && shape.width.is_multiple_of(2)
    }

    /// The picture of `shape`, whose sides are even.
    pub(super) fn run(&self, source: &Picture, shape: Shape) -> Picture {
        let mut out = Picture::zeros(shape);
        let pair = 2 * shape.width;
        let pairs = (4 * TILES).div_ceil(pair.max(1));
        let limit = (BUFFER / (PLACES * self.channels) / ROWS * ROWS).clamp(ROWS, TILES);
        let len = PLACES * limit * (self.channels + self.panels.width());
        share_out(
            &mut out.values,
            &self.panels,
            pairs * pair,
            |first, part, range| {
                scratch::with(len, |buffers| {
                    dispatch(Block {
                        winograd: self,
                        source,
                        shape,
                        first,
                        part,
                        range,
                        limit,
                        buffers,
                    });
                });
            },
        );
        out
    }
}

/// Pairs of rows of the output.
struct Block<'a> {
    winograd: &'a Winograd,
    source: &'a Picture,
    shape: Shape,
    first: usize,
    part: &'a mut [f32],
    range: Range<usize>,
    /// Tiles that are transformed at a time.
    limit: usize,
    /// Room for their inputs, `[place, tile, channel]`, and products, `[place, tile, column]`.
    buffers: &'a mut [f32],
}

impl WithSimd for Block<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let panels = &self.winograd.panels;
        let channels = self.winograd.channels;
        let columns = panels.columns_of(&self.range).len();
        let count = self.part.len() / columns / 4;
        let limit = self.limit;
        let (inputs, products) =
            std::mem::take(&mut self.buffers).split_at_mut(PLACES * limit * channels);
        for start in (0..count).step_by(limit) {
            let tiles = start..count.min(start + limit);
            let ahead = self.first / 4;
            let spread = Spread {
                source: self.source,
                start: self.winograd.start,
                out: self.shape,
                limit,
            };
            spread_tiles(simd, spread, ahead + start..ahead + tiles.end, inputs);
            let filled = tiles.len().next_multiple_of(ROWS);
            for panel in self.range.clone() {
                let inputs = &inputs[..];
                if panels.is_narrow(panel) {
                    self.multiply::<S, 1>(simd, (panel, filled), inputs, products);
                    self.finish::<S, 1>(simd, tiles.clone(), panel, products);
                } else {
                    self.multiply::<S, VECTORS>(simd, (panel, filled), inputs, products);
                    self.finish::<S, VECTORS>(simd, tiles.clone(), panel, products);
                }
            }
        }
    }
}

impl Block<'_> {
    /// The products of so many tiles with one panel, in its first `V` vectors.
    #[inline(always)]
    fn multiply<S: Simd, const V: usize>(
        &self,
        simd: S,
        (panel, filled): (usize, usize),
        inputs: &[f32],
        products: &mut [f32],
    ) {
        let panels = &self.winograd.panels;
        let (channels, limit) = (self.winograd.channels, self.limit);
        let used = V * S::F32_LANES;
        for place in 0..PLACES {
            let weights = panels.rows::<S>(panel, place * channels, channels);
            let inputs = &inputs[place * limit * channels..][..filled * channels];
            let products = &mut products[place * limit * panels.width()..];
            for (inputs, products) in inputs
                .chunks_exact(ROWS * channels)
                .zip(products.chunks_exact_mut(ROWS * panels.width()))
            {
                let mut rows: [&[f32]; ROWS] = [&[]; ROWS];
                for (row, input) in rows.iter_mut().zip(inputs.chunks_exact(channels)) {
                    *row = input;
                }
                let sums = accumulate(simd, empty::<S, V>(simd), rows, weights);
                for (product, sums) in products.chunks_exact_mut(panels.width()).zip(sums) {
                    store(simd, sums, &mut product[..used]);
                }
            }
        }
    }

    /// `Aᵀ m A` of each tile, with the bias, to its four pixels.
    #[inline(always)]
    fn finish<S: Simd, const V: usize>(
        &mut self,
        simd: S,
        tiles: Range<usize>,
        panel: usize,
        products: &[f32],
    ) {
        let panels = &self.winograd.panels;
        let columns = panels.columns_of(&self.range).len();
        let column = (panel - self.range.start) * panels.width();
        let until = columns.min(column + panels.width());
        let (products, _) = S::as_simd_f32s(products);
        let bias = match self.winograd.bias.get(panel * panels.width()..) {
            Some(bias) if !bias.is_empty() => {
                let (vectors, _) = S::as_simd_f32s(bias);
                let mut own = [vectors[0]; V];
                own.copy_from_slice(&vectors[..V]);
                own
            }
            _ => [simd.splat_f32s(0.0); V],
        };
        let width = self.shape.width;
        for (slot, tile) in tiles.enumerate() {
            let mut pixels = [[bias[0]; V]; 4];
            for vector in 0..V {
                let mut m = [simd.splat_f32s(0.0); PLACES];
                for (place, value) in m.iter_mut().enumerate() {
                    *value = products[(place * self.limit + slot) * VECTORS + vector];
                }
                let mut left = [[m[0]; 2]; 4];
                for (x, pair) in left.iter_mut().enumerate() {
                    *pair = gather(simd, [m[x], m[4 + x], m[8 + x], m[12 + x]]);
                }
                for row in 0..2 {
                    let [a, b, c, d] = left;
                    let pair = gather(simd, [a[row], b[row], c[row], d[row]]);
                    for (x, value) in pair.into_iter().enumerate() {
                        pixels[2 * row + x][vector] = simd.add_f32s(value, bias[vector]);
                    }
                }
            }
            let (pair, x) = (tile / (width / 2), tile % (width / 2));
            for (i, sums) in pixels.into_iter().enumerate() {
                let pixel = (2 * pair + i / 2) * width + 2 * x + i % 2;
                let target = &mut self.part[pixel * columns..][column..until];
                store(simd, sums, target);
            }
        }
    }
}

/// `Aᵀ v`.
#[inline(always)]
fn gather<S: Simd>(simd: S, [a, b, c, d]: [S::f32s; 4]) -> [S::f32s; 2] {
    [
        simd.add_f32s(a, simd.add_f32s(b, c)),
        simd.sub_f32s(simd.sub_f32s(b, c), d),
    ]
}
