//! Arguments of `tweedie train` and `tweedie prior measure`.

use std::path::PathBuf;

use clap::Args;
use engine::{DeviceChoice, PriorChoice};
use trainer::{Grouping, Loss, NoiseLevels, Precision, Preset};

/// How a folder of photographs is read.
#[derive(Clone, Debug, Args)]
pub(crate) struct PhotosArgs {
    /// Which pictures belong to the same photograph: files (each is one), tiles
    /// (`<photograph>_<number>`), or auto (tiles if nearly all are small squares called so)
    #[arg(long, default_value_t = Grouping::Auto, value_name = "HOW")]
    pub(crate) group: Grouping,
    /// Photographs with a longer side are reduced to this many pixels
    #[arg(long, default_value_t = 1024, value_name = "PIXELS")]
    pub(crate) longest: usize,
}

#[derive(Debug, Args)]
pub(crate) struct TrainArgs {
    /// Folders (with the folders in them) or zip archives of photographs
    #[arg(required = true)]
    pub(crate) photos: Vec<PathBuf>,
    /// The folder to write the prior into; a run that was stopped there goes on
    #[arg(long, short)]
    pub(crate) output: PathBuf,
    /// Photographs to hold out, instead of a share of the others; may be given several times
    #[arg(long, value_name = "PHOTOS")]
    pub(crate) held_out: Vec<PathBuf>,
    /// The prior to start from, instead of random weights: natural64, a prior folder, or a
    /// checkpoint file. The network is that prior's
    #[arg(long, value_name = "PRIOR")]
    pub(crate) from: Option<PriorChoice>,
    /// A table whose columns `photo` (or `file`) and `split` say what is held out; otherwise
    /// `manifest.csv` among the photographs, if it is there
    #[arg(long, value_name = "FILE")]
    pub(crate) manifest: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) reading: PhotosArgs,
    /// The network: small (0.29 million weights), standard (1.1; if left out) or large (11)
    #[arg(long)]
    pub(crate) preset: Option<Preset>,
    /// Side of the crops in pixels, a multiple of 4 (of 8 for large); 64 if left out, or as the prior that it
    /// starts from was trained
    #[arg(long, value_name = "PIXELS")]
    pub(crate) size: Option<usize>,
    /// How long to train, in all: a finished run with more hours goes on
    #[arg(long, default_value_t = 8.0, conflicts_with = "iterations")]
    pub(crate) hours: f64,
    /// How many steps to train, instead of --hours
    #[arg(long)]
    pub(crate) iterations: Option<u64>,
    /// Crops for each step; the preset's if left out
    #[arg(long)]
    pub(crate) batch: Option<usize>,
    /// Crops that are computed at a time, if a whole batch does not fit into memory
    #[arg(long)]
    pub(crate) micro_batch: Option<usize>,
    /// The highest learning rate; the preset's if left out
    #[arg(long, visible_alias = "lr")]
    pub(crate) learning_rate: Option<f64>,
    /// Steps over which the learning rate rises
    #[arg(long)]
    pub(crate) warmup: Option<u64>,
    /// The loss of a prior that predicts noise at timesteps: plain, or min-snr (global structure sooner, fine
    /// detail later); only with --from such a prior
    #[arg(long, default_value_t = Loss::Plain)]
    pub(crate) loss: Loss,
    /// The mean of the logarithm of the noise levels to learn, beside pictures in [-1, 1]: lower for denoising
    /// and mild blur, higher for holes
    #[arg(long, default_value_t = NoiseLevels::default().mean, allow_negative_numbers = true)]
    pub(crate) noise_mean: f64,
    /// The standard deviation of that logarithm
    #[arg(long, default_value_t = NoiseLevels::default().spread)]
    pub(crate) noise_spread: f64,
    /// The share of crops whose noise level is uniform over all of them instead
    #[arg(long, default_value_t = NoiseLevels::default().uniform)]
    pub(crate) noise_uniform: f64,
    /// What the network computes with while it is trained: f32, or f16 on a GPU that has 16-bit
    /// floats (less memory; the prior itself stays in 32 bits)
    #[arg(long, default_value_t = Precision::F32)]
    pub(crate) precision: Precision,
    /// Crops are reduced up to this many times
    #[arg(long, default_value_t = 4.0, value_name = "TIMES")]
    pub(crate) reduction: f64,
    /// Do not mirror crops: for writing, and for anything whose left and right differ
    #[arg(long)]
    pub(crate) no_flips: bool,
    /// Seed of everything random
    #[arg(long, default_value_t = 0)]
    pub(crate) seed: u64,
    /// Minutes between checkpoints: the most that a power cut can cost
    #[arg(long, default_value_t = 10.0, allow_negative_numbers = true)]
    pub(crate) save_minutes: f64,
    /// Minutes between validations and sample sheets
    #[arg(long, default_value_t = 30.0, allow_negative_numbers = true)]
    pub(crate) validate_minutes: f64,
    /// Held-out crops to validate and measure on
    #[arg(long, default_value_t = 64)]
    pub(crate) crops: usize,
    /// Unconditional samples on each sheet; 0 for none
    #[arg(long, default_value_t = 16)]
    pub(crate) samples: usize,
    /// The prior's name; the output folder's if left out
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Terms under which the prior may be used, such as CC0-1.0
    #[arg(long)]
    pub(crate) licence: Option<String>,
    /// Store the prior in 16-bit floats: half the size
    #[arg(long)]
    pub(crate) half: bool,
    /// Where to compute: auto, cpu or gpu:N
    #[arg(long, default_value = "auto")]
    pub(crate) device: DeviceChoice,
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
