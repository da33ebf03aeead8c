//! Pictures of any size through a network, tile by tile, in the memory of one tile.
//!
//! A network's activations are tens of times as large as the picture it is shown. Here they exist for
//! one tile (or one batch of tiles) at a time, forwards and in vector-Jacobian products:
//!
//! - A network whose receptive field is finite ([`Denoiser::halo`]) is shown tiles with a halo. Every
//!   pixel is then what the whole picture would give, to rounding.
//! - Other networks are shown overlapping tiles of about the size they were trained on, which are
//!   blended linearly: attention looks farther in a large picture than it ever learnt to, and
//!   normalisation takes its statistics over more than it ever saw, so that the error of the
//!   prediction grows with the picture (`engine/examples/field` measures it).
//!
//! Both are linear in the tiles, so the derivative is the same sum over tiles. A product needs the
//! graph of a tile only while that tile is differentiated; beyond [`Tiling::KEPT_PIXELS`] the graphs
//! are not kept, and each tile is run again in the product: one evaluation more, constant memory.

use std::sync::Arc;

use burn::tensor::{Device, Tensor, TensorData};

use crate::calibration::Calibration;
use crate::denoiser::{Denoiser, Linearisation, Prediction, Pullback};
use crate::level::Level;

mod mosaic;
mod tiling;
mod watch;

use mosaic::Mosaic;
use tiling::{Layout, Tile};
pub use tiling::{Pass, Shown, TileField, Tiling};
pub use watch::Watch;
use watch::Watched;

/// A denoiser that is shown large pictures in tiles.
///
/// Takes and gives `[b, c, h, w]` as the network itself does. An evaluation of all tiles counts as one.
/// Blended tiles have at most 1.52 times the pixels of the picture for a trained side of 64 and a stride
/// of 8; tiles of side `s` with a halo `r` have `(s / (s - 2 r))²` times as many.
pub struct Tiled {
    inner: Arc<dyn Denoiser>,
    tiling: Tiling,
    watched: Watched,
}

impl Tiled {
    /// Shows `inner` so much at once, unless its receptive field is finite.
    #[must_use]
    pub fn new(inner: Box<dyn Denoiser>, field: TileField) -> Self {
        let tiling = Tiling::new(field, inner.halo(), inner.stride());
        Self {
            inner: inner.into(),
            tiling,
            watched: Watched::default(),
        }
    }

    /// The same, with so many tiles of one size at a time: more keep a GPU busy, and take more memory.
    #[must_use]
    pub fn with_batch(mut self, tiles: usize) -> Self {
        self.tiling.batch = tiles.max(1);
        self
    }

    /// The same, with tiles with a halo of these sides at most, in pixels: forwards and in a product.
    #[must_use]
    pub fn with_sides(mut self, sides: [usize; 2]) -> Self {
        self.tiling.sides = sides;
        self
    }

    /// Has `watch` asked after every batch of tiles whether to go on. If it says no, the evaluation ends
    /// there, [`is_interrupted`](Denoiser::is_interrupted), until the next call of this.
    pub fn watch(&self, watch: Option<Watch>) {
        self.watched.set(watch);
    }

    /// How pictures are cut.
    #[must_use]
    pub fn tiling(&self) -> Tiling {
        self.tiling
    }

    /// The same network, shown pictures of any size in one piece.
    #[must_use]
    pub fn whole(&self) -> &dyn Denoiser {
        self.inner.as_ref()
    }

    /// The tiles of a picture; `None` if it is shown in one piece.
    fn layout(&self, picture: &Tensor<4>, pass: Pass) -> Option<Layout> {
        let [_, _, height, width] = picture.dims();
        let layout = self.tiling.layout((height, width), pass);
        (layout.len() > 1).then_some(layout)
    }
}

impl Denoiser for Tiled {
    fn evaluate(&self, x: Tensor<4>, level: Level) -> Prediction {
        let Some(layout) = self.layout(&x, Pass::Forward) else {
            return self.inner.evaluate(x, level);
        };
        let groups = layout.groups(self.tiling.batch);
        blend(&x, &groups, &self.watched, |tiles| {
            self.inner.evaluate(gathered(&x, tiles), level)
        })
    }

    fn linearise(&self, x: Tensor<4>, level: Level) -> Linearisation {
        let Some(layout) = self.layout(&x, Pass::Product) else {
            return self.inner.linearise(x, level);
        };
        if self.recomputes(x.dims()) {
            let again = Again {
                inner: Arc::clone(&self.inner),
                tiling: self.tiling,
                watched: self.watched.clone(),
            };
            return Linearisation {
                prediction: self.evaluate(x.clone(), level),
                pullback: Box::new(move |v| again.product(&x, level, &v)),
            };
        }
        let groups = layout.groups(self.tiling.batch);
        let mut pullbacks: Vec<Pullback> = Vec::with_capacity(groups.len());
        let prediction = blend(&x, &groups, &self.watched, |tiles| {
            let point = self.inner.linearise(gathered(&x, tiles), level);
            pullbacks.push(point.pullback);
            point.prediction
        });
        drop(groups);
        let batch = self.tiling.batch;
        Linearisation {
            prediction,
            pullback: Box::new(move |v| {
                let mut sum = Mosaic::zeros(v.dims());
                for (tiles, pullback) in layout.groups(batch).iter().zip(pullbacks) {
                    sum.add_whole(tiles, pullback(weighed(&v, tiles)));
                }
                sum.into_tensor(&v.device())
            }),
        }
    }

    fn product(&self, x: Tensor<4>, level: Level, v: Tensor<4>) -> Tensor<4> {
        if self.layout(&x, Pass::Product).is_none() {
            return self.inner.product(x, level, v);
        }
        let again = Again {
            inner: Arc::clone(&self.inner),
            tiling: self.tiling,
            watched: self.watched.clone(),
        };
        again.product(&x, level, &v)
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

    fn is_interrupted(&self) -> bool {
        self.watched.is_interrupted()
    }

    fn recomputes(&self, [pictures, _, height, width]: [usize; 4]) -> bool {
        !self.tiling.keeps_graphs(pictures, (height, width))
    }
}

/// What a product needs that runs every tile again.
struct Again {
    inner: Arc<dyn Denoiser>,
    tiling: Tiling,
    watched: Watched,
}

impl Again {
    /// `J_epsᵀ v`, with the graph of one batch of tiles at a time.
    fn product(&self, x: &Tensor<4>, level: Level, v: &Tensor<4>) -> Tensor<4> {
        let [_, _, height, width] = x.dims();
        let layout = self.tiling.layout((height, width), Pass::Product);
        let mut sum = Mosaic::zeros(x.dims());
        let mut done = 0;
        for tiles in layout.groups(self.tiling.batch) {
            let part = self
                .inner
                .product(gathered(x, &tiles), level, weighed(v, &tiles));
            sum.add_whole(&tiles, part);
            done += tiles.len();
            if !self.watched.goes_on(done, layout.len()) {
                break;
            }
        }
        sum.into_tensor(&x.device())
    }
}

/// Tiles of one size one after another, `[tiles · b, c, height, width]`.
fn gathered(picture: &Tensor<4>, tiles: &[Tile<'_>]) -> Tensor<4> {
    let [b, c, ..] = picture.dims();
    let of = |tile: &Tile<'_>| {
        let (rows, columns) = (tile.rows.seen.clone(), tile.columns.seen.clone());
        picture.clone().slice([0..b, 0..c, rows, columns])
    };
    match tiles {
        [only] => of(only),
        several => Tensor::cat(several.iter().map(of).collect(), 0),
    }
}

/// The same, each pixel weighed by its share.
fn weighed(picture: &Tensor<4>, tiles: &[Tile<'_>]) -> Tensor<4> {
    let device = picture.device();
    let each = tiles.iter().map(|tile| {
        let part = gathered(picture, std::slice::from_ref(tile));
        let shape = part.dims();
        part * shares(*tile, &device).expand(shape)
    });
    let mut parts: Vec<Tensor<4>> = each.collect();
    if parts.len() == 1 {
        parts.remove(0)
    } else {
        Tensor::cat(parts, 0)
    }
}

/// How much each pixel of a tile counts, `[1, 1, height, width]`.
fn shares(tile: Tile<'_>, device: &Device) -> Tensor<4> {
    let (height, width) = tile.size();
    let (down, across) = (&tile.rows.shares, &tile.columns.shares);
    let values: Vec<f32> = down
        .iter()
        .flat_map(|a| across.iter().map(move |b| a * b))
        .collect();
    Tensor::from_data(TensorData::new(values, [1, 1, height, width]), device)
}

/// The predictions of all tiles as one, or of those that were done before it was stopped.
fn blend(
    x: &Tensor<4>,
    groups: &[Vec<Tile<'_>>],
    watched: &Watched,
    mut predict: impl FnMut(&[Tile<'_>]) -> Prediction,
) -> Prediction {
    let mut eps = Mosaic::zeros(x.dims());
    let mut logits: Option<Mosaic> = None;
    let (mut done, total) = (0, groups.iter().map(Vec::len).sum());
    for tiles in groups {
        let prediction = predict(tiles);
        eps.add_shares(tiles, prediction.eps);
        if let Some(part) = prediction.variance_logits {
            let logits = logits.get_or_insert_with(|| Mosaic::zeros(x.dims()));
            logits.add_shares(tiles, part);
        }
        done += tiles.len();
        if !watched.goes_on(done, total) {
            break;
        }
    }
    let device = x.device();
    Prediction {
        eps: eps.into_tensor(&device),
        variance_logits: logits.map(|logits| logits.into_tensor(&device)),
    }
}

#[cfg(test)]
mod tests;
