//! How pictures are written.

use clap::Args;
use imaging::SaveOptions;

#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct SaveArgs {
    /// Quality of JPEG files, 1 to 100; all other formats keep every pixel as it is
    #[arg(long, default_value_t = SaveOptions::default().quality, value_parser = clap::value_parser!(u8).range(1..=100))]
    pub(crate) quality: u8,
}

impl SaveArgs {
    /// For the encoders.
    pub(crate) fn options(self) -> SaveOptions {
        SaveOptions {
            quality: self.quality,
            ..SaveOptions::default()
        }
    }
}
