//! The preconditioned denoiser: a U-Net conditioned on the noise level, not on a timestep.
//!
//! `D(y; σ) = c_skip y + c_out F(c_in y; ln(σ) / 4)` estimates `x0` from `y = x0 + σ n` (Karras et al. 2022,
//! arXiv 2206.00364, table 1). F is a U-Net on pixels unshuffled by two (Zhang et al. 2018, arXiv 1710.04026).
//! It takes no statistics over space and has no attention, so an output depends on a bounded neighbourhood
//! of the input ([`PreconditionedConfig::halo`]), and tiles with that halo give exactly what the whole picture
//! gives.
//!
//! The state dict has the names that PyTorch gives to this structure: `head`, `down.LEVEL.BLOCK`,
//! `reduce.LEVEL`, `expand.LEVEL`, `up.LEVEL.BLOCK`, `tail`, `mlp.0`, `mlp.2`.

mod block;
mod coefficients;
mod config;
mod denoiser;
mod embedding;
#[cfg(test)]
mod locality;
mod network;
mod shuffle;

pub use coefficients::Preconditioning;
pub use config::PreconditionedConfig;
pub use denoiser::PreconditionedDenoiser;
pub(crate) use embedding::{Frequencies, check_frequencies};
pub use network::PreconditionedUNet;
