//! `tweedie degrade`.

use std::process::ExitCode;

use anyhow::Result;
use imaging::{Mask, Photo, SaveOptions};

use super::{check_output, say};
use crate::cli::DegradeArgs;

pub(crate) fn run(args: &DegradeArgs) -> Result<ExitCode> {
    check_output(&args.output)?;
    let photo = Photo::open(&args.input)?;
    let mask = args.mask.as_deref().map(Mask::open).transpose()?;
    let damaged = engine::degrade(&photo, mask.as_ref(), &args.operator, args.noise, args.seed)?;
    imaging::save(&damaged, &args.output, &SaveOptions::default())?;
    say(format!("damaged: {}", args.output.display()));
    Ok(ExitCode::SUCCESS)
}
