//! Self-attention over the pixels of a picture, in blocks of queries.
//!
//! Only a block of the attention weights exists at any time. The pullback computes them anew
//! from the logarithms of their sums (as in FlashAttention, Dao et al. 2022): first by blocks of
//! queries for the cotangent of the queries, then by blocks of keys for those of keys and values.

mod backward;
mod head;
mod softmax;

use std::sync::Arc;

use rayon::prelude::*;

use super::picture::Picture;
use backward::Backward;
use head::{BLOCK, Head, block_of, multiply, rows, scatter, scores};
use softmax::normalise;

/// Where heads are among the channels of `qkv`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout {
    /// How many heads there are.
    pub(crate) heads: usize,
    /// Whether all queries come first, then all keys, then all values; otherwise each head's
    /// three stand together.
    pub(crate) qkv_first: bool,
}

/// The attention weights' row sums, as logarithms, `[picture, head, query]`, and the input.
#[derive(Debug)]
pub(crate) struct Kept {
    qkv: Arc<Picture>,
    sums: Vec<f32>,
}

impl Layout {
    fn head<'a>(&self, qkv: &'a Picture, picture: usize, head: usize) -> Head<'a> {
        let stride = qkv.shape.channels;
        let width = stride / 3 / self.heads;
        let starts = self.starts(stride, head);
        let len = qkv.shape.picture_len();
        Head {
            values: &qkv.values[picture * len..][..len],
            stride,
            width,
            starts,
        }
    }

    fn starts(&self, channels: usize, head: usize) -> [usize; 3] {
        let width = channels / 3 / self.heads;
        [0, 1, 2].map(|part| {
            if self.qkv_first {
                part * channels / 3 + head * width
            } else {
                (3 * head + part) * width
            }
        })
    }

    /// From `3 c` channels to `c`.
    pub(crate) fn forward(&self, qkv: Arc<Picture>) -> (Picture, Kept) {
        let shape = qkv.shape.with_channels(qkv.shape.channels / 3);
        let mut out = Picture::zeros(shape);
        let mut sums = Vec::with_capacity(shape.pixels() * self.heads);
        for picture in 0..shape.pictures {
            let len = shape.picture_len();
            for index in 0..self.heads {
                let head = self.head(&qkv, picture, index);
                let (keys, values) = (head.across(1), head.along(2));
                let parts: Vec<Vec<f32>> = out.values[picture * len..][..len]
                    .par_chunks_mut(BLOCK * shape.channels)
                    .enumerate()
                    .map(|(block, out)| {
                        let queries = block_of(block, head.pixels());
                        let mut weights = scores(&head, 0, queries.clone(), &keys);
                        let sums = normalise(&mut weights, head.pixels());
                        let mut attended = vec![0.0; queries.len() * head.width];
                        multiply(&rows(&weights, head.pixels()), &values, &mut attended);
                        scatter(
                            &attended,
                            head.width,
                            out,
                            shape.channels,
                            index * head.width,
                        );
                        sums
                    })
                    .collect();
                sums.extend(parts.into_iter().flatten());
            }
        }
        (out, Kept { qkv, sums })
    }

    /// The cotangent of `qkv`.
    pub(crate) fn pullback(&self, kept: &Kept, cotangent: &Picture) -> Picture {
        let mut out = Picture::zeros(kept.qkv.shape);
        let (len, channels) = (out.shape.picture_len(), out.shape.channels);
        let pixels = out.shape.height * out.shape.width;
        for picture in 0..out.shape.pictures {
            for index in 0..self.heads {
                let head = self.head(&kept.qkv, picture, index);
                let sums = &kept.sums[(picture * self.heads + index) * pixels..][..pixels];
                let back = Backward::new(head, sums, cotangent, picture, index);
                let starts = self.starts(channels, index);
                let lost: Vec<Vec<f32>> = out.values[picture * len..][..len]
                    .par_chunks_mut(BLOCK * channels)
                    .enumerate()
                    .map(|(block, out)| back.queries(block, out, starts[0]))
                    .collect();
                let lost: Vec<f32> = lost.into_iter().flatten().collect();
                out.values[picture * len..][..len]
                    .par_chunks_mut(BLOCK * channels)
                    .enumerate()
                    .for_each(|(block, out)| back.keys(block, &lost, out, starts));
            }
        }
        out
    }
}

#[cfg(test)]
mod tests;
