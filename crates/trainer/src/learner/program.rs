//! Steps by the processor's own program: each thread takes a few crops through the whole network.
//!
//! A batch is divided into strands, each with a gradient of its own, which are added up in order.
//! How it is divided depends on the settings alone, so the outcome is the same bits on any number
//! of cores.

use std::sync::Mutex;

use diffusion::{Noisy, Trainable};
use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::{Learner, Slope, Update};
use crate::adamw;
use crate::batch::Example;
use crate::ema;
use crate::error::TrainerError;
use crate::pace::Pace;
use crate::settings::Settings;
use crate::vectors::Vectors;

/// Strands of a batch, at most: gradients that are held, and threads that each take whole crops.
const STRANDS: usize = 8;
/// Weights of all gradients together, at most; large networks fill the cores from within.
const GRADIENTS: usize = 1 << 25;
/// Pixels that are taken through the network at a time: the deepest layers are short of them, the
/// first ones overflow the caches.
const PIXELS: usize = 2 * 64 * 64;
/// Weights that a thread updates, or adds up, at a time.
const CHUNK: usize = 1 << 15;

/// How many strands a network of so many weights has.
pub(crate) fn strands(weights: usize) -> usize {
    (GRADIENTS / weights.max(1)).clamp(1, STRANDS)
}

/// How many crops are taken through the network at a time.
pub(crate) fn piece(settings: &Settings, pace: &Pace) -> usize {
    let side = settings.model.image_size();
    (PIXELS / (side * side).max(1)).clamp(1, pace.micro_batch(settings))
}

/// How many threads take crops of their own, and how many help each of them: as many as there are
/// cores, without a rest of strands, and not more crops at a time than allowed.
pub(crate) fn workers(weights: usize, settings: &Settings, pace: &Pace) -> [usize; 2] {
    let cores = rayon::current_num_threads();
    let crops = pace.micro_batch(settings) / piece(settings, pace);
    let most = strands(weights).min(cores).min(crops.max(1));
    let shared = |workers: usize| [workers, cores / workers];
    let choices = [8, 4, 2, 1].into_iter().filter(|n| *n <= most);
    let used = |[workers, helpers]: &[usize; 2]| workers * helpers;
    // Of equals the last is taken: the most workers.
    let best = choices.rev().map(shared).max_by_key(used);
    best.unwrap_or([1, cores])
}

/// Everything in memory.
pub(super) struct ByProgram {
    network: Trainable,
    vectors: Vectors,
    gradient: Vec<f32>,
    strands: Vec<Vec<f32>>,
    pools: Vec<ThreadPool>,
    side: usize,
    piece: usize,
}

/// A part of a batch, and what it is about to add up.
struct Strand<'a> {
    crops: &'a [Example],
    gradient: &'a mut [f32],
    loss: &'a mut [f64; 2],
}

impl ByProgram {
    pub(super) fn new(
        network: Trainable,
        vectors: Vectors,
        (settings, pace): (&Settings, &Pace),
    ) -> Result<Self, TrainerError> {
        let weights = network.weights();
        let [workers, helpers] = workers(weights, settings, pace);
        let pools = (0..workers).map(|_| {
            let pool = ThreadPoolBuilder::new().num_threads(helpers).build();
            pool.map_err(|e| TrainerError::Device(format!("no threads to compute with: {e}")))
        });
        Ok(Self {
            pools: pools.collect::<Result<_, _>>()?,
            strands: vec![vec![0.0; weights]; strands(weights).min(settings.batch)],
            gradient: vec![0.0; weights],
            side: settings.model.image_size(),
            piece: piece(settings, pace),
            network,
            vectors,
        })
    }

    /// The gradient of every strand; gives the loss and the error.
    fn differentiate(&mut self, batch: &[Example]) -> [f64; 2] {
        let each = batch.len().div_ceil(self.strands.len());
        let mut sums = vec![[0.0; 2]; self.strands.len()];
        let (network, side, piece) = (&self.network, self.side, self.piece);
        let crops = batch.chunks(each).chain(std::iter::repeat(&[] as &[_]));
        let strands = self.strands.iter_mut().zip(&mut sums).zip(crops);
        let waiting = Mutex::new(strands.map(|((gradient, loss), crops)| Strand {
            crops,
            gradient,
            loss,
        }));
        let take = || waiting.lock().ok()?.next();
        std::thread::scope(|scope| {
            for pool in &self.pools {
                scope.spawn(|| {
                    while let Some(mut strand) = take() {
                        pool.install(|| strand.run(network, batch.len(), (side, piece)));
                    }
                });
            }
        });
        let total = |which: usize| sums.iter().map(|sum| sum[which]).sum();
        [total(0), total(1)]
    }

    /// Adds the strands up, in order; gives the length of the sum.
    fn join(&mut self) -> f64 {
        let strands = &self.strands;
        let squares: Vec<f64> = self
            .gradient
            .par_chunks_mut(CHUNK)
            .enumerate()
            .map(|(i, sum)| {
                sum.fill(0.0);
                for strand in strands {
                    let own = &strand[i * CHUNK..][..sum.len()];
                    for (sum, own) in sum.iter_mut().zip(own) {
                        *sum += own;
                    }
                }
                let squares = sum.iter().map(|g| f64::from(*g) * f64::from(*g));
                squares.sum()
            })
            .collect();
        squares.iter().sum::<f64>().sqrt()
    }
}

impl Strand<'_> {
    /// `count` crops are in the whole batch.
    fn run(&mut self, network: &Trainable, count: usize, (side, piece): (usize, usize)) {
        self.gradient.fill(0.0);
        for crops in self.crops.chunks(piece) {
            let pictures: Vec<f32> = crops.iter().flat_map(|c| c.noisy.iter().copied()).collect();
            let conditions: Vec<f32> = crops.iter().map(|c| c.condition).collect();
            let noisy = Noisy {
                pictures: &pictures,
                conditions: &conditions,
                sides: [side, side],
            };
            let loss = &mut *self.loss;
            let judge = |predicted: &[f32]| judge(crops, predicted, count, loss);
            network.add_gradient(noisy, judge, self.gradient);
        }
    }
}

/// The slope of the loss by the prediction; adds the loss, with weights and without.
fn judge(crops: &[Example], predicted: &[f32], count: usize, loss: &mut [f64; 2]) -> Vec<f32> {
    let mut slopes = Vec::with_capacity(predicted.len());
    let len = predicted.len() / crops.len();
    let share = 1.0 / (count * len) as f64;
    for (crop, predicted) in crops.iter().zip(predicted.chunks_exact(len)) {
        let weight = f64::from(crop.weight);
        let factor = (2.0 * weight * share) as f32;
        let mut squares = 0.0;
        for (predicted, target) in predicted.iter().zip(&crop.target) {
            let error = predicted - target;
            squares += f64::from(error) * f64::from(error);
            slopes.push(factor * error);
        }
        loss[0] += weight * squares * share;
        loss[1] += squares * share;
    }
    slopes
}

impl Learner for ByProgram {
    /// Needs no scale: it computes in 32 bits.
    fn slope(&mut self, batch: &[Example], _: f64) -> Result<Slope, TrainerError> {
        let [loss, error] = self.differentiate(batch);
        Ok(Slope {
            loss,
            error,
            norm: self.join(),
        })
    }

    fn descend(&mut self, update: Update, settings: &Settings) {
        let step = adamw::Step::new(update, settings);
        let Vectors {
            weights,
            ema,
            first,
            second,
        } = &mut self.vectors;
        weights
            .par_chunks_mut(CHUNK)
            .zip(first.par_chunks_mut(CHUNK))
            .zip(second.par_chunks_mut(CHUNK))
            .zip(ema.par_chunks_mut(CHUNK))
            .zip(self.gradient.par_chunks(CHUNK))
            .for_each(|((((weights, first), second), mean), gradient)| {
                step.take(weights, [first, second], gradient);
                ema::follow_slice(mean, weights, update.decay);
            });
        self.network.set_weights(&self.vectors.weights);
    }

    fn vectors(&self) -> Result<Vectors, TrainerError> {
        Ok(self.vectors.clone())
    }

    fn ema(&self) -> Result<Vec<f32>, TrainerError> {
        Ok(self.vectors.ema.clone())
    }
}
