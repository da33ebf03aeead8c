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
mod lab;
mod measure;
mod photos;
mod prior;
mod restore;
mod saving;
mod train;
mod window;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use engine::{Account, Chain, place};

use crate::cli::{Cli, Command};

pub(crate) fn run(cli: Cli) -> Result<ExitCode> {
    match cli.command {
        None => window::run(cli.window),
        Some(Command::Restore(args)) => restore::run(&args),
        Some(Command::Batch(args)) => batch::run(&args),
        Some(Command::Degrade(args)) => degrade::run(&args),
        Some(Command::Prior(command)) => prior::run(command),
        Some(Command::Train(args)) => train::run(&args),
        Some(Command::Devices) => devices::run(),
        Some(Command::Evaluate(args)) => evaluate::run(&args),
        Some(Command::Lab(command)) => lab::run(command),
        Some(Command::Demo(args)) => demo::run(args),
    }
}

/// A line on standard output; a closed pipe is no error of ours.
fn say(line: impl std::fmt::Display) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Says what was done, and writes it down if asked to.
fn conclude(account: &Account<'_>, files: &[PathBuf]) -> Result<()> {
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
    for file in files {
        let page = |ending: &std::ffi::OsStr| {
            ["html", "htm"]
                .iter()
                .any(|name| ending.eq_ignore_ascii_case(name))
        };
        let text = if file.extension().is_some_and(page) {
            account.html()?
        } else {
            serde_json::to_string_pretty(report).context("the report cannot be written")? + "\n"
        };
        imaging::write_atomically(file, text.as_bytes())?;
        say(format!("report: {}", file.display()));
    }
    Ok(())
}

/// Finds out before hours of work whether everything can be written in the end, and that no
/// file that is read would be written over.
fn check_files(reads: &[&Path], picture: &Path, others: &[&Path]) -> Result<()> {
    imaging::FileFormat::from_path(picture)?;
    let mut taken: Vec<PathBuf> = reads.iter().map(|path| place(path)).collect();
    for path in std::iter::once(picture).chain(others.iter().copied()) {
        anyhow::ensure!(
            !taken.contains(&place(path)),
            "{} would be written over; choose another name, so that nothing is lost",
            path.display()
        );
        taken.push(place(path));
        let folder = folder_of(path);
        anyhow::ensure!(
            folder.is_dir(),
            "cannot write {}: the folder {} does not exist",
            path.display(),
            folder.display()
        );
        tempfile::tempfile_in(folder)
            .with_context(|| format!("cannot write into the folder {}", folder.display()))?;
    }
    Ok(())
}

fn folder_of(path: &Path) -> &Path {
    path.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// The kernel images that an operator reads.
fn kernel_files(operator: &Chain) -> impl Iterator<Item = &Path> {
    let kernels = operator.0.iter().filter(|spec| spec.name == "kernel");
    kernels.filter_map(|spec| spec.parameters.get("").map(Path::new))
}
