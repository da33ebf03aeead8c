//! Options of `tweedie batch`.

use std::path::PathBuf;

use clap::Args;
use engine::{NamePattern, Shard};

use super::{DamageArgs, DrawArgs, ReadingArgs, SaveArgs};

/// Restore many photos, each with its mask
#[derive(Debug, Args)]
pub(crate) struct BatchArgs {
    /// The damaged photos: files, or folders of which every picture is taken
    #[arg(required_unless_present = "status")]
    pub(crate) photos: Vec<PathBuf>,
    /// Take the folders within those folders as well; the results keep their tree
    #[arg(long)]
    pub(crate) recursive: bool,
    /// The folder of masks, found by the photos' names; or one mask for all; or `infrared` for the dust
    /// that each photo's own infrared channel shows
    #[arg(long, value_name = "FOLDER")]
    pub(crate) masks: Option<PathBuf>,
    /// What the name of a mask has after that of its photo, before the ending. Left out, a mask has the
    /// photo's name, or that with _mask or -mask
    #[arg(long, default_value = "", value_name = "SUFFIX")]
    pub(crate) mask_suffix: String,
    #[command(flatten)]
    pub(crate) reading: ReadingArgs,
    #[command(flatten)]
    pub(crate) damage: DamageArgs,
    /// The folder for the results, which have the names of their photos
    #[arg(long, short)]
    pub(crate) output: PathBuf,
    /// What to call the results instead, with {stem}, {ext}, {name} and {number}, such as
    /// {stem}_restored.{ext}
    #[arg(long, value_name = "PATTERN")]
    pub(crate) name: Option<NamePattern>,
    /// Restore photos again whose results are there already
    #[arg(long)]
    pub(crate) force: bool,
    /// Restore only the photos of this part, such as 2/8 for the second of eight. In a Slurm array or a
    /// Kubernetes indexed job the part is taken from its variables
    #[arg(long, value_name = "I/N")]
    pub(crate) shard: Option<Shard>,
    /// Say what the parts that were run into this output folder have done, and what is missing
    #[arg(long, conflicts_with_all = ["photos", "shard"])]
    pub(crate) status: bool,
    #[command(flatten)]
    pub(crate) save: SaveArgs,
    #[command(flatten)]
    pub(crate) draw: DrawArgs,
}
