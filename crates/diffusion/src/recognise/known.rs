//! Checkpoints that are known, by the shapes of their tensors.
//!
//! Sources: the flags in the README of OpenAI's guided-diffusion for its own checkpoints, and
//! `configs/model_config.yaml` of DPS (Chung et al. 2023) for `ffhq_10m.pt`. Several checkpoints
//! share a row because they share an architecture and a schedule. No hashes are listed: none has
//! been confirmed by its publisher.

use super::infer::Inferred;
use crate::schedule::NoiseSchedule;
use crate::unet::{AttentionOrder, Heads};

/// A known checkpoint: what its shapes are, and what they leave open.
pub(super) struct Known {
    /// What it is called.
    pub(super) name: &'static str,
    channels: usize,
    blocks: usize,
    levels: &'static [usize],
    /// Levels that attend, from 0 at full resolution.
    attending: &'static [usize],
    classes: Option<usize>,
    pub(super) image_size: usize,
    pub(super) heads: Heads,
    pub(super) attention_order: AttentionOrder,
    pub(super) noise_schedule: NoiseSchedule,
}

/// All have learned sigma, scale-shift embeddings and residual blocks that resample.
const TABLE: &[Known] = &[
    Known {
        name: "ffhq_10m.pt of DPS and its relatives (FFHQ at 256 x 256)",
        channels: 128,
        blocks: 1,
        levels: &[128, 128, 256, 256, 512, 512],
        attending: &[4],
        classes: None,
        image_size: 256,
        heads: Heads::Width(64),
        attention_order: AttentionOrder::HeadsFirst,
        noise_schedule: NoiseSchedule::Linear,
    },
    Known {
        name: "256x256_diffusion_uncond.pt or an LSUN checkpoint of guided-diffusion",
        channels: 256,
        blocks: 2,
        levels: &[256, 256, 512, 512, 1024, 1024],
        attending: &[3, 4, 5],
        classes: None,
        image_size: 256,
        heads: Heads::Width(64),
        attention_order: AttentionOrder::HeadsFirst,
        noise_schedule: NoiseSchedule::Linear,
    },
    Known {
        name: "256x256_diffusion.pt of guided-diffusion (class-conditional)",
        channels: 256,
        blocks: 2,
        levels: &[256, 256, 512, 512, 1024, 1024],
        attending: &[3, 4, 5],
        classes: Some(1000),
        image_size: 256,
        heads: Heads::Width(64),
        attention_order: AttentionOrder::HeadsFirst,
        noise_schedule: NoiseSchedule::Linear,
    },
    Known {
        name: "64x64_diffusion.pt of guided-diffusion (class-conditional)",
        channels: 192,
        blocks: 3,
        levels: &[192, 384, 576, 768],
        attending: &[1, 2, 3],
        classes: Some(1000),
        image_size: 64,
        heads: Heads::Width(64),
        attention_order: AttentionOrder::QkvFirst,
        noise_schedule: NoiseSchedule::Cosine,
    },
    Known {
        name: "128x128_diffusion.pt of guided-diffusion (class-conditional)",
        channels: 256,
        blocks: 2,
        levels: &[256, 256, 512, 768, 1024],
        attending: &[2, 3, 4],
        classes: Some(1000),
        image_size: 128,
        heads: Heads::Number(4),
        attention_order: AttentionOrder::HeadsFirst,
        noise_schedule: NoiseSchedule::Linear,
    },
    Known {
        name: "512x512_diffusion.pt of guided-diffusion (class-conditional)",
        channels: 256,
        blocks: 2,
        levels: &[128, 256, 256, 512, 512, 1024, 1024],
        attending: &[4, 5, 6],
        classes: Some(1000),
        image_size: 512,
        heads: Heads::Width(64),
        attention_order: AttentionOrder::HeadsFirst,
        noise_schedule: NoiseSchedule::Linear,
    },
];

/// The known checkpoint of these shapes.
pub(super) fn look_up(inferred: &Inferred) -> Option<&'static Known> {
    TABLE.iter().find(|known| {
        let attending = (0..known.levels.len()).map(|level| known.attending.contains(&level));
        inferred.learn_sigma
            && inferred.scale_shift
            && inferred.resblock_updown == Some(true)
            && inferred.channels == known.channels
            && inferred.blocks == known.blocks
            && inferred.levels == known.levels
            && inferred.attention.iter().copied().eq(attending)
            && inferred.classes == known.classes
    })
}
