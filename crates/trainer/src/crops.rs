//! Crops: what a network sees of a picture.
//!
//! A crop is a square window, reduced to the network's side by a Lanczos filter and perhaps
//! mirrored. Which one is drawn depends on its address (seed, step, index) alone.

use imaging::{Planar, Rect};

use crate::dataset::{Dataset, Picture};
use crate::random::{Purpose, Stream};

/// How crops are drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cropping {
    /// The side of a crop in pixels.
    pub side: usize,
    /// The largest reduction: half the crops are cut at full resolution, the scale of the others
    /// is uniform in its logarithm between 1 and this, or what the picture allows. 1 for none.
    pub reduction: f64,
    /// Whether half the crops are mirrored left to right.
    pub flips: bool,
}

impl Cropping {
    /// Crops of `side` pixels at full resolution, as they are.
    #[must_use]
    pub fn plain(side: usize) -> Self {
        Self {
            side,
            reduction: 1.0,
            flips: false,
        }
    }

    /// The crop with that address; every picture is equally likely.
    pub(crate) fn draw(&self, dataset: &Dataset, seed: u64, step: u64, index: u64) -> Crop {
        let mut stream = Stream::new(seed, Purpose::Crop, step, index);
        let picture = stream.below(dataset.pictures().len());
        self.within(dataset, picture, &mut stream)
    }

    /// `count` crops to measure with: always the same for a seed, of different pictures as long
    /// as there are any.
    #[must_use]
    pub fn fixed(&self, dataset: &Dataset, count: usize, seed: u64) -> Vec<Crop> {
        let pictures = dataset.pictures().len();
        let order = Stream::new(seed, Purpose::Order, 0, 0).order(pictures);
        (0..count)
            .map(|i| {
                let mut stream = Stream::new(seed, Purpose::Order, 1, i as u64);
                self.within(dataset, order[i % pictures], &mut stream)
            })
            .collect()
    }

    fn within(&self, dataset: &Dataset, picture: usize, stream: &mut Stream) -> Crop {
        let found = &dataset.pictures()[picture];
        let shorter = found.width().min(found.height());
        let most = (shorter as f64 / self.side as f64).clamp(1.0, self.reduction.max(1.0));
        // All numbers are drawn whatever they are needed for, to keep addresses simple.
        let (chance, exponent) = (stream.unit(), stream.unit());
        let scale = if chance <= 0.5 {
            1.0
        } else {
            libm::pow(most, exponent)
        };
        let window = ((self.side as f64 * scale).round() as usize).clamp(self.side, shorter);
        let x = stream.below(found.width() - window + 1);
        let y = stream.below(found.height() - window + 1);
        let mirrored = self.flips && stream.below(2) == 1;
        Crop {
            picture,
            x,
            y,
            window,
            mirrored,
        }
    }
}

/// A window of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crop {
    /// Which picture of the dataset.
    pub picture: usize,
    /// Its left edge.
    pub x: usize,
    /// Its upper edge.
    pub y: usize,
    /// Its side in pixels of the picture.
    pub window: usize,
    /// Whether it is mirrored left to right.
    pub mirrored: bool,
}

impl Crop {
    /// The crop as a picture of `side × side` in [0, 1].
    #[must_use]
    pub fn cut(&self, dataset: &Dataset, side: usize) -> Planar {
        let rect = Rect::new(self.x, self.y, self.window, self.window);
        let picture: &Picture = &dataset.pictures()[self.picture];
        let mut cut = picture.part(rect).resized(side, side);
        if self.mirrored {
            cut.data.chunks_exact_mut(side).for_each(<[f32]>::reverse);
        }
        cut
    }

    /// The crop in the model range [-1, 1], `[3, side, side]`.
    pub(crate) fn model_range(&self, dataset: &Dataset, side: usize) -> Vec<f32> {
        let mut data = self.cut(dataset, side).data;
        for value in &mut data {
            *value = 2.0 * *value - 1.0;
        }
        data
    }
}
