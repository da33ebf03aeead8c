//! `tweedie lab …`, as clap reads it.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use engine::{Chain, DeviceChoice, PriorChoice, Spec};
use evaluation::MaskChoice;

#[derive(Debug, Subcommand)]
pub(crate) enum LabCommand {
    /// A sampler on random measurements of a 25-component Gaussian mixture, whose posterior is
    /// known: the sliced Wasserstein distance of its draws to exact ones
    Mixture(MixtureArgs),
    /// Whether CA-DPS's finite difference needs tuning: its length and the number of probes, varied
    /// over decades on the mixture, and on images if some are given
    Ablation(AblationArgs),
}

#[derive(Debug, Args)]
pub(crate) struct MixtureArgs {
    /// Unknowns of each problem; the papers take 8, 80 and 800
    #[arg(long, default_value_t = 8)]
    pub(crate) dimension: usize,
    /// Measured values of each problem; the papers take 1, 2 and 4
    #[arg(long, default_value_t = 1)]
    pub(crate) measurements: usize,
    /// The sampler, as for `restore`; or exact-score, the posterior's own reverse process, which shows
    /// what the steps alone cost
    #[arg(long, default_value = "ca-dps")]
    pub(crate) sampler: Spec,
    /// Another sampler on the same problems, to tell the difference by
    #[arg(long)]
    pub(crate) against: Option<Spec>,
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

#[derive(Debug, Args)]
pub(crate) struct AblationArgs {
    /// Lengths of a probe in units of the noise, 1e-6 to 10
    #[arg(long, value_delimiter = ',', default_values_t = [1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0])]
    pub(crate) probe_steps: Vec<f64>,
    /// Numbers of probes, 1 to 64
    #[arg(long, value_delimiter = ',', default_values_t = [1, 4])]
    pub(crate) probes: Vec<usize>,
    /// Mixture: unknowns of each problem
    #[arg(long, default_value_t = 8)]
    pub(crate) dimension: usize,
    /// Mixture: measured values of each problem
    #[arg(long, default_value_t = 2)]
    pub(crate) measurements: usize,
    /// Mixture: random problems
    #[arg(long, default_value_t = 20)]
    pub(crate) problems: usize,
    /// Mixture: draws compared in each problem
    #[arg(long, default_value_t = 600)]
    pub(crate) samples: usize,
    /// Steps of the reverse process
    #[arg(long, default_value_t = 100)]
    pub(crate) steps: usize,
    /// A folder of clean images: the same on images, with a prior
    #[arg(long, value_name = "FOLDER")]
    pub(crate) images: Option<PathBuf>,
    /// Images: what happens to them
    #[arg(long, default_value = "inpaint", requires = "images")]
    pub(crate) operator: Chain,
    /// Images: what `inpaint` loses
    #[arg(long, requires = "images")]
    pub(crate) mask: Option<MaskChoice>,
    /// Images: noise level on the range [-1, 1]
    #[arg(long, default_value_t = 0.05, requires = "images")]
    pub(crate) noise: f64,
    /// Images: only the first so many
    #[arg(long, requires = "images")]
    pub(crate) limit: Option<usize>,
    /// Images: side of the crops in pixels
    #[arg(long, default_value_t = 64, requires = "images")]
    pub(crate) crop: usize,
    /// Images: the prior
    #[arg(long, default_value = "natural64", requires = "images")]
    pub(crate) prior: PriorChoice,
    /// Images: where to compute
    #[arg(long, default_value = "auto", requires = "images")]
    pub(crate) device: DeviceChoice,
    /// Seed of everything
    #[arg(long, default_value_t = 0)]
    pub(crate) seed: u64,
    /// The folder to write into: tables, plots and JSON
    #[arg(long, short)]
    pub(crate) output: PathBuf,
}
