//! The runs of the open photo that are kept, within a bound of memory.

use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use engine::{Job, Recipe, Report, Start};
use imaging::Mask;

use super::active::Ending;
use super::packed::Packed;
use super::study::Study;
use crate::photo::content::Content;

/// Names a run from the moment it is asked for; numbers grow by one and are what people see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunId(pub u64);

impl std::fmt::Display for RunId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Run {}", self.0)
    }
}

/// The place of a run among the candidates of one press of Restore.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The number of the first run of the batch.
    pub batch: RunId,
    /// Its place, from 0.
    pub index: usize,
    /// How many were asked for.
    pub of: usize,
}

/// A restoration that was asked for: waiting, or under way.
#[derive(Clone, Debug)]
pub struct Ticket {
    /// Its number.
    pub id: RunId,
    /// What is to be done.
    pub job: Job,
    /// Its place among the candidates.
    pub candidate: Candidate,
}

/// A run that ended.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Its number.
    pub id: RunId,
    /// Its place among the candidates.
    pub candidate: Candidate,
    /// What it was asked to do.
    pub recipe: Recipe,
    /// How it ended.
    pub ending: Ending,
    /// What was done; `None` if there is no picture.
    pub report: Option<Report>,
    /// Residual after each step.
    pub trace: Vec<(usize, f64)>,
    /// The picture, if there is one.
    pub content: Option<Content>,
    /// Where it was asked to restore, when that is less than what changed: a feather reaches
    /// beyond it.
    pub mask: Option<Arc<Mask>>,
    /// When it ended.
    pub at: SystemTime,
    /// Thumbnail and figures, once they are computed.
    pub study: Option<Arc<Study>>,
    /// The estimates it went on from, if it did not begin at noise.
    pub start: Option<Arc<Start>>,
    /// Where it stood when it was stopped: what it can go on from.
    pub reached: Option<Arc<Start>>,
    /// What a session file keeps of it, made once and shared by every copy.
    pub packed: Arc<OnceLock<Packed>>,
}

impl Kept {
    fn bytes(&self) -> usize {
        self.content.as_ref().map_or(0, Content::bytes)
            + self.study.as_ref().map_or(0, |study| study.bytes())
            + self.mask.as_ref().map_or(0, |mask| mask.data().len())
            + self.packed.get().map_or(0, Packed::bytes)
            + [&self.start, &self.reached]
                .into_iter()
                .flatten()
                .map(|start| start.bytes())
                .sum::<usize>()
    }
}

/// The kept runs, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Archive {
    runs: Vec<Kept>,
    dropped: usize,
}

impl Archive {
    /// Pictures beyond this are dropped with their runs, oldest first.
    pub const MAX_BYTES: usize = 512 << 20;
    /// Runs beyond this are dropped, oldest first.
    pub const MAX_RUNS: usize = 100;

    /// Keeps a run. The oldest are dropped while there are too many; the newest always stays, and
    /// so does `accepted`.
    pub(crate) fn keep(&mut self, run: Kept, accepted: Option<RunId>) {
        self.runs.push(run);
        loop {
            let bytes: usize = self.runs.iter().map(Kept::bytes).sum();
            let fits = bytes <= Self::MAX_BYTES && self.runs.len() <= Self::MAX_RUNS;
            let droppable = self.runs[..self.runs.len() - 1]
                .iter()
                .position(|run| Some(run.id) != accepted);
            match droppable {
                Some(oldest) if !fits => {
                    let _ = self.runs.remove(oldest);
                    self.dropped += 1;
                }
                _ => return,
            }
        }
    }

    /// The runs of a session that was opened, oldest first.
    pub(crate) fn restored(runs: Vec<Kept>, accepted: Option<RunId>) -> Self {
        let mut archive = Self::default();
        for run in runs {
            archive.keep(run, accepted);
        }
        archive
    }

    /// All of them, oldest first.
    #[must_use]
    pub fn all(&self) -> &[Kept] {
        &self.runs
    }

    /// How many were dropped to bound the memory.
    #[must_use]
    pub fn dropped(&self) -> usize {
        self.dropped
    }

    /// The run of a number.
    #[must_use]
    pub fn get(&self, id: RunId) -> Option<&Kept> {
        self.runs.iter().find(|run| run.id == id)
    }

    pub(crate) fn get_mut(&mut self, id: RunId) -> Option<&mut Kept> {
        self.runs.iter_mut().find(|run| run.id == id)
    }

    pub(crate) fn remove(&mut self, id: RunId) {
        self.runs.retain(|run| run.id != id);
    }

    /// The candidates of a batch in their order.
    pub fn batch(&self, batch: RunId) -> impl Iterator<Item = &Kept> {
        self.runs
            .iter()
            .filter(move |run| run.candidate.batch == batch)
    }

    /// The latest batch of more than one candidate.
    #[must_use]
    pub fn latest_batch(&self) -> Option<RunId> {
        let several = self.runs.iter().rev();
        several
            .map(|run| run.candidate)
            .find(|candidate| candidate.of > 1)
            .map(|candidate| candidate.batch)
    }
}
