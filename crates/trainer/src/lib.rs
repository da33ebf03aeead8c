//! Priors of one's own: trained on a folder of photographs, and measured.
//!
//! Photographs become a [`Dataset`]; [`measure`] says what a prior is worth on it. Nothing here
//! draws from a backend's random numbers: every crop, timestep and noise has an address, so a
//! measurement can be repeated and a training run goes on exactly where it was stopped.

mod crops;
mod dataset;
mod error;
mod measure;
mod memory;
mod random;
mod tensors;

pub use crops::{Crop, Cropping};
pub use dataset::{Dataset, DatasetOptions, Grouping, Picture, Skipped};
pub use error::TrainerError;
pub use measure::{
    Data, Denoised, Distances, Listener, LossByNoise, MeasureOptions, Measures, Measuring,
    Memorisation, NoiseBin, Sheets, Subject, contact_sheet, denoising, loss_by_noise, measure,
    memorisation, unconditional_samples,
};
