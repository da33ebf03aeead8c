//! `tweedie degrade`.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use engine::Noise;
use imaging::{Mask, Photo};

use super::saving::save;
use super::{check_files, kernel_files, say};
use crate::cli::DegradeArgs;

pub(crate) fn run(args: &DegradeArgs) -> Result<ExitCode> {
    let inputs: Vec<&Path> = std::iter::once(args.input.as_path())
        .chain(args.mask.as_deref())
        .chain(kernel_files(&args.operator))
        .collect();
    check_files(&inputs, &args.output, &[])?;
    let photo = Photo::open(&args.input)?;
    let mask = args.mask.as_deref().map(Mask::open).transpose()?;
    let noise = Noise {
        sigma: args.noise,
        photons: args.photons,
    };
    let damaged = engine::degrade(&photo, mask.as_ref(), &args.operator, noise, args.seed)?;
    save(&damaged, &args.output, &args.save.options())?;
    say(format!("damaged: {}", args.output.display()));
    Ok(ExitCode::SUCCESS)
}
