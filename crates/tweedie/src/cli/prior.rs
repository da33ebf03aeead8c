//! `tweedie prior …`, as clap reads it.

use std::ops::RangeInclusive;
use std::path::PathBuf;

use clap::builder::RangedU64ValueParser;
use clap::{Args, Subcommand, ValueEnum};
use engine::{Answers, AttentionOrder, DeviceChoice, Heads, NoiseSchedule, PredictionKind};

use super::MeasureArgs;

#[derive(Debug, Subcommand)]
pub(crate) enum PriorCommand {
    /// Say what a checkpoint is, and what it leaves open
    Inspect {
        #[command(flatten)]
        checkpoint: CheckpointArgs,
    },
    /// Compare a checkpoint with recorded answers; exit code 1 if they differ by more than 1e-3
    Verify {
        #[command(flatten)]
        checkpoint: CheckpointArgs,
        /// Recorded answers: case*.x, t, output, cotangent and vjp_eps in a safetensors file; by
        /// default NAME.io.safetensors or io.safetensors beside the checkpoint
        #[arg(long)]
        io: Option<PathBuf>,
        /// Where to compute: auto, cpu or gpu:N
        #[arg(long, default_value = "cpu")]
        device: DeviceChoice,
    },
    /// Bring a checkpoint into Tweedie's own form
    Import {
        #[command(flatten)]
        checkpoint: CheckpointArgs,
        /// The folder to write
        #[arg(long, short)]
        output: PathBuf,
        /// Write the weights with 16 bits: half the size, three decimal digits
        #[arg(long)]
        half: bool,
        /// A folder or zip archive of photographs on which to measure what it knows at each noise
        /// level; bundled ones if left out
        #[arg(long, value_name = "PHOTOS")]
        pictures: Option<PathBuf>,
    },
    /// Measure a prior on photographs it was not trained on: loss by noise level, denoising,
    /// samples, and whether it repeats its training pictures
    Measure(MeasureArgs),
}

/// A checkpoint, and what its tensors leave open.
#[derive(Debug, Args)]
pub(crate) struct CheckpointArgs {
    /// A checkpoint file (.pt, .safetensors), a diffusers folder, or a prior folder
    pub(crate) model: PathBuf,
    /// Its configuration, if it does not lie beside it
    #[arg(long)]
    pub(crate) config: Option<PathBuf>,
    /// What to call it
    #[arg(long)]
    name: Option<String>,
    /// The side of the pictures it was trained on, in pixels
    #[arg(long, value_name = "PIXELS", value_parser = within(Answers::IMAGE_SIZES))]
    image_size: Option<usize>,
    /// The number of attention heads
    #[arg(long, value_name = "N", conflicts_with = "head_width", value_parser = within(Answers::HEADS))]
    heads: Option<usize>,
    /// The channels of each attention head
    #[arg(long, value_name = "N", value_parser = within(Answers::HEADS))]
    head_width: Option<usize>,
    /// How attention's qkv is laid out: legacy (heads first) or new (q, k, v first)
    #[arg(long, value_enum)]
    attention_order: Option<OrderArg>,
    /// How the noise grew in training
    #[arg(long, value_enum)]
    noise_schedule: Option<ScheduleArg>,
    /// Timesteps in training
    #[arg(long, value_name = "N", value_parser = within(Answers::STEPS))]
    diffusion_steps: Option<usize>,
    /// What the network's output means
    #[arg(long, value_enum)]
    prediction: Option<PredictionArg>,
    /// For a class-conditional checkpoint whose last row means "no class": how many classes
    #[arg(long, value_name = "N", value_parser = within(Answers::CLASSES))]
    num_classes: Option<usize>,
}

/// A number that is possible; others are refused with the range.
fn within(possible: RangeInclusive<usize>) -> RangedU64ValueParser<usize> {
    let (least, most) = (*possible.start() as u64, *possible.end() as u64);
    RangedU64ValueParser::new().range(least..=most)
}

impl CheckpointArgs {
    /// What was said.
    pub(crate) fn answers(&self) -> Answers {
        let width = self.head_width.map(Heads::Width);
        Answers {
            image_size: self.image_size,
            heads: self.heads.map(Heads::Number).or(width),
            attention_order: self.attention_order.map(|order| match order {
                OrderArg::Legacy => AttentionOrder::HeadsFirst,
                OrderArg::New => AttentionOrder::QkvFirst,
            }),
            noise_schedule: self.noise_schedule.map(|schedule| match schedule {
                ScheduleArg::Linear => NoiseSchedule::Linear,
                ScheduleArg::Cosine => NoiseSchedule::Cosine,
            }),
            steps: self.diffusion_steps,
            prediction: self.prediction.map(|prediction| match prediction {
                PredictionArg::Epsilon => PredictionKind::Epsilon,
                PredictionArg::Sample => PredictionKind::Sample,
                PredictionArg::V => PredictionKind::V,
            }),
            num_classes: self.num_classes,
            name: self.name.clone(),
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum OrderArg {
    Legacy,
    New,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ScheduleArg {
    Linear,
    Cosine,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum PredictionArg {
    /// The noise
    Epsilon,
    /// The clean picture
    Sample,
    /// The velocity
    V,
}
