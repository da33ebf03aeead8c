//! Batches, made by a thread of their own while the device computes.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};

use diffusion::{Architecture, Preconditioning, Schedule};
use rayon::prelude::*;

use crate::dataset::Dataset;
use crate::random::{Purpose, Stream};
use crate::settings::Settings;

/// Batches that wait.
const AHEAD: usize = 2;

/// One noisy crop and what is to be predicted.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Example {
    /// The input of the network, `[3, side, side]`: `x_t`, or `c_in (x0 + sigma n)`.
    pub(crate) noisy: Vec<f32>,
    /// The target: the noise, or `(x0 - c_skip y) / c_out`.
    pub(crate) target: Vec<f32>,
    /// What it is conditioned on: the timestep, or `ln(sigma) / 4`.
    pub(crate) condition: f32,
    /// Its weight in the loss.
    pub(crate) weight: f32,
}

/// How a clean crop and noise become an example: two sums of both.
struct Mixture {
    noisy: [f64; 2],
    target: [f64; 2],
    condition: f32,
    weight: f64,
}

impl Mixture {
    /// With the randomness of that address.
    fn sample(settings: &Settings, schedule: &Schedule, (step, index): (u64, u64)) -> Self {
        let mut stream = Stream::new(settings.seed, Purpose::Timestep, step, index);
        match &settings.model {
            Architecture::UNet(_) => {
                let i = stream.below(schedule.len());
                let alpha_bar = schedule.alpha_bar(i);
                Self {
                    noisy: [alpha_bar.sqrt(), (1.0 - alpha_bar).sqrt()],
                    target: [0.0, 1.0],
                    condition: schedule.timestep(i) as f32,
                    weight: settings.loss.weight(schedule, i),
                }
            }
            Architecture::Preconditioned(model) => {
                let sigma = settings.noise.sample(&mut stream);
                let around = Preconditioning::new(sigma, model.sigma_data);
                let (clean, noise) = around.target();
                Self {
                    noisy: [around.input(), around.input() * sigma],
                    target: [clean, noise],
                    condition: around.condition(),
                    weight: 1.0,
                }
            }
        }
    }
}

impl Example {
    /// The example with that address.
    fn sample(
        dataset: &Dataset,
        settings: &Settings,
        schedule: &Schedule,
        (step, index): (u64, u64),
    ) -> Self {
        let (seed, side) = (settings.seed, settings.model.image_size());
        let crop = settings.cropping().draw(dataset, seed, step, index);
        let mixture = Mixture::sample(settings, schedule, (step, index));
        let clean = crop.model_range(dataset, side);
        let noise = Stream::new(seed, Purpose::Noise, step, index).normals(clean.len());
        let mix = |[a, b]: [f64; 2]| {
            let (a, b) = (a as f32, b as f32);
            let both = clean.iter().zip(&noise);
            both.map(|(x, n)| a * x + b * n).collect()
        };
        Self {
            noisy: mix(mixture.noisy),
            target: mix(mixture.target),
            condition: mixture.condition,
            weight: mixture.weight as f32,
        }
    }
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
                    .map(|index| Example::sample(&dataset, &settings, &schedule, (step, index)))
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
