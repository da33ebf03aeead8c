//! How a run goes about its work, without effect on what it learns.

use std::time::Duration;

use crate::settings::Settings;

/// Settings that may change when a run is continued.
#[derive(Clone, Debug)]
pub struct Pace {
    /// Crops differentiated at a time, if fewer than the batch: memory against speed. Only the
    /// rounding of sums depends on it.
    pub micro: Option<usize>,
    /// Time between checkpoints: what a kill may cost.
    pub save_every: Duration,
    /// Time between validations.
    pub validate_every: Duration,
    /// Held-out crops to validate and measure on.
    pub crops: usize,
    /// Unconditional samples on each sheet; 0 for none.
    pub samples: usize,
    /// DDIM steps of the samples drawn on the way.
    pub steps: usize,
    /// DDIM steps of the samples of the finished prior.
    pub final_steps: usize,
    /// Whether the finished prior is stored in 16-bit floats.
    pub half: bool,
    /// Whether Burn's modules compute every step on the processor as well, instead of its own
    /// program, which is several times faster: to compare the two.
    pub modules: bool,
    /// Whether memory is estimated first and too large a run refused: on the processor, where
    /// running out of memory ends the program.
    pub check_memory: bool,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            micro: None,
            save_every: Duration::from_secs(10 * 60),
            validate_every: Duration::from_secs(30 * 60),
            crops: 64,
            samples: 16,
            steps: 50,
            final_steps: 100,
            half: false,
            modules: false,
            check_memory: true,
        }
    }
}

impl Pace {
    pub(crate) fn micro_batch(&self, settings: &Settings) -> usize {
        self.micro
            .unwrap_or(settings.batch)
            .clamp(1, settings.batch)
    }
}
