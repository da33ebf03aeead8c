//! Gaussian noise that belongs to places of a picture, not to an order of drawing.
//!
//! A picture is divided into blocks of 64 × 64 pixels. Each block has a sequence of its own, addressed
//! by the seed, the count of the draw and the block's row and column; it holds the block's values plane
//! by plane, row by row. So a pixel meets the same noise in the same draw whatever part of the picture
//! is sampled, and on however many threads the blocks are drawn.

use burn::tensor::{Device, Tensor, TensorData};
use rayon::prelude::*;

use crate::noise::{NoiseSource, SeededNoise};

/// Pixels along a side of a block.
const BLOCK: usize = 64;
/// The first draw of a block: sequences of [`SeededNoise::new`] have the address 0 here.
const FIRST: u64 = 1 << 32;

/// The noise of a part of a picture.
#[derive(Clone, Debug)]
pub struct PositionalNoise {
    seed: u64,
    /// Row and column of the part's first pixel.
    origin: (usize, usize),
    /// Height and width of the part.
    size: (usize, usize),
    draws: u64,
}

impl PositionalNoise {
    /// For the part of a picture that begins at `origin` (row, column) and has `size` (height, width).
    #[must_use]
    pub fn new(seed: u64, origin: (usize, usize), size: (usize, usize)) -> Self {
        Self {
            seed,
            origin,
            size,
            draws: 0,
        }
    }

    /// The values of a block, `[planes, BLOCK, BLOCK]`.
    fn block(&self, draw: u64, (row, column): (usize, usize), planes: usize) -> Vec<f32> {
        let mut noise = SeededNoise::at([self.seed, draw, row as u64, column as u64]);
        (0..planes * BLOCK * BLOCK)
            .map(|_| noise.next_normal() as f32)
            .collect()
    }
}

impl NoiseSource for PositionalNoise {
    /// Draws for the whole part, or for a measurement of it: one that is a whole number of times smaller
    /// begins as many times earlier. A reduction's window has to begin at a multiple of its factor.
    fn normal(&mut self, shape: [usize; 4], device: &Device) -> Tensor<4> {
        let [pictures, channels, height, width] = shape;
        let mut values = vec![0.0_f32; shape.iter().product()];
        let draw = FIRST + self.draws;
        self.draws += 1;
        if values.is_empty() {
            return Tensor::from_data(TensorData::new(values, shape), device);
        }
        let top = self.origin.0 / (self.size.0 / height).max(1);
        let left = self.origin.1 / (self.size.1 / width).max(1);
        let planes = pictures * channels;
        let columns: Vec<usize> = (left / BLOCK..=(left + width - 1) / BLOCK).collect();
        for row in top / BLOCK..=(top + height - 1) / BLOCK {
            let blocks: Vec<Vec<f32>> = columns
                .par_iter()
                .map(|column| self.block(draw, (row, *column), planes))
                .collect();
            let rows = (row * BLOCK).max(top)..((row + 1) * BLOCK).min(top + height);
            for (column, block) in columns.iter().zip(&blocks) {
                let from = (column * BLOCK).max(left);
                let until = ((column + 1) * BLOCK).min(left + width);
                for plane in 0..planes {
                    for y in rows.clone() {
                        let at = (plane * BLOCK + y - row * BLOCK) * BLOCK + from - column * BLOCK;
                        let to = (plane * height + y - top) * width + from - left;
                        let count = until - from;
                        values[to..to + count].copy_from_slice(&block[at..at + count]);
                    }
                }
            }
        }
        Tensor::from_data(TensorData::new(values, shape), device)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn distance(a: Tensor<4>, b: Tensor<4>) -> f32 {
        (a - b).abs().max().into_scalar()
    }

    #[test]
    fn a_part_meets_the_noise_of_the_whole_in_every_draw() {
        let device = Device::flex();
        let (height, width) = (150, 201);
        let mut whole = PositionalNoise::new(5, (0, 0), (height, width));
        let mut part = PositionalNoise::new(5, (37, 64), (90, 100));
        let mut last = None;
        for _ in 0..3 {
            let all = whole.normal([1, 3, height, width], &device);
            let cut = part.normal([1, 3, 90, 100], &device);
            let there = all.clone().slice([0..1, 0..3, 37..127, 64..164]);
            assert_eq!(distance(there, cut), 0.0);
            if let Some(last) = last.replace(all.clone()) {
                assert!(distance(last, all) > 1.0, "draws differ");
            }
        }
    }

    #[test]
    fn a_reduced_part_meets_the_noise_of_the_reduced_whole() {
        let device = Device::flex();
        let mut whole = PositionalNoise::new(1, (0, 0), (400, 800));
        let mut part = PositionalNoise::new(1, (80, 160), (200, 240));
        let all = whole.normal([1, 3, 100, 200], &device);
        let cut = part.normal([1, 3, 50, 60], &device);
        assert_eq!(distance(all.slice([0..1, 0..3, 20..70, 40..100]), cut), 0.0);
    }

    #[test]
    fn seeds_planes_and_blocks_are_independent_and_standard() {
        let device = Device::flex();
        let draw = |seed| {
            let mut noise = PositionalNoise::new(seed, (0, 0), (256, 256));
            let values: Vec<f64> = noise
                .normal([1, 2, 256, 256], &device)
                .to_data()
                .iter::<f64>()
                .collect();
            values
        };
        let (a, b) = (draw(1), draw(2));
        let n = a.len() as f64;
        let mean = |values: &mut dyn Iterator<Item = f64>| values.sum::<f64>() / n;
        // Five standard errors of each.
        let error = 5.0 / n.sqrt();
        assert!(mean(&mut a.iter().copied()).abs() < error);
        let variance = mean(&mut a.iter().map(|v| v * v));
        assert!((variance - 1.0).abs() < error * 2_f64.sqrt());
        assert!(mean(&mut a.iter().zip(&b).map(|(a, b)| a * b)).abs() < error);
        // The same values a block, a row of blocks and a plane away.
        for lag in [64, 64 * 256, 256 * 256] {
            let pairs = a.iter().zip(a.iter().skip(lag));
            assert!(mean(&mut pairs.map(|(a, b)| a * b)).abs() < error, "{lag}");
        }
    }
}
