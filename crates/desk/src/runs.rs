//! The runs of the open photo: waiting, kept, compared, and the one that is the current result.

pub(crate) mod active;
mod apply;
mod average;
mod blend;
mod command;
mod compare;
mod copy_text;
mod count_levels;
mod estimate_work;
mod estimating;
mod find_spread;
mod frames;
mod gauge;
mod gauging;
mod going_on;
mod import_progress;
mod keep;
mod kept;
pub(crate) mod log;
mod measure_estimate;
pub(crate) mod packed;
mod result_step;
mod resume;
pub(crate) mod running;
mod set_paused;
mod simulate;
mod simulation;
mod spread;
mod stage;
pub(crate) mod state;
mod stop;
mod study;
mod submit;
mod summarise;
pub(crate) mod telling;
pub(crate) mod time_estimate;
mod time_prior;
mod views;
mod words;

#[cfg(test)]
mod estimating_tests;
#[cfg(test)]
mod run_tests;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::sync::Arc;

use engine::Report;
use imaging::Mask;

pub use crate::photo::changed::Changed;
pub(crate) use crate::photo::changed::Place;
pub use crate::photo::content::Content;
pub use command::{Page, RunCommand};
pub use compare::{Comparison, MAGNIFIED, Manner, Side, difference};
pub(crate) use copy_text::CopyText;
pub(crate) use count_levels::CountLevels;
pub(crate) use estimate_work::EstimateWork;
pub(crate) use find_spread::FindSpread;
pub use frames::{Frame, Frames};
pub use gauge::{Gauge, Live};
pub use kept::{Archive, Candidate, Kept, RunId, Ticket};
pub(crate) use measure_estimate::MeasureEstimate;
pub(crate) use set_paused::SetPaused;
pub use simulation::{Damage, Simulation};
pub use spread::{Spread, colour};
pub(crate) use stop::Stop;
pub use study::{Histogram, Question, Scores, Study, Thumbnail, study};
pub(crate) use submit::Submit;
pub(crate) use summarise::Summarise;
pub(crate) use time_prior::TimePrior;
pub use words::{noise_in_words, recipe_in_a_line, recipe_in_words};

/// What is the current result, and which run it came from; `None` for one that was opened with
/// the photo.
#[derive(Clone, Debug)]
pub struct Taken {
    /// The run it came from; the last one when several were blended.
    pub run: Option<RunId>,
    /// Whether it is made of several runs: patch by patch, or their average.
    pub blended: bool,
    /// The picture.
    pub content: Content,
    /// How it came about.
    pub report: Report,
}

impl PartialEq for Taken {
    /// Pictures are the same only if they are the very same: comparing pixels would take long.
    fn eq(&self, other: &Self) -> bool {
        self.run == other.run && self.content.same(&other.content) && self.report == other.report
    }
}

/// See the module.
#[derive(Clone, Debug, Default)]
pub struct Runs {
    /// Runs that ended.
    pub archive: Archive,
    /// Restorations that wait for the worker, first come, first served.
    pub queue: VecDeque<Ticket>,
    /// Handed to the worker, but not yet under a job's number.
    pub(crate) pending: Option<Ticket>,
    /// The one under way.
    pub active: Option<Ticket>,
    /// Whether the run under way only has to end: the mask is free, its result is kept aside.
    pub yielded: bool,
    /// Whether marks are being made for the next run while this one goes on.
    pub marking: bool,
    /// Whether it is being asked if the run may be stopped for painting.
    pub asking: bool,
    /// The current result.
    pub taken: Option<Taken>,
    /// What is compared with what.
    pub comparison: Comparison,
    /// The page of the drawer.
    pub page: Page,
    /// Whether clicks accept the shown run patch by patch.
    pub blending: bool,
    /// Where the candidates disagree, once computed.
    pub spread: Option<Arc<Spread>>,
    /// Whether that is shown.
    pub spread_visible: bool,
    /// The filmstrip of the latest run.
    pub frames: Frames,
    /// Whether an estimate is being measured against the truth.
    gauging: bool,
    /// The one that is measured next.
    to_gauge: Option<Box<Gauge>>,
    /// The frame that is looked at instead of the latest.
    pub inspected: Option<usize>,
    /// The histogram of the picture that is shown, and of which one it is.
    pub histogram: Option<(Content, Arc<Histogram>)>,
    /// The picture whose histogram is being counted.
    pub(crate) counting: Option<Content>,
    /// Which run the export dialog stores; the current result when none.
    pub exporting: Option<RunId>,
    /// The damage that was simulated, with all that waits for its end.
    pub simulation: Option<Box<Simulation>>,
    /// The seed of simulated noise.
    pub simulation_seed: u64,
    /// Whether a simulation is being computed.
    pub simulating: bool,
    /// Whether what was handed to the worker was asked for just now, and did not wait.
    direct: bool,
    last: u64,
}

impl Runs {
    /// Restorations that may wait at once.
    pub const MOST_WAITING: usize = 32;

    /// For another photo: nothing but the page that is open stays.
    pub(crate) fn afresh(&self) -> Self {
        Self {
            page: self.page,
            simulation_seed: self.simulation_seed,
            frames: self.frames.emptied(),
            // Numbers go on, so that a late answer is never taken for one about a new run.
            last: self.last,
            ..Self::default()
        }
    }

    /// These, with numbers that go on after those of `other`.
    pub(crate) fn numbered_after(mut self, other: &Self) -> Self {
        self.last = self.last.max(other.last);
        self
    }

    fn number(&mut self) -> RunId {
        self.last += 1;
        RunId(self.last)
    }

    /// The run that is shown on the right, if it is not the current result already.
    #[must_use]
    pub fn shown(&self) -> Option<&Kept> {
        match self.comparison.right {
            Side::Run(id) => self.archive.get(id),
            _ => None,
        }
    }

    /// What the run under way restores already, while marks are made for the next one.
    #[must_use]
    pub fn marked_before(&self) -> Option<&Arc<Mask>> {
        let active = self.active.as_ref().filter(|_| self.marking)?;
        active.job.mask.as_ref()
    }

    /// The run the current result is.
    #[must_use]
    pub fn accepted(&self) -> Option<RunId> {
        let taken = self.taken.as_ref().filter(|taken| !taken.blended);
        taken.and_then(|taken| taken.run)
    }
}
