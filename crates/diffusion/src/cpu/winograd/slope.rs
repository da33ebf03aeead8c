//! The gradient by the weights, among the tiles.
//!
//! A tile's output is `Aᵀ (U ⊙ V) A` with `U = G g Gᵀ` and `V = Bᵀ d B`, so its part of the slope
//! by `U` is `V ⊙ A v Aᵀ`: for each of the 16 places, one sum of outer products over all tiles.
//! `Gᵀ · G` of that sum is the slope by the weights, at 16 products for four pixels instead of 36.

use std::ops::Range;

use pulp::{Simd, WithSimd};
use rayon::prelude::*;

use super::PLACES;
use super::filter::{LANES, gather_taps};
use super::tiles::{Spread, spread_tiles, widen_tiles};
use crate::cpu::outer::{Rows, accumulate_outer};
use crate::cpu::picture::Picture;
use crate::cpu::product::panel_width;
use crate::cpu::scratch;
use crate::cpu::simd::dispatch;

/// Transformed values of a block, and the tiles it has at least.
const BUFFER: usize = 1 << 17;
const FEWEST: usize = 32;
const TAPS: usize = 9;

/// Adds the slope of `cotangent · output` by the weights to `slope`, `[column, channel, tap]`,
/// for a convolution of `source` whose first window starts at `start`.
pub(in crate::cpu) fn add_slope(
    source: &Picture,
    start: [isize; 2],
    cotangent: &Picture,
    slope: &mut [f32],
) {
    let (channels, columns) = (source.shape.channels, cotangent.shape.channels);
    let all = columns.next_multiple_of(panel_width());
    // Blocks are as large whatever the number of threads: it is they that sums are cut into.
    let limit = BUFFER / (PLACES * (channels + all));
    let limit = limit.max(FEWEST).min(cotangent.shape.pixels() / 4);
    let panels = columns.div_ceil(panel_width());
    let across = panels.div_ceil(rayon::current_num_threads()) * panel_width();
    slope
        .par_chunks_mut(across * channels * TAPS)
        .enumerate()
        .for_each(|(part, slope)| {
            let first = part * across;
            let across = (slope.len() / channels / TAPS).next_multiple_of(panel_width());
            let len = PLACES * (limit * (channels + across) + channels * across);
            scratch::with(len, |buffers| {
                let (inputs, rest) = buffers.split_at_mut(PLACES * limit * channels);
                let (outputs, sums) = rest.split_at_mut(PLACES * limit * across);
                sums.fill(0.0);
                dispatch(Slope {
                    spread: Spread {
                        source,
                        start,
                        out: cotangent.shape,
                        limit,
                    },
                    cotangent,
                    first,
                    across,
                    inputs,
                    outputs,
                    sums,
                    slope,
                });
            });
        });
}

/// The columns from `first` on, `across` of them.
struct Slope<'a> {
    spread: Spread<'a>,
    cotangent: &'a Picture,
    first: usize,
    across: usize,
    /// `[place, tile, channel]`
    inputs: &'a mut [f32],
    /// `[place, tile, column]`
    outputs: &'a mut [f32],
    /// `[place, channel, column]`
    sums: &'a mut [f32],
    /// `[column, channel, tap]`
    slope: &'a mut [f32],
}

impl WithSimd for Slope<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let count = self.cotangent.shape.pixels() / 4;
        let limit = self.spread.limit;
        for start in (0..count).step_by(limit.max(1)) {
            self.add_block(simd, start..count.min(start + limit));
        }
        self.finish();
    }
}

impl Slope<'_> {
    #[inline(always)]
    fn add_block<S: Simd>(&mut self, simd: S, tiles: Range<usize>) {
        let (channels, across) = (self.spread.source.shape.channels, self.across);
        let limit = self.spread.limit;
        spread_tiles(simd, self.spread, tiles.clone(), self.inputs);
        let columns = (self.first, across);
        widen_tiles(
            simd,
            self.cotangent,
            (tiles.clone(), limit),
            columns,
            self.outputs,
        );
        let sums = self.sums.chunks_exact_mut(channels * across);
        for (place, sums) in sums.enumerate() {
            let left = Rows {
                values: &self.inputs[place * limit * channels..][..tiles.len() * channels],
                stride: channels,
            };
            let right = Rows {
                values: &self.outputs[place * limit * across..][..tiles.len() * across],
                stride: across,
            };
            accumulate_outer(simd, left, 0..channels, right, sums);
        }
    }

    /// `Gᵀ · G` of the sums, to where the weights are.
    #[inline(always)]
    fn finish(&mut self) {
        let (channels, across) = (self.spread.source.shape.channels, self.across);
        let columns = self.slope.len() / channels / TAPS;
        for first in (0..columns).step_by(LANES) {
            let count = LANES.min(columns - first);
            for channel in 0..channels {
                let mut places = [[0.0; LANES]; PLACES];
                for (place, values) in places.iter_mut().enumerate() {
                    let at = (place * channels + channel) * across + first;
                    values[..count].copy_from_slice(&self.sums[at..at + count]);
                }
                let taps = gather_taps(&places);
                for lane in 0..count {
                    let at = ((first + lane) * channels + channel) * TAPS;
                    for (slope, tap) in self.slope[at..at + TAPS].iter_mut().zip(&taps) {
                        *slope += tap[lane];
                    }
                }
            }
        }
    }
}
