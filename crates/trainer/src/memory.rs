//! Will it fit? Running out of memory on the processor ends the program, so it is asked before.

use diffusion::{Architecture, UNetConfig};
use sysinfo::System;

use crate::error::TrainerError;
use crate::learner::{piece, runs_as_program, strands, workers};
use crate::pace::Pace;
use crate::run::Run;
use crate::settings::Settings;

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

/// Activations that a vector-Jacobian product keeps for each block of a preconditioned network, in units of
/// its output; learning keeps as many more as it does for other networks.
const KEPT_BY_PRODUCTS: f64 = 2.0;

/// What a step takes.
#[derive(Clone, Copy, Debug)]
struct Load {
    /// Crops at a time.
    crops: usize,
    /// Activations kept for each residual block, in units of its output.
    kept: f64,
    /// Copies of the attention weights that are alive at once.
    attention: f64,
    /// Copies of all weights.
    copies: f64,
}

impl Load {
    /// Burn's modules: of all weights there are the weights, their mean, two moments, the
    /// network's own, the gradient, and what an update needs on the way.
    fn of_modules(micro: usize) -> Self {
        Self {
            crops: micro,
            kept: 20.0,
            attention: 4.0,
            copies: 10.0,
        }
    }

    /// The processor's program: of all weights there are the weights, their mean, two moments, the
    /// gradient and that of each strand, the packed ones, of which the transformed are 16/9 of
    /// their size in either direction, and a few more while a run starts. Attention weights are
    /// never there all at once.
    fn of_program(parameters: usize, settings: &Settings, pace: &Pace) -> Self {
        let [workers, _] = workers(parameters, settings, pace);
        Self {
            crops: workers * piece(settings, pace),
            kept: 10.0,
            attention: 0.0,
            copies: 14.0 + strands(parameters) as f64,
        }
    }
}

/// The share of the free memory that a run may plan to use.
const SHARE: f64 = 0.8;

/// Bytes for a step.
fn training(architecture: &Architecture, parameters: usize, load: Load) -> f64 {
    let activations = match architecture {
        Architecture::UNet(config) => unet(config, load),
        Architecture::Preconditioned(config) => {
            let pixels = (config.image_size * config.image_size) as f64;
            load.kept / KEPT_BY_PRODUCTS * pixels * config.activation_bytes(true) / 4.0
        }
    };
    4.0 * (activations * load.crops as f64 + load.copies * parameters as f64)
}

/// Values that one crop keeps in a U-Net.
fn unet(config: &UNetConfig, load: Load) -> f64 {
    let levels = config.level_channels().unwrap_or_default();
    let rates = config.attention_rates().unwrap_or_default();
    let blocks = (2 * config.num_res_blocks + 1) as f64;
    let pixels = (config.image_size * config.image_size) as f64;
    let mut activations = 0.0;
    for (level, &channels) in levels.iter().enumerate() {
        let own = pixels / 4_f64.powi(level as i32);
        activations += load.kept * own * channels as f64 * blocks;
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
        activations += (everywhere + middle) * own * own * heads as f64 * load.attention;
    }
    activations
}

/// Refuses a run that would not fit into the free memory, and says what would.
pub(crate) fn check_training(run: &Run, parameters: usize) -> Result<(), TrainerError> {
    if !run.pace.check_memory {
        return Ok(());
    }
    let (free, settings) = (available(), &run.settings);
    let load = |micro: usize| {
        let pace = Pace {
            micro: Some(micro),
            ..run.pace.clone()
        };
        if runs_as_program(settings, &pace, &run.device) {
            Load::of_program(parameters, settings, &pace)
        } else {
            Load::of_modules(micro)
        }
    };
    let needed = |micro: usize| training(&settings.model, parameters, load(micro));
    let micro = run.pace.micro_batch(settings);
    if needed(micro) <= SHARE * free {
        return Ok(());
    }
    let fewer = (1..micro)
        .rev()
        .find(|fewer| needed(*fewer) <= SHARE * free);
    let advice = match fewer {
        Some(fewer) => format!("use --micro-batch {fewer}: slower, with the same result"),
        None => "use a smaller --preset or --size".to_owned(),
    };
    Err(TrainerError::OutOfMemory {
        what: format!("training on {} crops at a time", load(micro).crops),
        needed_gib: needed(micro) / GIB,
        available_gib: free / GIB,
        advice,
    })
}
