//! The pullback of one head, in two passes that share nothing written.

use super::head::{Head, block_of, multiply, rows, scale, scatter, scores, scores_unscaled};
use super::softmax::{KeySlopes, QuerySlopes};
use crate::cpu::picture::{Picture, Shape};
use crate::cpu::product::Panels;
use crate::cpu::simd::dispatch;

/// What both passes of one head's pullback read.
pub(super) struct Backward<'a> {
    head: Head<'a>,
    told: Head<'a>,
    sums: &'a [f32],
    queries: [Panels; 2],
    keys: [Panels; 2],
    values: Panels,
    told_across: Panels,
    told_along: Panels,
    scale: f32,
}

impl<'a> Backward<'a> {
    pub(super) fn new(
        head: Head<'a>,
        sums: &'a [f32],
        cotangent: &'a Picture,
        picture: usize,
        index: usize,
    ) -> Self {
        let Shape { channels, .. } = cotangent.shape;
        let len = cotangent.shape.picture_len();
        let told = Head {
            values: &cotangent.values[picture * len..][..len],
            stride: channels,
            width: head.width,
            starts: [index * head.width; 3],
        };
        Self {
            queries: [head.across(0), head.along(0)],
            keys: [head.across(1), head.along(1)],
            values: head.across(2),
            told_across: told.across(0),
            told_along: told.along(0),
            scale: scale(head.width),
            head,
            told,
            sums,
        }
    }

    /// Writes the cotangent of a block of queries; gives `Σ P · dP` of each.
    pub(super) fn queries(&self, block: usize, out: &mut [f32], start: usize) -> Vec<f32> {
        let pixels = self.head.pixels();
        let queries = block_of(block, pixels);
        let mut weights = scores(&self.head, 0, queries.clone(), &self.keys[0]);
        let slopes = scores_unscaled(&self.told, 0, queries.clone(), &self.values);
        let mut lost = Vec::with_capacity(queries.len());
        for ((weights, slopes), &sum) in weights
            .chunks_exact_mut(pixels)
            .zip(slopes.chunks_exact(pixels))
            .zip(&self.sums[queries.clone()])
        {
            lost.push(dispatch(QuerySlopes {
                weights,
                slopes,
                sum,
                scale: self.scale,
            }));
        }
        let mut part = vec![0.0; queries.len() * self.head.width];
        multiply(&rows(&weights, pixels), &self.keys[1], &mut part);
        scatter(&part, self.head.width, out, self.head.stride, start);
        lost
    }

    /// Writes the cotangents of a block of keys and of their values.
    pub(super) fn keys(&self, block: usize, lost: &[f32], out: &mut [f32], starts: [usize; 3]) {
        let pixels = self.head.pixels();
        let keys = block_of(block, pixels);
        let mut weights = scores(&self.head, 1, keys.clone(), &self.queries[0]);
        let mut slopes = scores_unscaled(&self.head, 2, keys.clone(), &self.told_across);
        for (weights, slopes) in weights
            .chunks_exact_mut(pixels)
            .zip(slopes.chunks_exact_mut(pixels))
        {
            dispatch(KeySlopes {
                weights,
                slopes,
                sums: self.sums,
                lost,
                scale: self.scale,
            });
        }
        let width = self.head.width;
        let mut part = vec![0.0; keys.len() * width];
        multiply(&rows(&slopes, pixels), &self.queries[1], &mut part);
        scatter(&part, width, out, self.head.stride, starts[1]);
        multiply(&rows(&weights, pixels), &self.told_along, &mut part);
        scatter(&part, width, out, self.head.stride, starts[2]);
    }
}
