//! `tweedie prior measure`.

use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use trainer::{Cropping, DatasetOptions, MeasureOptions, Measuring, Sheets, Subject, TrainerError};

use super::{calibration, photos};
use crate::cli::MeasureArgs;
use crate::interrupt::{self, Interrupt};
use crate::terminal::{complain, say};

/// The side of crops for a closed form, which was trained at none.
const SIDE: usize = 64;
/// What is written beside the sheets.
const FILES: [&str; 2] = ["measures.json", "measures.md"];

pub(crate) fn run(args: &MeasureArgs) -> Result<ExitCode> {
    for name in FILES.into_iter().chain(Sheets::NAMES) {
        let file = args.output.join(name);
        ensure!(
            file.symlink_metadata().is_err(),
            "{} would be written over; use another --output, so that nothing is lost",
            file.display()
        );
    }
    let (device, info) = engine::open_device(args.device)?;
    let prior = engine::load_prior(&args.model, &device)?;
    let trained_at = Some(prior.summary.resolution).filter(|side| *side > 0);
    let side = args.side.or(trained_at).unwrap_or(SIDE);
    let options = DatasetOptions {
        grouping: args.reading.group,
        longest: args.reading.longest,
        smallest: side,
        manifest: None,
        output: Some(args.output.clone()),
    };
    let held_out = photos::read(&args.photos, &options)?;
    let training = match &args.training {
        Some(path) => Some(photos::read(path, &options)?),
        None => None,
    };
    std::fs::create_dir_all(&args.output)
        .with_context(|| format!("cannot create the folder {}", args.output.display()))?;

    let subject = Subject {
        denoiser: prior.denoiser.whole(),
        schedule: &prior.schedule,
        device: &device,
    };
    let options = MeasureOptions {
        crops: args.crops,
        samples: args.samples,
        steps: args.steps,
        batch: args.batch,
        seed: args.seed,
        sigmas: args.sigmas.clone(),
        ..MeasureOptions::new(side)
    };
    let interrupt = Interrupt::listen()?;
    let bar = bar()?;
    let measured = trainer::measure(
        subject,
        &held_out,
        training.as_ref(),
        &options,
        &mut |now| {
            show(&bar, now);
            interrupt.flow()
        },
    );
    bar.finish_and_clear();
    if let Err(TrainerError::Stopped) = measured {
        complain("stopped; nothing was written");
        return Ok(ExitCode::from(interrupt::EXIT_CODE));
    }
    let (measures, sheets) = measured?;
    let crops: Vec<_> = Cropping::plain(side)
        .fixed(&held_out, args.crops, args.seed)
        .iter()
        .map(|crop| crop.cut(&held_out, side))
        .collect();
    let calibration = calibration::measure(&args.model, &crops, args.device, &interrupt)?;
    let Some(calibration) = calibration else {
        return Ok(ExitCode::from(interrupt::EXIT_CODE));
    };

    let mut value = serde_json::to_value(&measures).context("the measures are no JSON")?;
    value["prior"] = json!({
        "name": prior.summary.name,
        "sha256": prior.summary.sha256,
        "parameters": prior.summary.parameters,
        "licence": prior.summary.licence,
        "trained_on": prior.summary.trained_on,
    });
    value["device"] = json!(info.to_string());
    value["calibration"] = serde_json::to_value(&calibration).context("it is no JSON")?;
    let json = serde_json::to_string_pretty(&value).context("the measures are no JSON")?;
    let [json_file, markdown_file] = FILES.map(|name| args.output.join(name));
    imaging::write_atomically(&json_file, format!("{json}\n").as_bytes())?;
    let markdown = measures.to_markdown();
    imaging::write_atomically(&markdown_file, markdown.as_bytes())?;
    sheets.save(&args.output)?;
    say(format!("{} on {info}\n\n{markdown}", prior.summary.name));
    say(calibration::table(&calibration));
    calibration::keep(&args.model, &calibration)?;
    say(format!("written into {}", args.output.display()));
    Ok(ExitCode::SUCCESS)
}

/// A bar for measurements.
pub(super) fn bar() -> Result<ProgressBar> {
    let style = ProgressStyle::with_template("{bar:32.cyan/blue} {msg} · {eta} left")?;
    Ok(ProgressBar::new(0).with_style(style))
}

pub(super) fn show(bar: &ProgressBar, now: Measuring) {
    if bar.message() != now.what {
        bar.reset();
        bar.set_message(now.what);
    }
    bar.set_length(now.of as u64);
    bar.set_position(now.done as u64);
}
