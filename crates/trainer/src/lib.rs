//! Priors of one's own: trained on a folder of photographs, and measured.
//!
//! Photographs become a [`Dataset`]; [`train`] learns from one part of it and [`measure`] says what
//! a prior is worth on the other. Nothing here
//! draws from a backend's random numbers: every crop, timestep and noise has an address, so a
//! measurement can be repeated and a training run goes on exactly where it was stopped.

mod adamw;
mod batch;
mod card;
mod checkpoint;
mod crops;
mod dataset;
mod ema;
mod error;
mod event;
mod gradient;
mod initial;
mod learner;
mod learning_rate;
mod log;
mod loss;
mod measure;
mod memory;
mod noise_levels;
mod pace;
mod parameters;
mod precision;
mod preset;
mod publish;
mod random;
mod run;
mod settings;
mod speed;
mod start;
mod tensors;
mod vectors;

pub use crops::{Crop, Cropping};
pub use dataset::{Dataset, DatasetOptions, Grouping, Picture, Skipped};
pub use error::TrainerError;
pub use event::{Event, Progress, Validated};
pub use loss::Loss;
pub use measure::{
    Data, Denoised, Distances, ESTIMATED_AT, Estimated, Listener, LossByNoise, MeasureOptions,
    Measures, Measuring, Memorisation, NoiseBin, Sheets, Subject, contact_sheet, denoising,
    estimation, loss_by_noise, measure, memorisation, unconditional_samples,
};
pub use noise_levels::NoiseLevels;
pub use pace::Pace;
pub use precision::Precision;
pub use preset::Preset;
pub use publish::Card;
pub use run::{Ended, Run, train};
pub use settings::{Length, Settings};
pub use start::{Origin, Start};
