//! `tweedie lab …`, as clap reads it.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use engine::Spec;

#[derive(Debug, Subcommand)]
pub(crate) enum LabCommand {
    /// A sampler on random measurements of a 25-component Gaussian mixture, whose posterior is
    /// known: the sliced Wasserstein distance of its draws to exact ones
    Mixture(MixtureArgs),
}

#[derive(Debug, Args)]
pub(crate) struct MixtureArgs {
    /// Unknowns of each problem; the papers take 8, 80 and 800
    #[arg(long, default_value_t = 8)]
    pub(crate) dimension: usize,
    /// Measured values of each problem; the papers take 1, 2 and 4
    #[arg(long, default_value_t = 1)]
    pub(crate) measurements: usize,
    /// The sampler, as for `restore`
    #[arg(long, default_value = "ca-dps")]
    pub(crate) sampler: Spec,
    /// CA-DPS's covariance: secant, dct, probe:K, krylov:K, isotropic or full
    #[arg(long)]
    pub(crate) covariance: Option<String>,
    /// Steps of the reverse process, 2 to 1000
    #[arg(long, default_value_t = 100)]
    pub(crate) steps: usize,
    /// Random problems
    #[arg(long, default_value_t = 20)]
    pub(crate) problems: usize,
    /// Draws compared in each problem
    #[arg(long, default_value_t = 600)]
    pub(crate) samples: usize,
    /// Random directions of the distance
    #[arg(long, default_value_t = 1000)]
    pub(crate) slices: usize,
    /// Seed of the problems and of all draws
    #[arg(long, default_value_t = 0)]
    pub(crate) seed: u64,
    /// Print everything as JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Write the first problem's draws beside exact ones, as SVG
    #[arg(long, value_name = "FILE.svg")]
    pub(crate) plot: Option<PathBuf>,
}
