//! `tweedie evaluate`, as clap reads it.

use std::path::PathBuf;

use clap::Args;
use engine::{Chain, DeviceChoice, PriorChoice, Spec};
use evaluation::{MaskChoice, SamplerChoice};

#[derive(Debug, Args)]
pub(crate) struct EvaluateArgs {
    /// The folder of clean images, or one image
    pub(crate) images: PathBuf,
    /// What happens to them, written as for `restore`; may be given several times
    #[arg(long, required = true, value_parser = super::values::chain)]
    pub(crate) operator: Vec<Chain>,
    /// What `inpaint` loses: box:SIDE (in the middle), random:SHARE, strokes:NUMBER, or an image
    /// file, white where pixels are lost; may be given several times
    #[arg(long)]
    pub(crate) mask: Vec<MaskChoice>,
    /// A sampler with parameters as for `restore`, and with steps of its own as in dps@1000; may
    /// be given several times, dear ones best last. The first is the reference
    #[arg(long, required = true)]
    pub(crate) sampler: Vec<SamplerChoice>,
    /// Steps of the samplers; may be given several times, or as 20,100
    #[arg(long, value_delimiter = ',', default_values_t = [50])]
    pub(crate) steps: Vec<usize>,
    /// How steps are placed by samplers that do not say so: karras (by noise level) or uniform (by
    /// timestep)
    #[arg(long, value_name = "SPACING")]
    pub(crate) levels: Option<String>,
    /// A restoration without a prior: bicubic, harmonic, telea, wiener, richardson-lucy or
    /// total-variation, with parameters; may be given several times. All, if none is named
    #[arg(long)]
    pub(crate) baseline: Vec<Spec>,
    /// Leave the baselines out
    #[arg(long, conflicts_with = "baseline")]
    pub(crate) no_baselines: bool,
    /// Noise level: standard deviation on the range [-1, 1] (twice that of [0, 1])
    #[arg(long, value_name = "SIGMA", value_parser = super::values::noise, allow_negative_numbers = true)]
    pub(crate) noise: f64,
    /// Draws of each sampler from each measurement; their mean is scored as well
    #[arg(long, default_value_t = 1)]
    pub(crate) draws: usize,
    /// Draws that are computed at a time, at most as many as there are draws: a GPU has more to do at
    /// once, and memory has to hold them. Scores do not depend on it
    #[arg(long, default_value_t = 1)]
    pub(crate) together: usize,
    /// Measure LPIPS as well: the AlexNet or VGG-16 of torchvision, a `.pth` file
    #[arg(long, value_name = "NETWORK", requires = "lpips_heads")]
    pub(crate) lpips: Option<PathBuf>,
    /// The weights of its layers from the package `lpips`: weights/v0.1/alex.pth or vgg.pth
    #[arg(long, value_name = "WEIGHTS", requires = "lpips")]
    pub(crate) lpips_heads: Option<PathBuf>,
    /// Seed of masks, noise and draws
    #[arg(long, default_value_t = 0)]
    pub(crate) seed: u64,
    /// Side of the square that is cut from the middle of each image, in pixels
    #[arg(long, default_value_t = 64)]
    pub(crate) crop: usize,
    /// Take only the first so many images, in the order of their names
    #[arg(long)]
    pub(crate) limit: Option<usize>,
    /// The prior: natural64, a prior folder, or a checkpoint file
    #[arg(long, default_value = "natural64")]
    pub(crate) prior: PriorChoice,
    /// Where to compute: auto, cpu or gpu:N
    #[arg(long, default_value = "auto")]
    pub(crate) device: DeviceChoice,
    /// The folder to write into. The same command goes on with what is there; another sampler, operator,
    /// mask or picture joins it
    #[arg(long, short)]
    pub(crate) output: PathBuf,
    /// Pictures of each task shown in the report
    #[arg(long, default_value_t = evaluation::report::SHOWN)]
    pub(crate) show: usize,
}
