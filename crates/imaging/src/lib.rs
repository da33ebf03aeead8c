//! Photographs on disk and in memory.
//!
//! Data walks one way: a file becomes a [`Photo`] (upright, at the depth it was stored with, colour
//! profile and metadata beside it), a part of the photo becomes a [`Planar`] (RGB floats the samplers
//! read), a restored `Planar` is written back through a [`Mask`], and [`save`] puts the photo on
//! disk in one step that cannot leave a half-written file behind.
//!
//! Invariants the rest of the workspace leans on:
//! - pixels outside the mask stay bit-for-bit, at 8, 16 and 32 bits per sample;
//! - nothing a user opens makes this crate panic or allocate beyond [`Limits`];
//! - nothing here knows tensors or windows.

mod animation;
mod atomic;
mod codec;
mod error;
mod exif;
mod format;
#[cfg(test)]
mod formats_page;
mod infrared;
mod jpeg_facts;
mod limits;
mod losses;
mod mask;
mod metadata;
pub mod metrics;
mod noise_level;
mod photo;
mod planar;
mod previews;
mod rect;
mod sample;
mod save;
mod scratches;
mod shown;
mod sniff;
mod tone;
mod xmp;

pub use animation::Animation;
pub use atomic::write_atomically;
pub use error::ImagingError;
pub use format::FileFormat;
pub use jpeg_facts::JpegFacts;
pub use limits::Limits;
pub use losses::{Loss, Losses, losses};
pub use mask::{Component, Depths, Mask, MaskReading, ReadMask, Value};
pub use metadata::{ColorChunks, Resolution};
pub use metrics::{masked_psnr, masked_ssim, mean_gradient, psnr, ssim};
pub use noise_level::noise_level;
pub use photo::Photo;
pub use planar::Planar;
pub use rect::Rect;
pub use sample::Depth;
pub use save::{SaveOptions, encode, save};
pub use scratches::{ScratchSearch, ScratchTone};
pub use shown::shown;
pub use sniff::sniff;
pub use tone::Tone;
