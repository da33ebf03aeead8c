//! Group normalisation, with what follows it in the network: the embedding's scale and shift,
//! and SiLU.
//!
//! Means and variances are taken of pieces in f32 and joined in f64 by the rule of Chan, Golub
//! and LeVeque (1979), which needs the picture once and loses nothing to a large mean.

mod passes;
mod slope;

use std::sync::Arc;

use burn::nn::GroupNorm;
use rayon::prelude::*;

use super::elementwise::CHUNK;
use super::picture::{Picture, Shape, floats};
use super::simd::dispatch;
use passes::{Apply, Finish, Moments, Unapply};

/// A normalisation with constant parameters.
#[derive(Debug)]
pub(crate) struct Normalisation {
    groups: usize,
    epsilon: f64,
    gain: Vec<f32>,
    bias: Vec<f32>,
    /// Whether SiLU follows.
    activated: bool,
}

/// What a pullback needs: the input, and the map that was applied to each picture.
#[derive(Debug)]
pub(crate) struct Kept {
    x: Arc<Picture>,
    maps: Vec<Map>,
}

/// `y = (x - mean) · slope + offset`, for each channel of one picture.
#[derive(Debug)]
struct Map {
    means: Vec<f32>,
    slopes: Vec<f32>,
    offsets: Vec<f32>,
    /// One over the standard deviation of its group.
    precisions: Vec<f32>,
}

/// Sum and squared deviations of each channel over one piece of a picture.
struct Piece {
    pixels: usize,
    means: Vec<f32>,
    squares: Vec<f32>,
}

impl Normalisation {
    /// From Burn's layer.
    pub(crate) fn from_group_norm(layer: &GroupNorm, activated: bool) -> Self {
        let channelwise = |parameter: &Option<burn::module::Param<_>>, otherwise: f32| {
            parameter.as_ref().map_or_else(
                || vec![otherwise; layer.num_channels],
                |parameter: &burn::module::Param<burn::tensor::Tensor<1>>| {
                    floats(parameter.val().into_data())
                },
            )
        };
        Self {
            groups: layer.num_groups,
            epsilon: layer.epsilon,
            gain: channelwise(&layer.gamma, 1.0),
            bias: channelwise(&layer.beta, 0.0),
            activated,
        }
    }

    /// `told` holds a scale for each channel and then a shift, one pixel for each picture.
    pub(crate) fn forward(&self, x: Arc<Picture>, told: Option<&Picture>) -> (Picture, Kept) {
        let mut out = Picture::zeros(x.shape);
        let (len, piece) = (x.shape.picture_len(), piece(x.shape));
        let mut maps = Vec::with_capacity(x.shape.pictures);
        let pictures = out.values.chunks_exact_mut(len);
        for (i, (out, x)) in pictures.zip(x.values.chunks_exact(len)).enumerate() {
            let map = self.map(x, told.map(|told| (told, i)));
            out.par_chunks_mut(piece)
                .zip(x.par_chunks(piece))
                .for_each(|(out, x)| {
                    dispatch(Apply {
                        x,
                        map: &map,
                        activated: self.activated,
                        out,
                    });
                });
            maps.push(map);
        }
        (out, Kept { x, maps })
    }

    /// The map of one picture; `told` goes with the index of the picture.
    fn map(&self, picture: &[f32], told: Option<(&Picture, usize)>) -> Map {
        let channels = self.gain.len();
        let pieces: Vec<Piece> = picture
            .par_chunks(piece_of(channels))
            .map(|values| dispatch(Moments { values, channels }))
            .collect();
        let mut map = Map {
            means: Vec::with_capacity(channels),
            slopes: self.gain.clone(),
            offsets: self.bias.clone(),
            precisions: Vec::with_capacity(channels),
        };
        let width = channels / self.groups;
        for group in 0..self.groups {
            let (mean, variance) = joined(&pieces, group * width..(group + 1) * width);
            let precision = (1.0 / (variance + self.epsilon).sqrt()) as f32;
            map.means.extend(vec![mean as f32; width]);
            map.precisions.extend(vec![precision; width]);
        }
        for (slope, precision) in map.slopes.iter_mut().zip(&map.precisions) {
            *slope *= precision;
        }
        if let Some((told, index)) = told {
            let told = &told.values[2 * index * channels..][..2 * channels];
            let (scales, shifts) = told.split_at(channels);
            for (slope, scale) in map.slopes.iter_mut().zip(scales) {
                *slope *= 1.0 + scale;
            }
            for ((offset, scale), shift) in map.offsets.iter_mut().zip(scales).zip(shifts) {
                *offset = *offset * (1.0 + scale) + shift;
            }
        }
        map
    }

    /// Takes another gain and bias.
    pub(crate) fn set(&mut self, gain: &[f32], bias: &[f32]) {
        self.gain.copy_from_slice(gain);
        self.bias.copy_from_slice(bias);
    }

    /// The cotangent of the input.
    pub(crate) fn pullback(&self, kept: &Kept, cotangent: Picture) -> Picture {
        self.pull_back(kept, cotangent, |_, _| {})
    }

    /// The same; `hear` is told, picture by picture, the sums of [`Unapply`] over its pieces.
    fn pull_back(
        &self,
        kept: &Kept,
        mut cotangent: Picture,
        mut hear: impl FnMut(usize, &[[Vec<f32>; 2]]),
    ) -> Picture {
        let shape = cotangent.shape;
        let (len, piece) = (shape.picture_len(), piece(shape));
        let pixels = shape.height * shape.width;
        let pictures = cotangent.values.chunks_exact_mut(len);
        for (i, ((picture, x), map)) in pictures
            .zip(kept.x.values.chunks_exact(len))
            .zip(&kept.maps)
            .enumerate()
        {
            let pieces: Vec<[Vec<f32>; 2]> = picture
                .par_chunks_mut(piece)
                .zip(x.par_chunks(piece))
                .map(|(v, x)| {
                    dispatch(Unapply {
                        x,
                        map,
                        activated: self.activated,
                        v,
                    })
                })
                .collect();
            hear(i, &pieces);
            let lost = self.lost(map, &pieces, pixels);
            picture
                .par_chunks_mut(piece)
                .zip(x.par_chunks(piece))
                .for_each(|(v, x)| {
                    dispatch(Finish {
                        x,
                        map,
                        lost: &lost,
                        v,
                    });
                });
        }
        cotangent
    }

    /// What moving the mean and the variance of its group takes away from each channel: a level,
    /// and a multiple of the distance from the mean.
    fn lost(&self, map: &Map, pieces: &[[Vec<f32>; 2]], pixels: usize) -> [Vec<f32>; 2] {
        let channels = self.gain.len();
        let width = channels / self.groups;
        let count = (pixels * width) as f64;
        let mut lost = [Vec::with_capacity(channels), Vec::with_capacity(channels)];
        for first in (0..channels).step_by(width) {
            let mut sums = [0.0_f64; 2];
            for piece in pieces {
                for channel in first..first + width {
                    let slope = f64::from(map.slopes[channel]);
                    for (sum, part) in sums.iter_mut().zip(piece) {
                        *sum += slope * f64::from(part[channel]);
                    }
                }
            }
            let precision = f64::from(map.precisions[first]);
            let curved = sums[1] * precision * precision / count;
            lost[0].extend(vec![(sums[0] / count) as f32; width]);
            lost[1].extend(vec![curved as f32; width]);
        }
        lost
    }
}

/// Values in one piece: whole pixels, about as many as a thread should take.
fn piece(shape: Shape) -> usize {
    piece_of(shape.channels)
}

fn piece_of(channels: usize) -> usize {
    (CHUNK / channels).max(1) * channels
}

/// Mean and mean square deviation of a group of channels.
fn joined(pieces: &[Piece], group: std::ops::Range<usize>) -> (f64, f64) {
    let count = pieces.iter().map(|piece| piece.pixels).sum::<usize>() * group.len();
    let each = || {
        let group = &group;
        pieces.iter().flat_map(move |piece| {
            group.clone().map(move |c| {
                let (mean, square) = (f64::from(piece.means[c]), f64::from(piece.squares[c]));
                (piece.pixels as f64, mean, square)
            })
        })
    };
    let mean = each().map(|(n, mean, _)| n * mean).sum::<f64>() / count as f64;
    let squares: f64 = each()
        .map(|(n, part, square)| square + n * (part - mean) * (part - mean))
        .sum();
    (mean, squares / count as f64)
}

#[cfg(test)]
mod tests;
