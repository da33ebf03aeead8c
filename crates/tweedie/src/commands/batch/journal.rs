//! What one part of a batch has done, in the output folder: a manifest that lists its photos, and a
//! line of JSON for each photo as it is done.
//!
//! `OUTPUT/tweedie-batch/shard-2-of-8.json` and `….jsonl`. Every part has files of its own, so that
//! parts on different machines never write to the same one. Lines are appended: of several about one
//! photo the last counts.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use engine::{Pair, Recipe, Shard};
use serde_json::{Value, json};

use super::table::Line;
use crate::terminal::shown;

/// The folder within the output folder.
const FOLDER: &str = "tweedie-batch";

/// See the module.
pub(super) struct Journal {
    manifest: PathBuf,
    content: Value,
    lines: File,
}

/// Where the journals of an output folder lie.
pub(super) fn folder(output: &Path) -> PathBuf {
    output.join(FOLDER)
}

impl Journal {
    pub(super) fn begin(
        output: &Path,
        shard: Shard,
        recipe: &Recipe,
        pairs: &[Pair],
    ) -> Result<Self> {
        let folder = folder(output);
        std::fs::create_dir_all(&folder)
            .with_context(|| format!("cannot make the folder {}", shown(&folder)))?;
        let name = format!("shard-{}-of-{}", shard.index(), shard.count());
        let photos = pairs.iter().map(|pair| {
            let result = pair.output.strip_prefix(output).unwrap_or(&pair.output);
            json!({
                "photo": pair.relative.display().to_string(),
                "output": result.display().to_string(),
            })
        });
        let content = json!({
            "version": env!("CARGO_PKG_VERSION"),
            "shard": shard.index(),
            "shards": shard.count(),
            "recipe": recipe,
            "photos": photos.collect::<Vec<_>>(),
            "finished": false,
        });
        let path = folder.join(format!("{name}.jsonl"));
        let lines = OpenOptions::new().create(true).append(true).open(&path);
        let journal = Self {
            manifest: folder.join(format!("{name}.json")),
            content,
            lines: lines.with_context(|| format!("cannot write {}", shown(&path)))?,
        };
        journal.write_manifest()?;
        Ok(journal)
    }

    /// Notes what became of a photo.
    pub(super) fn add(&mut self, line: &Line) -> Result<()> {
        let mut text = line.json().to_string();
        text.push('\n');
        // In one piece, so that whoever reads meanwhile finds whole lines.
        self.lines
            .write_all(text.as_bytes())
            .and_then(|()| self.lines.sync_data())
            .context("the journal of the batch cannot be written")
    }

    /// Notes whether every photo had its turn.
    pub(super) fn end(mut self, finished: bool) -> Result<()> {
        self.content["finished"] = Value::Bool(finished);
        self.write_manifest()
    }

    fn write_manifest(&self) -> Result<()> {
        let text = serde_json::to_string_pretty(&self.content)?;
        Ok(imaging::write_atomically(
            &self.manifest,
            format!("{text}\n").as_bytes(),
        )?)
    }
}
