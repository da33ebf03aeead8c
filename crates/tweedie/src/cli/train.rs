//! Arguments of `tweedie train` and `tweedie prior measure`.

use std::path::PathBuf;

use clap::Args;
use engine::{DeviceChoice, PriorChoice};
use trainer::Grouping;

/// How a folder of photographs is read.
#[derive(Clone, Debug, Args)]
pub(crate) struct PhotosArgs {
    /// Which pictures belong to the same photograph: files (each is one), tiles
    /// (`<photograph>_<number>`), or auto (tiles if all are small squares called so)
    #[arg(long, default_value_t = Grouping::Auto, value_name = "HOW")]
    pub(crate) group: Grouping,
    /// Photographs with a longer side are reduced to this many pixels
    #[arg(long, default_value_t = 1024, value_name = "PIXELS")]
    pub(crate) longest: usize,
}

#[derive(Debug, Args)]
pub(crate) struct MeasureArgs {
    /// The prior: natural64, a prior folder, or a checkpoint file
    pub(crate) model: PriorChoice,
    /// A folder or zip archive of photographs it was not trained on
    pub(crate) photos: PathBuf,
    /// The photographs it was trained on, to look for copies among its samples
    #[arg(long, value_name = "PHOTOS")]
    pub(crate) training: Option<PathBuf>,
    /// The folder to write: measures.json, measures.md and sheets
    #[arg(long, short)]
    pub(crate) output: PathBuf,
    /// Side of the crops and samples in pixels; the side it was trained at if left out
    #[arg(long, value_name = "PIXELS")]
    pub(crate) side: Option<usize>,
    /// Crops to measure on
    #[arg(long, default_value_t = 64)]
    pub(crate) crops: usize,
    /// Unconditional samples to draw; 0 for none
    #[arg(long, default_value_t = 16)]
    pub(crate) samples: usize,
    /// Steps of each sample
    #[arg(long, default_value_t = 100)]
    pub(crate) steps: usize,
    /// Noise to take away, as standard deviations in 8-bit levels
    #[arg(long, value_delimiter = ',', default_values_t = [5.0, 15.0, 25.0, 50.0])]
    pub(crate) sigmas: Vec<f64>,
    /// Pictures evaluated at a time; only memory and speed depend on it
    #[arg(long, default_value_t = 16)]
    pub(crate) batch: usize,
    /// Seed of crops, noise and samples
    #[arg(long, default_value_t = 0)]
    pub(crate) seed: u64,
    #[command(flatten)]
    pub(crate) reading: PhotosArgs,
    /// Where to compute: auto, cpu or gpu:N
    #[arg(long, default_value = "auto")]
    pub(crate) device: DeviceChoice,
}
