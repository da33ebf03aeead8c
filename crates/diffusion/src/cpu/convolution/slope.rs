//! The gradient by a convolution's weights and biases.

use std::ops::Range;

use pulp::{Simd, WithSimd};
use rayon::prelude::*;

use super::Convolution;
use crate::cpu::outer::{Rows, accumulate_outer};
use crate::cpu::picture::{Picture, Shape};
use crate::cpu::product::panel_width;
use crate::cpu::scratch;
use crate::cpu::simd::dispatch;
use crate::cpu::winograd;

/// Gathered values of a block, and the pixels it has at least and at most.
const BUFFER: usize = 1 << 16;
const PIXELS: [usize; 2] = [16, 256];

impl Convolution {
    /// Adds the slope of `cotangent · forward(x)` by the weights and by the biases, which lie as
    /// in [`set`](Self::set).
    pub(crate) fn add_slopes(
        &self,
        x: &Picture,
        cotangent: &Picture,
        weights: &mut [f32],
        bias: &mut [f32],
    ) {
        dispatch(Total {
            cotangent: &cotangent.values,
            sums: bias,
        });
        if self.transforms(self.inputs, cotangent.shape) {
            winograd::add_slope(x, self.corner(), cotangent, weights);
        } else {
            self.add_gathered(x, cotangent, weights);
        }
    }

    /// Gathers, for blocks of pixels, what their taps point at.
    fn add_gathered(&self, x: &Picture, cotangent: &Picture, weights: &mut [f32]) {
        let (depth, outputs) = (self.forward.panels.depth, self.forward.panels.columns);
        let across = outputs.next_multiple_of(panel_width());
        let [fewest, most] = PIXELS;
        let block = (BUFFER / (depth + across)).clamp(fewest, most);
        let rows = depth.div_ceil(rayon::current_num_threads());
        let mut sums = vec![0.0; depth * across];
        sums.par_chunks_mut(rows * across)
            .enumerate()
            .for_each(|(part, sums)| {
                scratch::with(block * (depth + across), |buffers| {
                    let (gathered, told) = buffers.split_at_mut(block * depth);
                    dispatch(Gathered {
                        convolution: self,
                        x,
                        cotangent,
                        block,
                        rows: part * rows..depth.min((part + 1) * rows),
                        gathered,
                        told,
                        sums,
                    });
                });
            });
        let strides = self.strides;
        for (row, sums) in sums.chunks_exact(across).enumerate() {
            let (tap, input) = (row / self.inputs, row % self.inputs);
            let own = weights[input * strides.input + tap..].iter_mut();
            for (slope, sum) in own.step_by(strides.output).zip(&sums[..outputs]) {
                *slope += sum;
            }
        }
    }
}

/// The rows of the weights' matrix in `rows`.
struct Gathered<'a> {
    convolution: &'a Convolution,
    x: &'a Picture,
    cotangent: &'a Picture,
    block: usize,
    rows: Range<usize>,
    /// `[pixel, tap · input]`
    gathered: &'a mut [f32],
    /// `[pixel, output]`, whole panels.
    told: &'a mut [f32],
    sums: &'a mut [f32],
}

impl WithSimd for Gathered<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let panels = &self.convolution.forward.panels;
        let (depth, across) = (
            panels.depth,
            panels.columns.next_multiple_of(panels.width()),
        );
        let count = self.cotangent.shape.pixels();
        for start in (0..count).step_by(self.block) {
            let pixels = start..count.min(start + self.block);
            self.gather(pixels.clone(), depth, across);
            let left = Rows {
                values: &self.gathered[..pixels.len() * depth],
                stride: depth,
            };
            let right = Rows {
                values: &self.told[..pixels.len() * across],
                stride: across,
            };
            accumulate_outer(simd, left, self.rows.clone(), right, self.sums);
        }
    }
}

impl Gathered<'_> {
    #[inline(always)]
    fn gather(&mut self, pixels: Range<usize>, depth: usize, across: usize) {
        let forward = &self.convolution.forward;
        let ([step_y, step_x], outputs) = (forward.step, forward.panels.columns);
        let Shape {
            height,
            width,
            channels,
            ..
        } = self.x.shape;
        let rows = self.gathered.chunks_exact_mut(depth);
        for ((pixel, row), told) in pixels.zip(rows).zip(self.told.chunks_exact_mut(across)) {
            let [picture, y, x] = self.cotangent.shape.position(pixel);
            for tap in &forward.taps[0] {
                let (y, x) = (
                    (y * step_y) as isize + tap.dy,
                    (x * step_x) as isize + tap.dx,
                );
                let target = &mut row[tap.row..tap.row + channels];
                if (0..height as isize).contains(&y) && (0..width as isize).contains(&x) {
                    let from = (picture * height + y as usize) * width + x as usize;
                    target.copy_from_slice(&self.x.values[from * channels..][..channels]);
                } else {
                    target.fill(0.0);
                }
            }
            told[..outputs].copy_from_slice(&self.cotangent.values[pixel * outputs..][..outputs]);
            told[outputs..].fill(0.0);
        }
    }
}

/// Adds all pixels up, a block at a time, so that sums round less.
struct Total<'a> {
    cotangent: &'a [f32],
    sums: &'a mut [f32],
}

impl WithSimd for Total<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { cotangent, sums } = self;
        let channels = sums.len();
        let mut part = vec![0.0; channels];
        for block in cotangent.chunks(PIXELS[1] * channels) {
            part.fill(0.0);
            for pixel in block.chunks_exact(channels) {
                for (sum, &v) in part.iter_mut().zip(pixel) {
                    *sum += v;
                }
            }
            for (sum, part) in sums.iter_mut().zip(&part) {
                *sum += part;
            }
        }
    }
}
