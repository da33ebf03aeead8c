//! Batches, made by a thread of their own while the device computes.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};

use diffusion::Schedule;
use rayon::prelude::*;

use crate::dataset::Dataset;
use crate::loss::Loss;
use crate::random::{Purpose, Stream};
use crate::settings::Settings;

/// Batches that wait.
const AHEAD: usize = 2;

/// One noisy crop and what is to be predicted.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Example {
    /// `x_t`, `[3, side, side]`.
    pub(crate) noisy: Vec<f32>,
    /// The noise in it.
    pub(crate) eps: Vec<f32>,
    /// The timestep.
    pub(crate) timestep: usize,
    /// Its weight in the loss.
    pub(crate) weight: f32,
}

impl Example {
    /// The example with that address.
    fn draw(
        dataset: &Dataset,
        settings: &Settings,
        schedule: &Schedule,
        (step, index): (u64, u64),
    ) -> Self {
        let (seed, side) = (settings.seed, settings.model.image_size);
        let crop = settings.cropping().draw(dataset, seed, step, index);
        let i = Stream::new(seed, Purpose::Timestep, step, index).below(schedule.len());
        let alpha_bar = schedule.alpha_bar(i);
        let (signal, noise) = (alpha_bar.sqrt() as f32, (1.0 - alpha_bar).sqrt() as f32);
        let clean = crop.model_range(dataset, side);
        let eps = Stream::new(seed, Purpose::Noise, step, index).normals(clean.len());
        let mix = clean.iter().zip(&eps);
        Self {
            noisy: mix.map(|(x, n)| signal * x + noise * n).collect(),
            eps,
            timestep: schedule.timestep(i),
            weight: loss_weight(settings.loss, schedule, i),
        }
    }
}

fn loss_weight(loss: Loss, schedule: &Schedule, i: usize) -> f32 {
    loss.weight(schedule, i) as f32
}

/// Hands out the batches of one step after the other.
pub(crate) struct Feeder(Receiver<Vec<Example>>);

impl Feeder {
    /// Starts with the batch of `step`. The thread ends when the feeder is dropped.
    pub(crate) fn start(
        dataset: Arc<Dataset>,
        settings: Settings,
        schedule: Schedule,
        step: u64,
    ) -> Self {
        let (sender, receiver) = sync_channel(AHEAD);
        std::thread::spawn(move || {
            for step in step.. {
                let batch = (0..settings.batch as u64)
                    .into_par_iter()
                    .map(|index| Example::draw(&dataset, &settings, &schedule, (step, index)))
                    .collect();
                if sender.send(batch).is_err() {
                    return;
                }
            }
        });
        Self(receiver)
    }

    /// The next batch; `None` if the thread is gone.
    pub(crate) fn next(&self) -> Option<Vec<Example>> {
        self.0.recv().ok()
    }
}
