//! Priors in the folders of Hugging Face's diffusers: `UNet2DModel` and its scheduler.
//!
//! Read from the files alone; what cannot be computed here is refused by the name of its field.
//! Source: diffusers' `unet_2d.py`, `unet_2d_blocks.py`, `scheduling_ddpm.py`.

mod columns;
mod names;
mod scheduler;
mod unet;

pub(crate) use names::Translated;
pub(crate) use scheduler::read as read_scheduler;
pub(crate) use unet::{is_unet, read as read_unet};
