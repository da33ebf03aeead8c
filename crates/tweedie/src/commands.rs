//! One file for each command.

mod degrade;
mod demo;
mod devices;
mod prior;
mod restore;
mod window;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use engine::Report;

use crate::cli::{Cli, Command};

pub(crate) fn run(cli: Cli) -> Result<ExitCode> {
    match cli.command {
        None => window::run(cli.window),
        Some(Command::Restore(args)) => restore::run(args),
        Some(Command::Degrade(args)) => degrade::run(&args),
        Some(Command::Prior(command)) => prior::run(command),
        Some(Command::Devices) => devices::run(),
        Some(Command::Demo(args)) => demo::run(args),
    }
}

/// A line on standard output; a closed pipe is no error of ours.
fn say(line: impl std::fmt::Display) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Says what was done, and writes it down if asked to.
fn conclude(report: &Report, file: Option<&Path>) -> Result<()> {
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
    if let Some(file) = file {
        let json = serde_json::to_string_pretty(report).context("the report cannot be written")?;
        imaging::write_atomically(file, format!("{json}\n").as_bytes())?;
        say(format!("report: {}", file.display()));
    }
    Ok(())
}

/// Finds out before hours of work whether a file can be written there in the end.
fn check_output(path: &Path) -> Result<()> {
    imaging::FileFormat::from_path(path)?;
    let parent = path
        .parent()
        .filter(|p| !p.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    anyhow::ensure!(
        parent.is_dir(),
        "cannot write {}: the folder {} does not exist",
        path.display(),
        parent.display()
    );
    tempfile::tempfile_in(parent)
        .with_context(|| format!("cannot write into the folder {}", parent.display()))?;
    Ok(())
}
