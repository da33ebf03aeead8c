//! Pictures much larger than those that a network was trained on, in tiles.
//!
//! Convolutions take any size, but attention then looks farther than it ever learnt to, and normalisation
//! takes its statistics over more than it ever saw: the error of the prediction grows with the picture, most
//! where there is much noise (`engine/examples/field` measures it). So a large picture is predicted in
//! overlapping tiles of a size that the network knows, and what overlaps is blended, linearly from border to
//! border. The blend is linear, so its derivative is the same sum over tiles.

use std::ops::Range;

use burn::tensor::{Device, Tensor, TensorData};

use crate::calibration::Calibration;
use crate::denoiser::{Denoiser, Linearisation, Prediction, Pullback};
use crate::level::Level;

/// A denoiser that is shown large pictures in tiles.
///
/// Takes and gives `[b, c, h, w]` as the network itself does. An evaluation of all tiles counts as one. For a
/// trained side of 64 and a stride of 8 they have at most 1.52 times the pixels of the picture.
pub struct Tiled {
    inner: Box<dyn Denoiser>,
    field: TileField,
}

/// How much of a picture a network is shown at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TileField(Option<usize>);

impl TileField {
    /// Everything.
    pub const WHOLE: Self = Self(None);

    /// About as much as the pictures that it was trained on, which had sides of so many pixels; 0 if that
    /// is not known.
    #[must_use]
    pub fn of(resolution: usize) -> Self {
        Self((resolution > 0).then_some(resolution))
    }

    /// The tiles along a side of `length` pixels, a multiple of `stride` as their own length is: as long as
    /// the trained side or up to about a quarter more, sharing an eighth of it or more, the first at the
    /// beginning, the last at the end. Up to half more than the trained side is one tile: two would see
    /// less, and cost more.
    #[must_use]
    pub fn along(self, length: usize, stride: usize) -> Vec<Range<usize>> {
        let Some(trained) = self.0.filter(|trained| length > trained + trained / 2) else {
            return std::iter::once(0..length).collect();
        };
        let (longest, shared) = (trained + trained / 4, trained / 8);
        let count = (length - shared).div_ceil(longest - shared);
        let needed = (length + (count - 1) * shared).div_ceil(count);
        let side = needed
            .max(trained)
            .next_multiple_of(stride.max(1))
            .min(length);
        let start = |i: usize| (length - side) * i / (count - 1).max(1);
        (0..count).map(|i| start(i)..start(i) + side).collect()
    }
}

/// A tile of a picture, and how much its pixels count.
struct Tile {
    rows: Range<usize>,
    columns: Range<usize>,
    /// `[1, 1, h, w]`; those of all tiles add up to one everywhere.
    weight: Tensor<4>,
}

impl Tile {
    fn of(&self, picture: &Tensor<4>) -> Tensor<4> {
        let [b, c, ..] = picture.dims();
        let all = [0..b, 0..c, self.rows.clone(), self.columns.clone()];
        picture.clone().slice(all)
    }

    fn weighted(&self, tile: Tensor<4>) -> Tensor<4> {
        let shape = tile.dims();
        tile * self.weight.clone().expand(shape)
    }

    fn add(&self, sum: Tensor<4>, tile: Tensor<4>) -> Tensor<4> {
        let [b, c, ..] = sum.dims();
        let all = [0..b, 0..c, self.rows.clone(), self.columns.clone()];
        let there = self.of(&sum);
        sum.slice_assign(all, there + tile)
    }
}

impl Tiled {
    /// Shows `inner` so much at once.
    #[must_use]
    pub fn new(inner: Box<dyn Denoiser>, field: TileField) -> Self {
        Self { inner, field }
    }

    /// How much it is shown at once.
    #[must_use]
    pub fn field(&self) -> TileField {
        self.field
    }

    /// The same network, shown pictures of any size in one piece.
    #[must_use]
    pub fn whole(&self) -> &dyn Denoiser {
        self.inner.as_ref()
    }

    /// None for a picture that is looked at as a whole.
    fn tiles(&self, picture: &Tensor<4>) -> Vec<Tile> {
        let [_, _, height, width] = picture.dims();
        let stride = self.inner.stride();
        let rows = self.field.along(height, stride);
        let columns = self.field.along(width, stride);
        if rows.len() * columns.len() == 1 {
            return Vec::new();
        }
        let (down, across) = (shares(&rows), shares(&columns));
        let device = picture.device();
        let both = rows.iter().zip(&down).flat_map(|row| {
            let columns = columns.iter().zip(&across);
            columns.map(move |column| (row, column))
        });
        both.map(|((rows, down), (columns, across))| Tile {
            rows: rows.clone(),
            columns: columns.clone(),
            weight: product(down, across, &device),
        })
        .collect()
    }
}

impl Denoiser for Tiled {
    fn evaluate(&self, x: Tensor<4>, level: Level) -> Prediction {
        let tiles = self.tiles(&x);
        if tiles.is_empty() {
            return self.inner.evaluate(x, level);
        }
        let predict = |tile: &Tile| self.inner.evaluate(tile.of(&x), level);
        blend(&x, tiles.iter().map(|tile| (tile, predict(tile))))
    }

    fn linearise(&self, x: Tensor<4>, level: Level) -> Linearisation {
        let tiles = self.tiles(&x);
        if tiles.is_empty() {
            return self.inner.linearise(x, level);
        }
        let (predictions, pullbacks): (Vec<Prediction>, Vec<Pullback>) = tiles
            .iter()
            .map(|tile| self.inner.linearise(tile.of(&x), level))
            .map(|point| (point.prediction, point.pullback))
            .unzip();
        Linearisation {
            prediction: blend(&x, tiles.iter().zip(predictions)),
            pullback: Box::new(move |v| {
                let parts = tiles.into_iter().zip(pullbacks);
                parts.fold(v.zeros_like(), |sum, (tile, pullback)| {
                    let part = pullback(tile.weighted(tile.of(&v)));
                    tile.add(sum, part)
                })
            }),
        }
    }

    fn stride(&self) -> usize {
        self.inner.stride()
    }

    fn halo(&self) -> Option<usize> {
        self.inner.halo()
    }

    fn range(&self) -> Option<(f64, f64)> {
        self.inner.range()
    }

    fn calibration(&self) -> Option<&Calibration> {
        self.inner.calibration()
    }
}

fn blend<'a>(x: &Tensor<4>, parts: impl Iterator<Item = (&'a Tile, Prediction)>) -> Prediction {
    let add = |sum: Option<Tensor<4>>, tile: &Tile, part: Tensor<4>| {
        let sum = sum.unwrap_or_else(|| x.zeros_like());
        Some(tile.add(sum, tile.weighted(part)))
    };
    let (mut eps, mut logits) = (None, None);
    for (tile, prediction) in parts {
        eps = add(eps, tile, prediction.eps);
        if let Some(part) = prediction.variance_logits {
            logits = add(logits, tile, part);
        }
    }
    Prediction {
        eps: eps.expect("there is a tile"),
        variance_logits: logits,
    }
}

/// How much each pixel of each range counts: the more, the farther from the range's borders, but as much
/// at the picture's own borders; one altogether.
fn shares(ranges: &[Range<usize>]) -> Vec<Vec<f32>> {
    let length = ranges.last().map_or(0, |range| range.end);
    let raw = |range: &Range<usize>, at: usize| {
        let before = if range.start == 0 {
            length
        } else {
            at - range.start + 1
        };
        let after = if range.end == length {
            length
        } else {
            range.end - at
        };
        before.min(after) as f32
    };
    let total = |at: usize| -> f32 {
        let there = ranges.iter().filter(|range| range.contains(&at));
        there.map(|range| raw(range, at)).sum()
    };
    ranges
        .iter()
        .map(|range| range.clone().map(|at| raw(range, at) / total(at)).collect())
        .collect()
}

/// The outer product as `[1, 1, down, across]`.
fn product(down: &[f32], across: &[f32], device: &Device) -> Tensor<4> {
    let values: Vec<f32> = down
        .iter()
        .flat_map(|a| across.iter().map(move |b| a * b))
        .collect();
    Tensor::from_data(
        TensorData::new(values, [1, 1, down.len(), across.len()]),
        device,
    )
}

#[cfg(test)]
mod tests;
