//! What became of every photo.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;
use engine::Report;
use serde_json::{Value, json};

use crate::terminal::{one_line, shown};

/// What became of a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Restored,
    Skipped,
    Failed,
}

impl State {
    fn name(self) -> &'static str {
        match self {
            Self::Restored => "restored",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
        }
    }
}

/// A photo's line.
pub(super) struct Line {
    pub(super) photo: PathBuf,
    /// The photo's path within the batch.
    pub(super) relative: PathBuf,
    pub(super) output: PathBuf,
    pub(super) state: State,
    pub(super) text: String,
    pub(super) report: Option<Report>,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.photo.file_name().map(Path::new).map(shown);
        let (name, text) = (name.unwrap_or_default(), one_line(&self.text));
        write!(f, "{:<8}  {name}  {text}", self.state.name())
    }
}

impl Line {
    /// The line with its report.
    pub(super) fn json(&self) -> Value {
        json!({
            "photo": self.relative.display().to_string(),
            "output": self.output.display().to_string(),
            "state": self.state.name(),
            "text": self.text,
            "report": self.report,
        })
    }
}

/// All lines so far.
#[derive(Default)]
pub(super) struct Table {
    pub(super) lines: Vec<Line>,
}

impl Table {
    fn count(&self, state: State) -> usize {
        self.lines.iter().filter(|line| line.state == state).count()
    }

    /// How many could not be restored.
    pub(super) fn failed(&self) -> usize {
        self.count(State::Failed)
    }

    /// How many were neither restored nor there already.
    pub(super) fn without_work(&self) -> usize {
        let there = |line: &&Line| line.state == State::Restored || line.output.exists();
        self.lines.len() - self.lines.iter().filter(there).count()
    }

    /// The last words: the sums, and what failed once more, where it is not scrolled away.
    pub(super) fn summary(&self, photos: usize, took: Duration) -> String {
        let mut text = format!(
            "{photos} photos: {} restored, {} skipped, {} failed",
            self.count(State::Restored),
            self.count(State::Skipped),
            self.failed()
        );
        let left = photos - self.lines.len();
        if left > 0 {
            text += &format!(", {left} not begun");
        }
        text += &format!(", in {:.0} s", took.as_secs_f64());
        for line in self.lines.iter().filter(|line| line.state == State::Failed) {
            text += &format!("\n  {}: {}", shown(&line.photo), one_line(&line.text));
        }
        text
    }

    /// The lines with their reports.
    pub(super) fn json(&self) -> Result<String> {
        let lines: Vec<Value> = self.lines.iter().map(Line::json).collect();
        Ok(serde_json::to_string_pretty(&lines)? + "\n")
    }
}
