//! From pixels to tiles.

use std::ops::Range;

use pulp::Simd;

use super::PLACES;
use crate::cpu::picture::{Picture, Shape};

/// Tiles of a source, 4×4 pixels for each 2×2 pixels of an output, row by row.
#[derive(Clone, Copy)]
pub(super) struct Spread<'a> {
    pub(super) source: &'a Picture,
    /// Where the window of the first pixel of the output starts, above and left.
    pub(super) start: [isize; 2],
    /// The output.
    pub(super) out: Shape,
    /// Tiles there is room for.
    pub(super) limit: usize,
}

/// `Bᵀ d B` of each of `tiles` into `inputs`, `[place, tile, channel]`.
#[inline(always)]
pub(super) fn spread_tiles<S: Simd>(
    simd: S,
    spread: Spread<'_>,
    tiles: Range<usize>,
    inputs: &mut [f32],
) {
    let Spread {
        source,
        start: [top, left],
        out,
        limit,
    } = spread;
    let Shape {
        height,
        width,
        channels,
        ..
    } = source.shape;
    let nothing = vec![0.0; channels];
    let vectors = channels / S::F32_LANES;
    let (inputs, _) = S::as_mut_simd_f32s(inputs);
    for (slot, tile) in tiles.enumerate() {
        let [picture, y, x] = corner(out, tile);
        let mut rows: [&[S::f32s]; PLACES] = [&[]; PLACES];
        for (place, row) in rows.iter_mut().enumerate() {
            let y = y as isize + top + (place / 4) as isize;
            let x = x as isize + left + (place % 4) as isize;
            let inside = (0..height as isize).contains(&y) && (0..width as isize).contains(&x);
            let values = if inside {
                let pixel = (picture * height + y as usize) * width + x as usize;
                &source.values[pixel * channels..][..channels]
            } else {
                nothing.as_slice()
            };
            *row = &S::as_simd_f32s(values).0[..vectors];
        }
        for vector in 0..vectors {
            let mut d = [[rows[0][vector]; 4]; 4];
            for (x, column) in d.iter_mut().enumerate() {
                *column = spread_four(
                    simd,
                    [
                        rows[x][vector],
                        rows[4 + x][vector],
                        rows[8 + x][vector],
                        rows[12 + x][vector],
                    ],
                );
            }
            for y in 0..4 {
                let row = spread_four(simd, [d[0][y], d[1][y], d[2][y], d[3][y]]);
                for (x, value) in row.into_iter().enumerate() {
                    inputs[((4 * y + x) * limit + slot) * vectors + vector] = value;
                }
            }
        }
    }
}

/// `A v Aᵀ` of each of `tiles`, 2×2 pixels of a cotangent, into `outputs`, `[place, tile, column]`
/// for the columns from `first` on, `across` of them; columns that are not there are zero.
#[inline(always)]
pub(super) fn widen_tiles<S: Simd>(
    simd: S,
    cotangent: &Picture,
    (tiles, limit): (Range<usize>, usize),
    (first, across): (usize, usize),
    outputs: &mut [f32],
) {
    let Shape {
        width, channels, ..
    } = cotangent.shape;
    let vectors = across / S::F32_LANES;
    let (outputs, _) = S::as_mut_simd_f32s(outputs);
    let own = channels.min(first + across) - first;
    for (slot, tile) in tiles.enumerate() {
        let [picture, y, x] = corner(cotangent.shape, tile);
        let pixel = (picture * cotangent.shape.height + y) * width + x;
        let rows: [&[f32]; 4] = [
            &cotangent.values[pixel * channels + first..][..own],
            &cotangent.values[(pixel + 1) * channels + first..][..own],
            &cotangent.values[(pixel + width) * channels + first..][..own],
            &cotangent.values[(pixel + width + 1) * channels + first..][..own],
        ];
        for vector in 0..vectors {
            let at = vector * S::F32_LANES;
            let mut v = [simd.splat_f32s(0.0); 4];
            if at < own {
                for (v, row) in v.iter_mut().zip(rows) {
                    let end = own.min(at + S::F32_LANES);
                    *v = simd.partial_load_f32s(&row[at..end]);
                }
            }
            let left = widen_two(simd, [v[0], v[2]]);
            let right = widen_two(simd, [v[1], v[3]]);
            for (y, pair) in left.into_iter().zip(right).enumerate() {
                let row = widen_two(simd, [pair.0, pair.1]);
                for (x, value) in row.into_iter().enumerate() {
                    outputs[((4 * y + x) * limit + slot) * vectors + vector] = value;
                }
            }
        }
    }
}

/// Picture, row and column of the first pixel of a tile.
#[inline(always)]
fn corner(shape: Shape, tile: usize) -> [usize; 3] {
    let (pair, x) = (tile / (shape.width / 2), tile % (shape.width / 2));
    let [picture, y, _] = shape.position(2 * pair * shape.width);
    [picture, y, 2 * x]
}

/// `Bᵀ v`.
#[inline(always)]
fn spread_four<S: Simd>(simd: S, [a, b, c, d]: [S::f32s; 4]) -> [S::f32s; 4] {
    [
        simd.sub_f32s(a, c),
        simd.add_f32s(b, c),
        simd.sub_f32s(c, b),
        simd.sub_f32s(b, d),
    ]
}

/// `A v`.
#[inline(always)]
fn widen_two<S: Simd>(simd: S, [a, b]: [S::f32s; 2]) -> [S::f32s; 4] {
    [
        a,
        simd.add_f32s(a, b),
        simd.sub_f32s(a, b),
        simd.neg_f32s(b),
    ]
}
