//! Reading photographs with a progress bar, and saying what was left out.

use std::path::Path;

use crate::terminal::say;
use anyhow::Result;
use indicatif::{ProgressBar, ProgressStyle};
use trainer::{Dataset, DatasetOptions};

/// Files that are named when they are left out; the others are counted.
const NAMED: usize = 8;

pub(super) fn read(path: &Path, options: &DatasetOptions) -> Result<Dataset> {
    let bar = ProgressBar::new(0).with_style(ProgressStyle::with_template(
        "{bar:32.cyan/blue} {pos}/{len} pictures read · {eta} left",
    )?);
    let dataset = Dataset::open(path, options, |done, all| {
        bar.set_length(all as u64);
        bar.set_position(done as u64);
    });
    bar.finish_and_clear();
    let dataset = dataset?;
    say(format!("{}: {}", path.display(), amount(&dataset)));
    let skipped = dataset.skipped();
    if !skipped.is_empty() {
        say(format!("  {} files are left out:", skipped.len()));
        let reasons = skipped.iter().map(|s| format!("{}: {}", s.name, s.reason));
        name_some(&reasons.collect::<Vec<_>>());
    }
    Ok(dataset)
}

/// A line for each of the first few.
pub(super) fn name_some(files: &[String]) {
    for file in files.iter().take(NAMED) {
        say(format!("  {file}"));
    }
    if files.len() > NAMED {
        say(format!("  and {} more", files.len() - NAMED));
    }
}

/// Such as `648 pictures of 21 photographs`.
pub(super) fn amount(dataset: &Dataset) -> String {
    let some = |count: usize, what: &str| {
        let plural = if count == 1 { "" } else { "s" };
        format!("{count} {what}{plural}")
    };
    let pictures = some(dataset.pictures().len(), "picture");
    format!(
        "{pictures} of {}",
        some(dataset.photographs(), "photograph")
    )
}
