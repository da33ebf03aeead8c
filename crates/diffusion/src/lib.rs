//! Priors: what pictures look like, as denoisers.
//!
//! Everything that can denoise is a [`Denoiser`]: the U-Net of a checkpoint and the exact
//! Gaussian alike. Samplers never know the difference, so each is tested against closed forms.
//!
//! Images are tensors `[batch, channel, height, width]`, f32, model range [-1, 1], sRGB-encoded.

mod architecture;
mod calibrated;
mod calibration;
mod checkpoint;
mod classes;
mod converted;
mod cpu;
mod denoiser;
mod diffusers;
mod error;
mod gaussian;
mod hash;
mod layers;
mod level;
mod mixture;
mod network;
mod preconditioned;
mod prior;
mod recognise;
mod respacing;
mod runner;
mod schedule;
mod subject;
mod tiled;
mod trainable;
mod unet;
mod unet_denoiser;
mod weights;

pub use architecture::Architecture;
pub use calibrated::Calibrated;
pub use calibration::{BANDS, CalibratedLevel, Calibration};
pub use checkpoint::{Checkpoint, Precision, SafetensorsWriter, write_safetensors};
pub use denoiser::{Denoiser, Linearisation, Prediction, Pullback};
pub use error::DiffusionError;
pub use gaussian::{GaussianDenoiser, WhiteGaussian};
pub use hash::{file_sha256, hex_sha256};
pub use level::Level;
pub use mixture::MixtureDenoiser;
pub use network::Network;
pub use preconditioned::{
    PreconditionedConfig, PreconditionedDenoiser, PreconditionedUNet, Preconditioning,
};
pub use prior::{Prediction as PredictionKind, Prior, PriorConfig, PriorFiles, Process};
pub use recognise::{Answers, Field, Inspection, inspect};
pub use respacing::retained_timesteps;
pub use schedule::{NoiseSchedule, Schedule};
pub use subject::Subject;
pub use tiled::{Pass, Shown, TileField, Tiled, Tiling, Watch};
pub use trainable::{Noisy, Trainable};
pub use unet::{AttentionOrder, Heads, UNet, UNetConfig, Variant};
pub use unet_denoiser::UNetDenoiser;
pub use weights::Weights;
