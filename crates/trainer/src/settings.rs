//! Everything that decides what a run learns. Two runs with the same settings and the same
//! photographs on the same device are the same run; a run only goes on with its own settings.

use diffusion::{Architecture, Process, Schedule};
use serde::{Deserialize, Serialize};

use crate::crops::Cropping;
use crate::error::TrainerError;
use crate::loss::Loss;
use crate::noise_levels::NoiseLevels;
use crate::precision::Precision;
use crate::start::Origin;

/// How long a run takes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Length {
    /// That many optimiser steps.
    Iterations(u64),
    /// As many steps as fit into that many hours, by the speed of the first steps; fixed from
    /// then on, so that an interrupted run ends where it would have ended.
    Hours(f64),
}

impl Length {
    /// Whether a run of this length can go on to that one.
    fn is_shorter_than(self, other: Self) -> bool {
        match (self, other) {
            (Self::Iterations(own), Self::Iterations(other)) => own < other,
            (Self::Hours(own), Self::Hours(other)) => own < other,
            _ => false,
        }
    }
}

/// The settings of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// The network.
    pub model: Architecture,
    /// The diffusion process.
    pub process: Process,
    /// What the network computes with.
    pub precision: Precision,
    /// What is minimised, of a network that predicts the noise at timesteps. That of a preconditioned network
    /// is `(σ² + σ_data²) / (σ σ_data)² |x0_hat - x0|²` (Karras et al. 2022, table 1) and has no choices.
    pub loss: Loss,
    /// The noise levels that a preconditioned network is trained on.
    #[serde(default)]
    pub noise: NoiseLevels,
    /// Crops for each optimiser step.
    pub batch: usize,
    /// How long.
    pub length: Length,
    /// The highest learning rate, after warm-up.
    pub learning_rate: f64,
    /// Steps over which the learning rate rises from 0.
    pub warmup: u64,
    /// AdamW's decay of the running mean of gradients.
    pub beta1: f64,
    /// AdamW's decay of the running mean of squared gradients.
    pub beta2: f64,
    /// Decoupled weight decay.
    pub weight_decay: f64,
    /// Gradients longer than this are shortened to it.
    pub clip: f64,
    /// Decay of the running mean of weights, which is what is kept in the end.
    pub ema: f64,
    /// The largest reduction of crops; see [`Cropping::reduction`].
    pub reduction: f64,
    /// Whether half the crops are mirrored.
    pub flips: bool,
    /// The share of photographs held out, unless they are named.
    pub held_out: f64,
    /// Seed of everything random.
    pub seed: u64,
    /// The prior it starts from; random weights if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Origin>,
}

impl Settings {
    /// How crops are drawn.
    #[must_use]
    pub fn cropping(&self) -> Cropping {
        Cropping {
            side: self.model.image_size(),
            reduction: self.reduction,
            flips: self.flips,
        }
    }

    /// The full schedule, which validation and measuring go by.
    pub(crate) fn schedule(&self) -> Result<Schedule, TrainerError> {
        let process = &self.process;
        let schedule = Schedule::new(process.noise_schedule.clone(), process.steps)?;
        Ok(match self.model {
            Architecture::UNet(_) => schedule,
            Architecture::Preconditioned(_) => schedule.continuous(),
        })
    }

    /// Refuses what cannot be trained.
    ///
    /// # Errors
    /// [`TrainerError::Setting`] names the setting and its range; [`TrainerError::Prior`] for an
    /// impossible network.
    pub fn check(&self) -> Result<(), TrainerError> {
        let refuse = |reason: String| Err(TrainerError::Setting(reason));
        self.model.check()?;
        let (side, stride) = (self.model.image_size(), self.model.stride()?);
        if side == 0 || !side.is_multiple_of(stride) {
            return refuse(format!(
                "crops of {side} pixels do not fit a network that halves them to 1/{stride}; \
                 use a multiple of {stride}"
            ));
        }
        if self.model.preconditioned().is_some() && self.loss != Loss::Plain {
            return refuse(format!(
                "the loss is {}, but a preconditioned network has a loss of its own; leave it out",
                self.loss
            ));
        }
        if self.model.unet().is_some_and(|model| model.learn_sigma) {
            return refuse(
                "learn_sigma is true: the variance has a loss of its own, which is not \
                 implemented; the samplers here do not need it"
                    .to_owned(),
            );
        }
        if self.batch == 0 || self.batch > 65_536 {
            return refuse(format!(
                "a batch of {}; between 1 and 65536 crops are possible",
                self.batch
            ));
        }
        let length = match self.length {
            Length::Iterations(count) => count >= 1,
            Length::Hours(hours) => hours > 0.0 && hours <= 24.0 * 365.0,
        };
        if !length {
            return refuse(format!(
                "{:?} is no length of a run; write --hours 8 or --iterations 50000",
                self.length
            ));
        }
        for (name, value, fits, range) in self.ranges() {
            if !fits {
                return refuse(format!("the {name} is {value}; it must be {range}"));
            }
        }
        Ok(())
    }

    /// Numbers with a range: the name, the value, whether it lies there, and the range in words.
    fn ranges(&self) -> [(&'static str, f64, bool, &'static str); 11] {
        let unit = 0.0..1.0;
        [
            (
                "learning rate",
                self.learning_rate,
                self.learning_rate > 0.0 && self.learning_rate <= 1.0,
                "above 0 and at most 1",
            ),
            (
                "mean of the noise levels' logarithm",
                self.noise.mean,
                (-10.0..=10.0).contains(&self.noise.mean),
                "between -10 and 10",
            ),
            (
                "spread of the noise levels' logarithm",
                self.noise.spread,
                (0.0..=10.0).contains(&self.noise.spread),
                "between 0 and 10",
            ),
            (
                "uniform share of the noise levels",
                self.noise.uniform,
                (0.0..=1.0).contains(&self.noise.uniform),
                "between 0 and 1",
            ),
            ("beta1", self.beta1, unit.contains(&self.beta1), "in [0, 1)"),
            ("beta2", self.beta2, unit.contains(&self.beta2), "in [0, 1)"),
            ("EMA decay", self.ema, unit.contains(&self.ema), "in [0, 1)"),
            (
                "weight decay",
                self.weight_decay,
                unit.contains(&self.weight_decay),
                "in [0, 1)",
            ),
            ("clip", self.clip, self.clip > 0.0, "above 0"),
            (
                "reduction",
                self.reduction,
                (1.0..=64.0).contains(&self.reduction),
                "between 1 and 64",
            ),
            (
                "held-out share",
                self.held_out,
                self.held_out > 0.0 && self.held_out < 1.0,
                "between 0 and 1",
            ),
        ]
    }

    /// The first setting that differs, in words. A run may become longer.
    pub(crate) fn difference(&self, other: &Self) -> Option<String> {
        let fields = |settings: &Self| match serde_json::to_value(settings) {
            Ok(serde_json::Value::Object(fields)) => fields,
            _ => serde_json::Map::new(),
        };
        let (own, theirs) = (fields(self), fields(other));
        let longer = self.length.is_shorter_than(other.length);
        let names = own.keys().chain(theirs.keys());
        names
            .filter(|name| !(longer && *name == "length"))
            .find(|name| own.get(*name) != theirs.get(*name))
            .map(|name| {
                let [was, now] = [&own, &theirs].map(|fields| {
                    let value = fields.get(name);
                    value.map_or_else(|| "not stated".to_owned(), ToString::to_string)
                });
                format!("`{name}` was {was} and is now {now}")
            })
    }
}
