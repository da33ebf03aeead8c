//! The engine: jobs go in, events come out, and nobody outside sees a tensor.
//!
//! Training and measuring do not run as jobs: the command line hands them a device and a prior
//! opened here, so that both choose as a restoration would.

mod account;
mod batch;
mod caution;
mod checkpoints;
mod control;
mod degrade;
pub mod demo;
mod device;
mod engine;
mod error;
mod event;
mod film;
mod first_cause;
mod framing;
mod glimpse;
mod job;
mod kernel_file;
mod memory;
mod noise;
mod outbox;
mod pixels;
mod prior;
mod recipe;
mod regions;
mod report;
mod restore;
mod scales;
mod session;
mod spectrum;
mod start;
mod timing;
mod whole;
mod windows;
mod work;
mod worker;

pub use account::{Account, Closeness, Earlier, closeness_on_the_way};
pub use batch::{BatchRequest, Masks, NamePattern, Pair, Shard, place};
pub use caution::caution;
pub use checkpoints::{
    CaseError, ImportRequest, Imported, check_checkpoint_values, import_prior, verify_prior,
};
pub use degrade::degrade;
pub use device::{DeviceChoice, DeviceInfo, devices, open as open_device};
pub use diffusion::{
    Answers, AttentionOrder, Calibration, Field, Heads, Inspection, NoiseSchedule, Precision,
    PredictionKind, Process, inspect as inspect_prior,
};
pub use engine::Engine;
pub use error::EngineError;
pub use event::{Event, JobId, Outcome, Plan, Preview, Progress, Within};
pub use film::{Film, Shot};
pub use glimpse::{Glimpse, glimpse};
pub use job::Job;
pub use kernel_file::kernel_notes;
pub use memory::check_loaded as check_memory;
pub use operators::{
    Chain, Class, Family, Fourier, KernelNote, Kind, Noise, OperatorError, Parameter, Range, Spec,
    WholeRange, Word,
};
pub use prior::{
    BUILT_IN, DEFAULT_PRIOR, LoadedPrior, PriorSummary, built_in as built_in_prior,
    calibrate_prior, describe_prior, keep_calibration, load as load_prior,
};
pub use recipe::{PriorChoice, Recipe};
pub use report::Report;
pub use restore::{check_operator, check_sampler};
pub use samplers::{Draw, Preset, operator_default, with_operator_defaults};
pub use spectrum::{SIDES, Scene, Simulated, simulate};
pub use start::{Estimate, Picture, Start, start_obstacle};
pub use timing::{Pace, Timed, TimingRequest};
pub use work::{Costs, Planned, Share, Work, cost, costs, planned};

/// Every operator that can be named in a recipe.
#[must_use]
pub fn operator_families() -> Vec<Family> {
    operators::families()
}

/// Every sampler that can be named in a recipe.
#[must_use]
pub fn sampler_families() -> Vec<Family> {
    samplers::families()
}

/// The name of a sampler as its authors write it; what was given if it is not known.
#[must_use]
pub fn sampler_title(name: &str) -> &str {
    let families = samplers::families();
    let family = families.iter().find(|family| family.name == name);
    family.map_or(name, |family| family.title)
}
