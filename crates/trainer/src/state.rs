//! Everything a run has learnt so far: what a checkpoint holds.

use burn::tensor::{Device, Tensor};
use diffusion::{UNet, Weights};
use serde::{Deserialize, Serialize};

use crate::adamw::Moments;
use crate::ema;
use crate::error::TrainerError;
use crate::event::Validated;
use crate::initial::Initial;
use crate::learning_rate::learning_rate;
use crate::parameters::flat;
use crate::precision::LossScale;
use crate::settings::Settings;

/// Numbers beside the tensors.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Log {
    /// Steps done.
    pub(crate) step: u64,
    /// Updates of the weights: steps but for those left out after an overflow of 16-bit floats.
    pub(crate) updates: u64,
    /// Steps in all, once that is known.
    pub(crate) iterations: Option<u64>,
    /// Time spent in training steps.
    pub(crate) seconds: f64,
    /// The squared error without weights, averaged over about the last 100 steps.
    pub(crate) loss: Option<f64>,
    /// For 16-bit floats.
    pub(crate) scale: LossScale,
    /// Validations so far, or [`ROWS`] of them.
    pub(crate) history: Vec<Row>,
}

/// Validations that are remembered. They are stored in a checkpoint's header, which may not grow
/// without end, and nobody reads a longer table.
const ROWS: usize = 500;

/// What is remembered of a validation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Row {
    pub(crate) step: u64,
    pub(crate) training_loss: f64,
    pub(crate) validation_loss: f64,
}

impl Log {
    /// Takes the error of a step into the average.
    pub(crate) fn hear(&mut self, loss: f64) -> f64 {
        let mean = self.loss.map_or(loss, |mean| mean + 0.01 * (loss - mean));
        self.loss = Some(mean);
        mean
    }

    /// Remembers a validation. Once there are too many, the one goes that is missed least.
    pub(crate) fn remember(&mut self, news: &Validated) {
        self.history.push(Row {
            step: news.step,
            training_loss: news.training_loss,
            validation_loss: news.loss.mean,
        });
        if self.history.len() > ROWS {
            let gap = |i: &usize| self.history[i + 1].step - self.history[i - 1].step;
            if let Some(closest) = (1..self.history.len() - 1).min_by_key(gap) {
                self.history.remove(closest);
            }
        }
    }
}

/// A run between two steps.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) log: Log,
    pub(crate) weights: Tensor<1>,
    pub(crate) ema: Tensor<1>,
    pub(crate) moments: Moments,
}

impl State {
    /// A run that has learnt nothing, and its network.
    pub(crate) fn new(settings: &Settings, device: &Device) -> Result<(Self, UNet), TrainerError> {
        let (weights, network) = vector(settings, &mut Initial::new(settings.seed), device)?;
        let state = Self {
            log: Log::default(),
            ema: weights.clone(),
            moments: Moments::zeros_like(&weights),
            weights,
        };
        Ok((state, network))
    }

    /// Takes a step along the gradient. Returns the learning rate.
    pub(crate) fn descend(&mut self, gradient: Tensor<1>, norm: f64, settings: &Settings) -> f64 {
        let rate = learning_rate(
            settings.learning_rate,
            settings.warmup,
            self.log.step,
            self.log.iterations,
        );
        // Means are as old as their updates; a step left out would make them seem older.
        let update = self.log.updates + 1;
        let shortened = if norm > settings.clip {
            gradient * (settings.clip / norm)
        } else {
            gradient
        };
        let weights = self.weights.clone();
        self.weights = self
            .moments
            .update(weights, shortened, (update, rate), settings);
        let decay = ema::decay(settings.ema, update);
        self.ema = ema::follow(self.ema.clone(), &self.weights, decay);
        self.log.updates = update;
        self.log.step += 1;
        rate
    }
}

/// Named weights as a flat vector, and the network they were put in order by.
pub(crate) fn vector(
    settings: &Settings,
    weights: &mut dyn Weights,
    device: &Device,
) -> Result<(Tensor<1>, UNet), TrainerError> {
    let network = UNet::build(&settings.model, weights, device)?;
    Ok((flat(&network), network))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preset::Preset;
    use crate::settings::Length;
    use crate::tensors::download;

    #[test]
    fn steps_left_out_are_no_updates() {
        let mut settings = Preset::Small
            .settings(16, Length::Hours(1.0))
            .expect("valid");
        settings.model.channel_mult = "1".to_owned();
        settings.model.attention_resolutions = String::new();
        settings.warmup = 0;
        let after = |left_out: u64| {
            let (mut state, _) = State::new(&settings, &Device::flex()).expect("a network");
            state.log.step = left_out;
            let gradient = state.weights.ones_like();
            state.descend(gradient, 1.0, &settings);
            assert_eq!((state.log.step, state.log.updates), (left_out + 1, 1));
            [state.weights, state.ema].map(|t| download(t).expect("computed"))
        };
        assert!(after(0) == after(20));
    }
}
