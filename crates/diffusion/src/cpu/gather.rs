//! A convolution as a product: each pixel gathers the pixels its taps point at.
//!
//! One form serves both directions. Forwards, every output pixel has all taps and steps through
//! the input by the stride. Backwards, with respect to the input, a pixel has those taps whose
//! distance the stride divides, which depends on its place on a lattice as wide as the stride.

use std::ops::Range;

use pulp::{Simd, WithSimd};

use super::parallel::share_out;
use super::picture::{Picture, Shape};
use super::product::{Panels, ROWS, Tile, VECTORS, accumulate, empty, starting_from, store};
use super::simd::dispatch;

/// Pixels in a block: enough to read a panel of weights many times while it is in the nearest
/// cache, few enough for their own values to stay in the next.
const BLOCK: usize = 16 * ROWS;

/// One tap: where it points from the pixel's own place, and which rows of the matrix it has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tap {
    pub(super) dy: isize,
    pub(super) dx: isize,
    /// The first of its rows, one for each channel of the source.
    pub(super) row: usize,
}

/// A gathering product.
#[derive(Debug)]
pub(super) struct Gather {
    /// Steps in the source between neighbours on the same lattice place.
    pub(super) step: [usize; 2],
    /// Sides of the lattice.
    pub(super) lattice: [usize; 2],
    /// The taps of each place on the lattice, row by row.
    pub(super) taps: Vec<Vec<Tap>>,
    pub(super) panels: Panels,
    /// What every pixel starts from, filled up to whole panels; may be empty for zero.
    pub(super) bias: Vec<f32>,
}

/// A pixel to be computed: where its taps start from, and where its values go.
struct Target<'a> {
    picture: usize,
    y: isize,
    x: isize,
    values: &'a mut [f32],
}

impl Gather {
    /// The picture of `shape` gathered from `source`.
    pub(super) fn run(&self, source: &Picture, shape: Shape) -> Picture {
        let mut out = Picture::zeros(shape);
        share_out(
            &mut out.values,
            &self.panels,
            BLOCK,
            |first, part, range| {
                self.fill(source, shape, first, part, range);
            },
        );
        out
    }

    fn fill(
        &self,
        source: &Picture,
        shape: Shape,
        first: usize,
        part: &mut [f32],
        range: Range<usize>,
    ) {
        let ([step_y, step_x], [places_y, places_x]) = (self.step, self.lattice);
        let columns = self.panels.columns_of(&range).len();
        let mut places: Vec<Vec<Target<'_>>> = self.taps.iter().map(|_| Vec::new()).collect();
        for (pixel, values) in part.chunks_exact_mut(columns).enumerate() {
            let [picture, y, x] = shape.position(first + pixel);
            places[y % places_y * places_x + x % places_x].push(Target {
                picture,
                y: (y / places_y * step_y) as isize,
                x: (x / places_x * step_x) as isize,
                values,
            });
        }
        for (mut targets, taps) in places.into_iter().zip(&self.taps) {
            dispatch(Block {
                gather: self,
                source,
                taps,
                targets: &mut targets,
                range: range.clone(),
            });
        }
    }
}

/// One block of pixels on one place of the lattice.
struct Block<'a, 'b> {
    gather: &'a Gather,
    source: &'a Picture,
    taps: &'a [Tap],
    targets: &'a mut [Target<'b>],
    range: Range<usize>,
}

impl Block<'_, '_> {
    /// Where each tap of each pixel starts in the source, padded to whole tiles; [`usize::MAX`]
    /// where there is nothing.
    fn offsets(&self) -> Vec<[usize; ROWS]> {
        let Shape {
            height,
            width,
            channels,
            ..
        } = self.source.shape;
        let tiles = self.targets.len().div_ceil(ROWS);
        let mut offsets = Vec::with_capacity(tiles * self.taps.len());
        for targets in self.targets.chunks(ROWS) {
            for tap in self.taps {
                let mut tile = [usize::MAX; ROWS];
                for (offset, target) in tile.iter_mut().zip(targets) {
                    let (y, x) = (target.y + tap.dy, target.x + tap.dx);
                    if (0..height as isize).contains(&y) && (0..width as isize).contains(&x) {
                        let pixel = (target.picture * height + y as usize) * width + x as usize;
                        *offset = pixel * channels;
                    }
                }
                offsets.push(tile);
            }
        }
        offsets
    }
}

impl WithSimd for Block<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let offsets = self.offsets();
        for panel in self.range.clone() {
            if self.gather.panels.is_narrow(panel) {
                self.fill_panel::<S, 1>(simd, panel, &offsets);
            } else {
                self.fill_panel::<S, VECTORS>(simd, panel, &offsets);
            }
        }
    }
}

impl Block<'_, '_> {
    /// The columns of one panel, as far as they lie in its first `V` vectors.
    #[inline(always)]
    fn fill_panel<S: Simd, const V: usize>(
        &mut self,
        simd: S,
        panel: usize,
        offsets: &[[usize; ROWS]],
    ) {
        let channels = self.source.shape.channels;
        let nothing = vec![0.0; channels];
        let (panels, taps) = (&self.gather.panels, self.taps);
        let source = self.source.values.as_slice();
        let columns = (panel - self.range.start) * panels.width();
        for (tile, targets) in self.targets.chunks_mut(ROWS).enumerate() {
            let offsets = &offsets[tile * taps.len()..][..taps.len()];
            let mut sums: Tile<S, V> = match self.gather.bias.get(panel * panels.width()..) {
                Some(bias) if !bias.is_empty() => starting_from::<S, V>(bias),
                _ => empty(simd),
            };
            for (tap, offsets) in taps.iter().zip(offsets) {
                let mut rows = [nothing.as_slice(); ROWS];
                for (row, &offset) in rows.iter_mut().zip(offsets) {
                    if let Some(from) = source.get(offset..) {
                        *row = &from[..channels];
                    }
                }
                let weights = panels.rows::<S>(panel, tap.row, channels);
                sums = accumulate(simd, sums, rows, weights);
            }
            for (target, sums) in targets.iter_mut().zip(sums) {
                let values = &mut target.values[columns..];
                let end = values.len().min(panels.width());
                store(simd, sums, &mut values[..end]);
            }
        }
    }
}
