//! One file for each command.

mod ablation;
mod batch;
mod bench;
mod calibration;
mod compression;
mod degrade;
mod demo;
mod devices;
mod evaluate;
mod files;
mod lab;
mod list;
mod masks;
mod measure;
mod photos;
mod prior;
mod restore;
mod saving;
mod target;
mod train;
mod window;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use engine::{Account, Closeness, Report, place};
use serde_json::json;

use crate::cli::{Cli, Command};
use crate::terminal::{note, say, shown};

pub(crate) fn run(cli: Cli) -> Result<ExitCode> {
    match cli.command {
        None => window::run(cli.window),
        Some(Command::Restore(args)) => restore::run(&args),
        Some(Command::Batch(args)) => batch::run(&args),
        Some(Command::Degrade(args)) => degrade::run(&args),
        Some(Command::Prior(command)) => prior::run(command),
        Some(Command::Train(args)) => train::run(&args),
        Some(Command::List { name }) => list::run(name.as_deref()),
        Some(Command::Devices) => devices::run(),
        Some(Command::Evaluate(args)) => evaluate::run(&args),
        Some(Command::Lab(command)) => lab::run(command),
        Some(Command::Demo(args)) => demo::run(args),
    }
}

/// Says what was done, and writes it down if asked to.
fn conclude(account: &Account<'_>, scores: Option<&Closeness>, files: &[PathBuf]) -> Result<()> {
    let report = account.report;
    say(format!(
        "{} windows, {} evaluations and {} products in {:.1} s ({:.3} s/step) on {}, prior {}",
        report.windows,
        report.evaluations,
        report.products,
        report.seconds,
        report.seconds_per_step,
        report.device,
        report.prior,
    ));
    if report.recipe.noise < report.sigma_y && report.recipe.photons.is_none() {
        say(format!(
            "the noise was taken for {:.2e} instead of {}: the photo's values are rounded",
            report.sigma_y, report.recipe.noise
        ));
    }
    if let Some(caution) = &report.caution {
        note(caution);
    }
    for file in files {
        let page = |ending: &std::ffi::OsStr| {
            ["html", "htm"]
                .iter()
                .any(|name| ending.eq_ignore_ascii_case(name))
        };
        let text = if file.extension().is_some_and(page) {
            account.html()?
        } else {
            json(report, scores)?
        };
        imaging::write_atomically(file, text.as_bytes())?;
        say(format!("report: {}", shown(file)));
    }
    Ok(())
}

/// The report as JSON, with the scores where the truth is known. A score that is no finite number, such
/// as the PSNR of equal pictures, is null.
fn json(report: &Report, scores: Option<&Closeness>) -> Result<String> {
    let mut value = serde_json::to_value(report).context("the report cannot be written")?;
    if let Some(scores) = scores {
        value["scores"] = json!({
            "psnr": scores.psnr,
            "ssim": scores.ssim,
            "masked_psnr": scores.masked_psnr,
        });
    }
    let text = serde_json::to_string_pretty(&value).context("the report cannot be written")?;
    Ok(text + "\n")
}
