//! `tweedie restore`.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Result;
use engine::{Job, Recipe};
use imaging::{Mask, Photo, SaveOptions};

use super::{check_files, conclude, kernel_files, say};
use crate::cli::RestoreArgs;
use crate::interrupt;
use crate::progress;

pub(crate) fn run(args: RestoreArgs) -> Result<ExitCode> {
    let inputs: Vec<&Path> = std::iter::once(args.input.as_path())
        .chain(args.mask.as_deref())
        .chain(kernel_files(&args.operator))
        .collect();
    check_files(&inputs, &args.output, args.draw.report.as_deref())?;
    let photo = Arc::new(Photo::open(&args.input)?);
    let mask = args
        .mask
        .as_deref()
        .map(Mask::open)
        .transpose()?
        .map(Arc::new);
    let recipe = Recipe {
        operator: args.operator,
        noise: args.noise,
        photons: args.photons,
        sampler: args.draw.sampler()?,
        steps: args.draw.steps,
        seed: args.draw.seed,
        prior: args.draw.prior,
        device: args.draw.device,
        feather: args.feather,
        from: None,
    };
    match progress::run(Job {
        photo,
        mask,
        recipe,
        start: None,
    })? {
        None => Ok(ExitCode::from(interrupt::EXIT_CODE)),
        Some(outcome) => {
            imaging::save(&outcome.photo, &args.output, &SaveOptions::default())?;
            say(format!("restored: {}", args.output.display()));
            conclude(&outcome.report, args.draw.report.as_deref())?;
            Ok(ExitCode::SUCCESS)
        }
    }
}
