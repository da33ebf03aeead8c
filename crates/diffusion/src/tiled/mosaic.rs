//! A picture put together from tiles, in one buffer on the CPU.
//!
//! Tensors are values: to write a tile into one that anything else still holds copies the whole
//! picture, for every tile of it. Here each tile is added in place, and the buffer becomes the
//! tensor in the end without a copy.

use burn::tensor::{Device, Tensor, TensorData};

use super::tiling::{Span, Tile};

/// A sum of tiles, `[b, c, h, w]`.
pub(super) struct Mosaic {
    shape: [usize; 4],
    values: Vec<f32>,
}

impl Mosaic {
    pub(super) fn zeros(shape: [usize; 4]) -> Self {
        Self {
            shape,
            values: vec![0.0; shape.iter().product()],
        }
    }

    /// Adds tiles, `[tiles · b, c, height, width]`, each pixel by its share.
    pub(super) fn add_shares(&mut self, tiles: &[Tile<'_>], parts: Tensor<4>) {
        self.add(tiles, parts, |span, at| span.shares[at]);
    }

    /// Adds tiles as they are.
    pub(super) fn add_whole(&mut self, tiles: &[Tile<'_>], parts: Tensor<4>) {
        self.add(tiles, parts, |_, _| 1.0);
    }

    fn add(&mut self, tiles: &[Tile<'_>], parts: Tensor<4>, share: impl Fn(&Span, usize) -> f32) {
        let [pictures, channels, _, width] = self.shape;
        let parts = parts
            .into_data()
            .convert::<f32>()
            .try_into_vec::<f32>()
            .expect("just converted to f32");
        let mut rows = parts.chunks_exact(tiles[0].size().1.max(1));
        for tile in tiles {
            let columns = tile.columns.seen.clone();
            let across: Vec<f32> = (0..columns.len())
                .map(|at| share(tile.columns, at))
                .collect();
            for plane in 0..pictures * channels {
                for (at, row) in tile.rows.seen.clone().enumerate() {
                    let part = rows.next().expect("a row of every plane of every tile");
                    let down = share(tile.rows, at);
                    if down == 0.0 {
                        continue;
                    }
                    let start = (plane * self.shape[2] + row) * width;
                    let sums = &mut self.values[start + columns.start..start + columns.end];
                    for ((sum, value), across) in sums.iter_mut().zip(part).zip(&across) {
                        *sum += down * across * value;
                    }
                }
            }
        }
    }

    pub(super) fn into_tensor(self, device: &Device) -> Tensor<4> {
        Tensor::from_data(TensorData::new(self.values, self.shape), device)
    }
}
