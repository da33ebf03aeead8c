//! Options of `tweedie batch`.

use std::path::PathBuf;

use clap::Args;

use super::{DamageArgs, DrawArgs, SaveArgs};

/// Restore many photos, each with its mask
#[derive(Debug, Args)]
pub(crate) struct BatchArgs {
    /// The damaged photos: files, or folders of which every picture is taken
    #[arg(required = true)]
    pub(crate) photos: Vec<PathBuf>,
    /// The folder of masks, found by the photos' names; or one mask for all
    #[arg(long, value_name = "FOLDER")]
    pub(crate) masks: Option<PathBuf>,
    /// What the name of a mask has after that of its photo, before the ending
    #[arg(long, default_value = "", value_name = "SUFFIX")]
    pub(crate) mask_suffix: String,
    #[command(flatten)]
    pub(crate) damage: DamageArgs,
    /// The folder for the results, which have the names of their photos
    #[arg(long, short)]
    pub(crate) output: PathBuf,
    /// Restore photos again whose results are there already
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) save: SaveArgs,
    #[command(flatten)]
    pub(crate) draw: DrawArgs,
}
