//! `tweedie restore`.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Result, ensure};
use engine::{Account, Closeness, Film, Job, Outcome, Recipe};
use imaging::{Mask, Photo};

use super::saving::{note, save};
use super::{check_files, compression, conclude, kernel_files, place, say};
use crate::cli::RestoreArgs;
use crate::interrupt;
use crate::progress;

pub(crate) fn run(args: &RestoreArgs) -> Result<ExitCode> {
    let inputs: Vec<&Path> = std::iter::once(args.input.as_path())
        .chain(args.mask.as_deref())
        .chain(args.truth.as_deref())
        .chain(kernel_files(&args.damage.operator))
        .collect();
    let reports = args.draw.report.iter().map(std::path::PathBuf::as_path);
    let written: Vec<&Path> = reports.chain(args.trajectory.as_deref()).collect();
    check_files(&inputs, &args.output, &written)?;
    if let Some(file) = &args.trajectory {
        let png = file
            .extension()
            .is_some_and(|e| e.eq_ignore_ascii_case("png"));
        ensure!(
            png,
            "{}: the trajectory is an animated PNG; end its name with .png",
            file.display()
        );
    }
    let recipe = args.damage.recipe(&args.draw)?;
    engine::check_sampler(&recipe.sampler, &recipe.operator)?;
    let photo = Arc::new(Photo::open_what_is_there(&args.input)?);
    if photo.is_cut_short() {
        note(format!(
            "{} ends early: the lower part of the picture, or its fine detail, is missing",
            args.input.display()
        ));
    }
    let open_mask = args.mask.as_deref().map(Mask::open);
    let mask = open_mask.transpose()?.map(Arc::new);
    let truth = args.truth.as_deref().map(Photo::open).transpose()?;
    let (operator, read) = compression::as_read(&args.damage.operator, &photo);
    if let Some(read) = read {
        say(format!("{}: {read}", args.input.display()));
    }
    let job = Job {
        photo: Arc::clone(&photo),
        mask: mask.clone(),
        recipe: Recipe {
            region: args.region,
            ..args.damage.recipe_of(operator, &args.draw)?
        },
        start: None,
        scene: None,
    };
    let (mut film, mut way) = (Film::default(), Vec::new());
    let ended = progress::run(job, &mut |preview| {
        if args.trajectory.is_some() {
            film.add(preview);
        }
        if let Some(truth) = &truth {
            way.extend(engine::closeness_on_the_way(
                preview,
                truth,
                mask.as_deref(),
            ));
        }
    })?;
    let Some(Outcome {
        photo: restored,
        report,
    }) = ended
    else {
        return Ok(ExitCode::from(interrupt::EXIT_CODE));
    };
    save(&restored, &args.output, &args.save.options())?;
    say(format!("restored: {}", args.output.display()));
    if let Some(file) = &args.trajectory {
        let bytes = film.to_png(&photo, (restored.width(), restored.height()))?;
        imaging::write_atomically(file, &bytes)?;
        say(format!("trajectory: {}", file.display()));
    }
    let close = truth
        .as_ref()
        .and_then(|t| Closeness::of(&restored, t, mask.as_deref()));
    if let Some(close) = close {
        let masked = close.masked_psnr;
        let masked = if masked.is_nan() {
            String::new()
        } else {
            format!(", PSNR under the mask {masked:.2} dB")
        };
        say(format!(
            "PSNR {:.2} dB, SSIM {:.4}{masked}",
            close.psnr, close.ssim
        ));
    }
    let name = args
        .input
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    let name = name.unwrap_or_else(|| place(&args.input).display().to_string());
    let account = Account {
        name: &name,
        before: &photo,
        after: &restored,
        mask: mask.as_deref(),
        truth: truth.as_ref(),
        mixed: false,
        report: &report,
        way: &way,
        earlier: &[],
    };
    conclude(&account, &args.draw.report)?;
    Ok(ExitCode::SUCCESS)
}
