//! `tweedie batch --status`: what the parts of a batch have done together, and what is missing.
//!
//! Read from the journals in the output folder; results that are there count as done whatever a
//! journal says. Exit code 0 if nothing is missing and nothing failed, else 1.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::journal;
use crate::terminal::{one_line, say, shown};

/// Missing photos that are named; the others are counted.
const NAMED: usize = 20;

/// One part.
struct Part {
    index: u64,
    finished: bool,
    /// Photo, and result within the output folder.
    photos: Vec<(String, String)>,
    /// The last state of each photo that had its turn, with the reason.
    states: BTreeMap<String, (String, String)>,
}

/// What all parts have done together.
#[derive(Default)]
struct Sum {
    restored: usize,
    skipped: usize,
    /// Photos with the reasons.
    failed: Vec<(String, String)>,
    missing: Vec<String>,
    /// Parts without a journal.
    absent: Vec<u64>,
}

pub(super) fn run(output: &Path, reports: &[PathBuf]) -> Result<ExitCode> {
    let folder = journal::folder(output);
    let manifests = manifests(&folder)?;
    let counts: BTreeSet<u64> = manifests.keys().map(|(count, _)| *count).collect();
    ensure!(
        counts.len() == 1,
        "{} has parts of several divisions ({}); remove those that no longer count",
        shown(&folder),
        counts
            .iter()
            .map(u64::to_string)
            .collect::<Vec<_>>()
            .join(", ")
    );
    let count = counts.first().copied().unwrap_or(0);
    let parts: Vec<Part> = manifests
        .values()
        .map(|path| Part::read(path))
        .collect::<Result<_>>()?;
    let mut sum = Sum::default();
    for part in &parts {
        let done = sum.add(part, output);
        let ended = if part.finished { "ended" } else { "not ended" };
        let (index, photos) = (part.index, part.photos.len());
        say(format!(
            "part {index}/{count}: {done} of {photos} done, {ended}"
        ));
    }
    let begun: BTreeSet<u64> = parts.iter().map(|part| part.index).collect();
    sum.absent = (1..=count).filter(|index| !begun.contains(index)).collect();
    for index in &sum.absent {
        say(format!("part {index}/{count}: not begun"));
    }
    sum.print();
    for file in reports {
        let text = serde_json::to_string_pretty(&sum.json(count))?;
        imaging::write_atomically(file, format!("{text}\n").as_bytes())?;
        say(format!("report: {}", shown(file)));
    }
    Ok(if sum.is_whole() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

impl Sum {
    /// Adds a part; returns how many of its photos are restored.
    fn add(&mut self, part: &Part, output: &Path) -> usize {
        let before = self.restored;
        for (photo, result) in &part.photos {
            let state = part
                .states
                .get(photo)
                .map(|(state, why)| (state.as_str(), why));
            match state {
                _ if output.join(result).exists() => self.restored += 1,
                Some(("skipped", _)) => self.skipped += 1,
                Some(("failed", why)) => self.failed.push((photo.clone(), why.clone())),
                _ => self.missing.push(photo.clone()),
            }
        }
        self.restored - before
    }

    fn is_whole(&self) -> bool {
        self.missing.is_empty() && self.failed.is_empty() && self.absent.is_empty()
    }

    fn print(&self) {
        say(format!(
            "{} restored, {} skipped, {} failed, {} missing",
            self.restored,
            self.skipped,
            self.failed.len(),
            self.missing.len()
        ));
        list(&self.missing, &self.failed);
    }

    fn json(&self, count: u64) -> Value {
        json!({
            "shards": count,
            "not_begun": self.absent,
            "restored": self.restored,
            "skipped": self.skipped,
            "failed": self.failed,
            "missing": self.missing,
        })
    }
}

fn list(missing: &[String], failed: &[(String, String)]) {
    for (photo, why) in failed {
        say(format!("  failed   {}: {}", one_line(photo), one_line(why)));
    }
    for photo in missing.iter().take(NAMED) {
        say(format!("  missing  {}", one_line(photo)));
    }
    if missing.len() > NAMED {
        say(format!("  and {} more are missing", missing.len() - NAMED));
    }
}

/// The manifests by the number of parts and the part.
fn manifests(folder: &Path) -> Result<BTreeMap<(u64, u64), PathBuf>> {
    let none = || {
        format!(
            "there are no journals in {}; run parts with --shard first",
            shown(folder)
        )
    };
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).with_context(none)? {
        let path = entry.with_context(none)?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            continue;
        };
        let numbers = name
            .strip_prefix("shard-")
            .and_then(|rest| rest.strip_suffix(".json"))
            .and_then(|rest| rest.split_once("-of-"));
        let numbers = numbers.and_then(|(i, n)| Some((n.parse().ok()?, i.parse().ok()?)));
        if let Some(numbers) = numbers {
            let _ = found.insert(numbers, path);
        }
    }
    ensure!(!found.is_empty(), "{}", none());
    Ok(found)
}

impl Part {
    fn read(manifest: &Path) -> Result<Self> {
        let read = |path: &Path| {
            std::fs::read_to_string(path).with_context(|| format!("cannot read {}", shown(path)))
        };
        let damaged = || format!("{} is damaged; run its part again", shown(manifest));
        let content: Value = serde_json::from_str(&read(manifest)?).with_context(damaged)?;
        let text = |value: &Value, key: &str| value[key].as_str().map(str::to_owned);
        let photos = content["photos"].as_array().with_context(damaged)?;
        let pair = |photo: &Value| Some((text(photo, "photo")?, text(photo, "output")?));
        let mut part = Self {
            index: content["shard"].as_u64().with_context(damaged)?,
            finished: content["finished"] == true,
            photos: photos
                .iter()
                .map(pair)
                .collect::<Option<_>>()
                .with_context(damaged)?,
            states: BTreeMap::new(),
        };
        // A machine that stopped in the middle of a line leaves half of it: that photo is missing.
        for line in read(&manifest.with_extension("jsonl"))?.lines() {
            let line: Value = serde_json::from_str(line).unwrap_or_default();
            if let (Some(photo), Some(state)) = (text(&line, "photo"), text(&line, "state")) {
                let why = text(&line, "text").unwrap_or_default();
                let _ = part.states.insert(photo, (state, why));
            }
        }
        Ok(part)
    }
}
