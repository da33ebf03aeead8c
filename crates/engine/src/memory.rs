//! Will it fit? Estimates before anything is allocated.
//!
//! Running out of memory on the CPU device ends the process, so a job that cannot fit is refused
//! with a size that would. The estimate counts what a vector-Jacobian product keeps: a number of
//! activations for each residual block, and the attention weights of each level that attends.

use diffusion::{Heads, UNetConfig};
use sysinfo::System;

use crate::error::EngineError;

/// Activations kept for each residual block, in units of its output. Generous: by peak memory of
/// `cargo run --release --example speed -p diffusion -- weights/natural64 256`, a product of
/// natural64 takes 0.69 GB at 256 × 256 where this estimates 0.95 GB, and 1.71 GB at 384 × 384
/// where it estimates 2.3 GB (CPU device).
const KEPT: f64 = 20.0;
/// Copies of the attention weights that are alive at once.
const ATTENTION_COPIES: f64 = 4.0;
/// The share of the free memory that a job may plan to use.
const SHARE: f64 = 0.8;

/// Bytes for one product at `width × height`, batch 1.
pub(crate) fn estimate(config: &UNetConfig, width: usize, height: usize) -> f64 {
    let Ok(levels) = config.level_channels() else {
        return 0.0;
    };
    // On the way down and, with one block more and the skips joined, on the way up.
    let (down, up) = (config.num_res_blocks, config.num_res_blocks + 1);
    let blocks = (down + up) as f64;
    let pixels = width as f64 * height as f64;
    let activations: f64 = levels
        .iter()
        .enumerate()
        .map(|(level, &channels)| pixels / 4_f64.powi(level as i32) * channels as f64 * blocks)
        .sum();
    let rates = config.attention_rates().unwrap_or_default();
    let up_rates = config.up_attention_rates().unwrap_or_default();
    let attention: f64 = levels
        .iter()
        .enumerate()
        .map(|(level, &channels)| {
            let at = |rates: &[usize], blocks| {
                if rates.contains(&(1 << level)) {
                    blocks
                } else {
                    0
                }
            };
            let middle = usize::from(config.variant.middle_attention && level + 1 == levels.len());
            let attending = at(&rates, down) + at(&up_rates, up) + middle;
            let sequence = pixels / 4_f64.powi(level as i32);
            let heads = match config.heads() {
                Heads::Number(n) => n,
                Heads::Width(w) => channels / w,
            };
            attending as f64 * sequence * sequence * heads as f64 * ATTENTION_COPIES
        })
        .sum();
    4.0 * (KEPT * activations + attention)
}

/// Refuses a size that would not fit into what is free.
pub(crate) fn check(
    config: &UNetConfig,
    stride: usize,
    width: usize,
    height: usize,
) -> Result<(), EngineError> {
    let mut system = System::new();
    system.refresh_memory();
    check_against(
        config,
        stride,
        (width, height),
        system.available_memory() as f64,
    )
}

fn check_against(
    config: &UNetConfig,
    stride: usize,
    (width, height): (usize, usize),
    available: f64,
) -> Result<(), EngineError> {
    const GIB: f64 = (1_u64 << 30) as f64;
    let needed = estimate(config, width, height);
    if needed <= SHARE * available {
        return Ok(());
    }
    let mut workable = stride;
    while estimate(config, workable + stride, workable + stride) <= SHARE * available {
        workable += stride;
    }
    Err(EngineError::OutOfMemory {
        width,
        height,
        needed_gib: needed / GIB,
        available_gib: available / GIB,
        workable,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn natural64() -> UNetConfig {
        let json = include_str!("../../../weights/natural64/config.json");
        diffusion::PriorConfig::from_json(json, "natural64")
            .expect("shipped")
            .model
    }

    #[test]
    fn a_workable_size_is_offered_and_works() {
        let config = natural64();
        let free = 2.0 * (1_u64 << 30) as f64;
        let error = check_against(&config, 8, (4096, 4096), free).expect_err("far too large");
        let EngineError::OutOfMemory { workable, .. } = error else {
            panic!("{error}")
        };
        assert!(workable >= 64, "only {workable}");
        check_against(&config, 8, (workable, workable), free).expect("as promised");
        check_against(&config, 8, (workable + 8, workable + 8), free).expect_err("the limit");
    }
}
