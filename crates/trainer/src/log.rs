//! How far a run is: what a checkpoint holds beside the vectors.

use serde::{Deserialize, Serialize};

use crate::ema;
use crate::event::Validated;
use crate::learner::Update;
use crate::learning_rate::learning_rate;
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
    /// Steps at which the run was made longer, and its learning rate rose again.
    #[serde(default)]
    pub(crate) lengthened: Vec<u64>,
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

impl Log {
    /// The next step: along a gradient of that length.
    pub(crate) fn update(&mut self, norm: f64, settings: &Settings) -> Update {
        // Means are as old as their updates; a step left out would make them seem older.
        let number = self.updates + 1;
        let update = Update {
            number,
            rate: learning_rate(
                settings.learning_rate,
                settings.warmup,
                self.step,
                self.iterations,
            ),
            shorten: (settings.clip / norm).min(1.0),
            decay: ema::decay(settings.ema, number),
        };
        self.updates = number;
        self.step += 1;
        update
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preset::Preset;
    use crate::settings::Length;

    #[test]
    fn steps_left_out_are_no_updates() {
        let mut settings = Preset::Small
            .settings(16, Length::Hours(1.0))
            .expect("valid");
        settings.warmup = 0;
        let after = |left_out: u64| {
            let mut log = Log {
                step: left_out,
                ..Log::default()
            };
            let update = log.update(1.0, &settings);
            assert_eq!((log.step, log.updates), (left_out + 1, 1));
            update
        };
        assert_eq!(after(0), after(20));
        assert_eq!(after(0).number, 1);
    }

    #[test]
    fn long_gradients_are_shortened() {
        let settings = Preset::Small
            .settings(16, Length::Hours(1.0))
            .expect("valid");
        let shorten = |norm| Log::default().update(norm, &settings).shorten;
        assert_eq!(shorten(4.0 * settings.clip), 0.25);
        assert_eq!(shorten(0.5 * settings.clip), 1.0);
        assert_eq!(shorten(0.0), 1.0);
    }
}
