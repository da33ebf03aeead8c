//! What the worker says: progress, previews, and exactly one terminal event for each job.

use std::sync::Arc;
use std::time::{Duration, Instant};

use imaging::{Photo, Planar, Rect};

use crate::checkpoints::Imported;
use crate::device::DeviceInfo;
use crate::error::EngineError;
use crate::report::Report;
use crate::start::Estimate;
use crate::timing::Pace;

/// Names one submitted job; numbers grow by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(pub u64);

/// From the worker, in order. For each job: `Preparing`*, `Started`?, `Progress`* with any number of
/// `Within` before each and a `Window` at the end of a window, then exactly one of `Finished`, `Stopped`,
/// `Imported`, `Timed`, `Failed`.
#[derive(Clone, Debug)]
pub enum Event {
    /// Something slow happens before the first step (loading a prior, preparing the GPU).
    Preparing {
        /// The job.
        job: JobId,
        /// One line for a person.
        message: String,
    },
    /// The plan is made and sampling begins.
    Started {
        /// The job.
        job: JobId,
        /// What will be done.
        plan: Plan,
    },
    /// A step is done.
    Progress(Progress),
    /// A step of many tiles goes on.
    Within(Within),
    /// A window is done. Always arrives.
    Window {
        /// The job.
        job: JobId,
        /// Steps done over all windows.
        done: usize,
        /// Its result, at level 0: what another run can take over.
        estimate: Estimate,
    },
    /// The job is done. Terminal.
    Finished {
        /// The job.
        job: JobId,
        /// The result.
        outcome: Outcome,
    },
    /// The job was stopped on request. Terminal.
    Stopped {
        /// The job.
        job: JobId,
        /// The best so far: finished windows, and the last `x0_hat` of the current one if it
        /// was at least half done (before, it is too coarse). `None` if that is nothing.
        outcome: Option<Outcome>,
    },
    /// The checkpoint was imported. Terminal.
    Imported {
        /// The job.
        job: JobId,
        /// What was written, and where.
        imported: Box<Imported>,
    },
    /// The prior was timed. Terminal.
    Timed {
        /// The job.
        job: JobId,
        /// How long it takes.
        pace: Pace,
    },
    /// The job failed; the next one can run. Terminal.
    Failed {
        /// The job.
        job: JobId,
        /// Why.
        error: Arc<EngineError>,
    },
}

impl Event {
    /// The job it speaks of.
    #[must_use]
    pub fn job(&self) -> JobId {
        match self {
            Self::Preparing { job, .. }
            | Self::Started { job, .. }
            | Self::Window { job, .. }
            | Self::Finished { job, .. }
            | Self::Stopped { job, .. }
            | Self::Imported { job, .. }
            | Self::Timed { job, .. }
            | Self::Failed { job, .. } => *job,
            Self::Progress(progress) => progress.job,
            Self::Within(within) => within.job,
        }
    }

    /// Whether it ends its job.
    #[must_use]
    pub fn is_terminal(&self) -> bool {
        matches!(
            self,
            Self::Finished { .. }
                | Self::Stopped { .. }
                | Self::Imported { .. }
                | Self::Timed { .. }
                | Self::Failed { .. }
        )
    }
}

/// What a job will do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The windows sampled one after another, in pixels of the RESULT.
    pub windows: Vec<Rect>,
    /// Size of the result (width, height); larger than the input when enlarging.
    pub size: (usize, usize),
    /// Steps over all windows.
    pub steps: usize,
    /// Where it runs.
    pub device: DeviceInfo,
}

/// Where a job stands after a step.
#[derive(Clone, Debug, PartialEq)]
pub struct Progress {
    /// The job.
    pub job: JobId,
    /// The current window, from 0, and how many there are.
    pub window: usize,
    /// How many windows there are.
    pub windows: usize,
    /// Counts what is sampled: every coarser scale of a window, and the window.
    pub part: usize,
    /// Pixels of what is being sampled.
    pub pixels: usize,
    /// Steps done over all windows.
    pub done: usize,
    /// Steps over all windows.
    pub total: usize,
    /// Denoiser evaluations so far.
    pub evaluations: usize,
    /// Vector-Jacobian products so far.
    pub products: usize,
    /// Those of the products that ran the network once more.
    pub again: usize,
    /// Mean seconds for a step so far.
    pub seconds_per_step: f64,
    /// Estimated time left.
    pub remaining: Duration,
    /// Root mean square of `y - A x0_hat` over measured values, model range [-1, 1].
    pub residual: f64,
    /// What the noise explains: the recipe's noise level.
    pub noise: f64,
}

/// How far the step under way is, where an evaluation takes many tiles. At most ten a second; none for a
/// picture of one tile.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Within {
    /// The job.
    pub job: JobId,
    /// Steps done over all windows.
    pub done: usize,
    /// Steps over all windows.
    pub total: usize,
    /// The part of the next step that is done, 0 to 0.99; it never falls within a step.
    pub fraction: f64,
    /// Estimated time left of the whole job; `None` while it is too early to tell.
    pub remaining: Option<Duration>,
}

/// `x0_hat` of the current window, ready to show. Latest wins.
#[derive(Clone, Debug)]
pub struct Preview {
    /// The job.
    pub job: JobId,
    /// Where it belongs, in pixels of the RESULT.
    pub window: Rect,
    /// The window at [`size`](Self::size), packed RGBA, opaque: `4 * width * height` bytes. When
    /// inpainting, pixels outside the mask are already those of the photo.
    pub rgba: Vec<u8>,
    /// The estimate as it was computed, sRGB floats in `[0, 1]`: what a run can go on from. `None` on
    /// the way where the window has more than [`Preview::EXACT_PIXELS`].
    pub exact: Option<Arc<Planar>>,
    /// Steps done over all windows.
    pub done: usize,
    /// When the last of them was done.
    pub made: Instant,
    /// The noise level `sigma_t` of the next step, from which a run can go on; 0 when the window is
    /// done. Says nothing of samplers that do not follow the reverse process.
    pub level: f64,
}

impl Preview {
    /// The longer side of what is shown, in pixels, at most: as much as a screen shows of a picture.
    pub const SIDE: usize = 2048;
    /// Windows of more pixels are read back whole when they are done, and not for every preview.
    pub const EXACT_PIXELS: usize = 1 << 22;

    /// Width and height of what is shown of a window: its own, or every n-th part of it.
    #[must_use]
    pub fn size_of(window: Rect) -> (usize, usize) {
        let every = Self::reduction(window);
        let side = |length: usize| (length / every).max(length.min(1));
        (side(window.width), side(window.height))
    }

    /// Width and height of [`rgba`](Self::rgba).
    #[must_use]
    pub fn size(&self) -> (usize, usize) {
        Self::size_of(self.window)
    }

    /// Pixels of a window along a side of one that is shown.
    pub(crate) fn reduction(window: Rect) -> usize {
        let longer = window.width.max(window.height);
        longer.div_ceil(Self::SIDE).max(1)
    }
}

/// A restored picture and how it came about.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The restored photo at the input's depth with its metadata.
    pub photo: Arc<Photo>,
    /// What was done and what it cost.
    pub report: Report,
}
