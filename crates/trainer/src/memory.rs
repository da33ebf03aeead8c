//! Will it fit? Running out of memory on the processor ends the program, so it is asked before.

use diffusion::UNetConfig;
use sysinfo::System;

use crate::error::TrainerError;
use crate::run::Run;

pub(crate) const GIB: f64 = (1_u64 << 30) as f64;
/// The share of the memory, free or held by the pictures already, that pictures may take.
const PICTURES: f64 = 0.6;

/// Free memory in bytes.
pub(crate) fn available() -> f64 {
    let mut system = System::new();
    system.refresh_memory();
    system.available_memory() as f64
}

/// Refuses to hold more pictures than fit; `held` bytes of them are in memory already.
pub(crate) fn check_pictures(held: u64) -> Result<(), TrainerError> {
    let (held, free) = (held as f64, available());
    if held <= PICTURES * (held + free) {
        return Ok(());
    }
    Err(TrainerError::OutOfMemory {
        what: "holding the pictures read so far".to_owned(),
        needed_gib: held / GIB,
        available_gib: free / GIB,
        advice: "reduce them further with --longest, or take fewer".to_owned(),
    })
}

/// Activations kept for each residual block, in units of its output.
const KEPT: f64 = 20.0;
/// Copies of all weights: the weights, their mean, two moments, the network's own, the gradient,
/// and what an update needs on the way.
const COPIES: f64 = 10.0;
/// Copies of the attention weights that are alive at once.
const ATTENTION_COPIES: f64 = 4.0;
/// The share of the free memory that a run may plan to use.
const SHARE: f64 = 0.8;

/// Bytes for a step on `micro` crops at a time.
pub(crate) fn training(config: &UNetConfig, parameters: usize, micro: usize) -> f64 {
    let levels = config.level_channels().unwrap_or_default();
    let rates = config.attention_rates().unwrap_or_default();
    let blocks = (2 * config.num_res_blocks + 1) as f64;
    let pixels = (config.image_size * config.image_size) as f64;
    let mut activations = 0.0;
    for (level, &channels) in levels.iter().enumerate() {
        let own = pixels / 4_f64.powi(level as i32);
        activations += KEPT * own * channels as f64 * blocks;
        let heads = match config.heads() {
            diffusion::Heads::Number(number) => number,
            diffusion::Heads::Width(width) => channels / width,
        };
        let everywhere = if rates.contains(&(1 << level)) {
            blocks
        } else {
            0.0
        };
        let middle = if level + 1 == levels.len() { 1.0 } else { 0.0 };
        activations += (everywhere + middle) * own * own * heads as f64 * ATTENTION_COPIES;
    }
    4.0 * (activations * micro as f64 + COPIES * parameters as f64)
}

/// Refuses a run that would not fit into the free memory, and says what would.
pub(crate) fn check_training(
    run: &Run,
    parameters: usize,
    micro: usize,
) -> Result<(), TrainerError> {
    if !run.pace.check_memory {
        return Ok(());
    }
    let free = available();
    let fits = |micro: usize| training(&run.settings.model, parameters, micro) <= SHARE * free;
    if fits(micro) {
        return Ok(());
    }
    let advice = match (1..micro).rev().find(|micro| fits(*micro)) {
        Some(fewer) => format!("use --micro-batch {fewer}: slower, with the same result"),
        None => "use a smaller --preset or --size".to_owned(),
    };
    Err(TrainerError::OutOfMemory {
        what: format!("training on {micro} crops at a time"),
        needed_gib: training(&run.settings.model, parameters, micro) / GIB,
        available_gib: free / GIB,
        advice,
    })
}
