//! The runs within a session file: for each a folder of its own with `run.json` and its pictures, so
//! that a damaged one is left out and all others are read.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use engine::{Recipe, Report};
use imaging::Rect;
use serde::{Deserialize, Serialize};

use crate::recipe::settings::Settings;
use crate::runs::active::Ending;
use crate::runs::{Candidate, Kept, RunId, Scores};

/// The version of this part. A reader leaves the runs of every later one alone.
pub(super) const VERSION: u32 = 1;
/// Pictures beyond this many bytes are left out, those of the oldest runs first.
pub(super) const MOST_BYTES: usize = 256 << 20;

/// The entry of the current result, without its ending.
pub(super) const RESULT: &str = "result";

/// `archive` of `session.json`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ArchiveEntry {
    pub(super) version: u32,
    /// The folders of the runs, oldest first.
    pub(super) runs: Vec<String>,
    /// Which run the result is.
    #[serde(default)]
    pub(super) taken: Option<TakenEntry>,
}

/// Where the result came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenEntry {
    /// The run's number.
    pub(super) run: Option<u64>,
    /// Whether it holds parts of several.
    pub(super) blended: bool,
}

/// Where a picture lies in the archive.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum PictureEntry {
    /// What differs from the photo.
    Patched {
        /// The entry that says where.
        place: String,
        /// The entry with the values.
        values: String,
    },
    /// A file of its own.
    Whole {
        /// The entry.
        entry: String,
    },
}

/// An estimate of a window.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct EstimateEntry {
    pub(super) x: usize,
    pub(super) y: usize,
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) level: f64,
    pub(super) entry: String,
}

impl EstimateEntry {
    pub(super) fn window(&self) -> Rect {
        Rect::new(self.x, self.y, self.width, self.height)
    }
}

/// `run.json`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct RunEntry {
    number: u64,
    batch: u64,
    index: usize,
    of: usize,
    recipe: Recipe,
    ending: EndingEntry,
    #[serde(default)]
    report: Option<Report>,
    #[serde(default)]
    trace: Vec<(usize, f64)>,
    /// Seconds since 1970 at which it ended.
    at: u64,
    #[serde(default)]
    scores: Option<ScoresEntry>,
    #[serde(default)]
    pub(super) picture: Option<PictureEntry>,
    #[serde(default)]
    pub(super) mask: Option<String>,
    #[serde(default)]
    pub(super) start: Option<Vec<EstimateEntry>>,
    #[serde(default)]
    pub(super) reached: Option<Vec<EstimateEntry>>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum EndingEntry {
    Finished,
    Stopped,
    Failed(String),
}

/// JSON has no infinity: a missing PSNR is that of equal pictures, a missing SSIM was not defined.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct ScoresEntry {
    psnr: Option<f64>,
    ssim: Option<f64>,
    /// Whether there was a mask.
    masked: bool,
    masked_psnr: Option<f64>,
}

impl RunEntry {
    pub(super) fn of(run: &Kept) -> Self {
        let since = run.at.duration_since(UNIX_EPOCH).unwrap_or_default();
        let finite = run.trace.iter().filter(|(_, r)| r.is_finite());
        // A report holds the residuals already.
        let told = run
            .report
            .as_ref()
            .is_some_and(|r| r.residuals.len() == run.trace.len());
        Self {
            number: run.id.0,
            batch: run.candidate.batch.0,
            index: run.candidate.index,
            of: run.candidate.of,
            recipe: run.recipe.clone(),
            ending: match &run.ending {
                Ending::Finished => EndingEntry::Finished,
                Ending::Stopped => EndingEntry::Stopped,
                Ending::Failed(reason) => EndingEntry::Failed(reason.clone()),
            },
            report: run.report.clone(),
            trace: finite.filter(|_| !told).copied().collect(),
            at: since.as_secs(),
            scores: run
                .study
                .as_ref()
                .and_then(|s| s.scores)
                .map(ScoresEntry::of),
            picture: None,
            mask: None,
            start: None,
            reached: None,
        }
    }

    /// Whether its numbers are such as this program writes.
    pub(super) fn is_sane(&self) -> bool {
        const MOST: u64 = 1 << 48;
        let counts = self.index < self.of && self.of <= *Settings::CANDIDATES.end();
        self.number < MOST && self.batch < MOST && counts
    }

    /// The run without its pictures, and what was measured of it.
    pub(super) fn run(self) -> (Kept, Option<Scores>) {
        let at = UNIX_EPOCH.checked_add(Duration::from_secs(self.at));
        let steps = self.report.iter().flat_map(|r| r.residuals.iter().copied());
        let trace = if self.trace.is_empty() {
            steps.enumerate().map(|(i, r)| (i + 1, r)).collect()
        } else {
            self.trace
        };
        let run = Kept {
            id: RunId(self.number),
            candidate: Candidate {
                batch: RunId(self.batch),
                index: self.index,
                of: self.of,
            },
            recipe: self.recipe,
            ending: match self.ending {
                EndingEntry::Finished => Ending::Finished,
                EndingEntry::Stopped => Ending::Stopped,
                EndingEntry::Failed(reason) => Ending::Failed(reason),
            },
            report: self.report.map(sane),
            trace,
            content: None,
            mask: None,
            at: at.unwrap_or_else(SystemTime::now),
            study: None,
            start: None,
            reached: None,
            packed: Arc::default(),
        };
        (run, self.scores.map(ScoresEntry::scores))
    }
}

impl ScoresEntry {
    fn of(scores: Scores) -> Self {
        let finite = |value: f64| value.is_finite().then_some(value);
        Self {
            psnr: finite(scores.psnr),
            ssim: finite(scores.ssim),
            masked: scores.masked.is_some(),
            masked_psnr: scores.masked.and_then(finite),
        }
    }

    fn scores(self) -> Scores {
        Scores {
            psnr: self.psnr.unwrap_or(f64::INFINITY),
            ssim: self.ssim.unwrap_or(f64::NAN),
            masked: self
                .masked
                .then(|| self.masked_psnr.unwrap_or(f64::INFINITY)),
        }
    }
}

/// A report with times that can be spoken of, as a file edited by hand may not have them.
pub(super) fn sane(mut report: Report) -> Report {
    const MOST_SECONDS: f64 = 1e9;
    for seconds in [&mut report.seconds, &mut report.seconds_per_step] {
        *seconds = if seconds.is_finite() {
            seconds.clamp(0.0, MOST_SECONDS)
        } else {
            0.0
        };
    }
    report.windows = report.windows.min(1 << 32);
    report
}
