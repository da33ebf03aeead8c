//! The U-Net of OpenAI's guided-diffusion (Dhariwal & Nichol 2021), every option of it, and the
//! [`Variant`]s in which Hugging Face's `UNet2DModel` differs.
//!
//! Layer names are those of its state dict (`input_blocks.0.0.weight`, …), so a checkpoint maps
//! onto the network without a translation table. Convolutional throughout; any height and width
//! divisible by [`UNetConfig::stride`] will do.

mod attention;
mod blocks;
mod config;
mod embedding;
mod network;
mod residual;
mod variant;

pub(crate) use embedding::Timing;

pub use config::{AttentionOrder, Heads, UNetConfig};
pub use network::UNet;
pub use variant::Variant;
