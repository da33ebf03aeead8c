//! `tweedie restore`.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Result, ensure};
use engine::{Job, Recipe};
use imaging::{Mask, Photo, SaveOptions};

use super::{check_output, conclude, say};
use crate::cli::RestoreArgs;
use crate::progress;

pub(crate) fn run(args: RestoreArgs) -> Result<ExitCode> {
    check_output(&args.output)?;
    let same = |a: &std::path::Path| a.canonicalize().ok();
    ensure!(
        same(&args.input).is_none() || same(&args.input) != same(&args.output),
        "{} is the original; choose another --output, so that nothing is lost",
        args.output.display()
    );
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
        sampler: args.draw.sampler(),
        steps: args.draw.steps,
        seed: args.draw.seed,
        prior: args.draw.prior,
        device: args.draw.device,
    };
    match progress::run(Job {
        photo,
        mask,
        recipe,
    })? {
        None => Ok(ExitCode::from(130)),
        Some(outcome) => {
            imaging::save(&outcome.photo, &args.output, &SaveOptions::default())?;
            say(format!("restored: {}", args.output.display()));
            conclude(&outcome.report, args.draw.report.as_deref())?;
            Ok(ExitCode::SUCCESS)
        }
    }
}
