//! Going on from a moment of a run: from a frame of the filmstrip, or from where a run was stopped.
//!
//! It is the run's own recipe, at the noise level that was left, with the next seed: a fresh draw that
//! begins at the estimate. The recipe names the estimates, and the run keeps them, so that it can be
//! drawn again.

use std::sync::Arc;

use engine::{Estimate, Job, Start};

use super::active::Ending;
use super::frames::Frames;
use super::kept::{Kept, RunId};
use super::state::RunsState;
use crate::recipe::settings::Settings;
use crate::request::BoxedRequest;

const GONE: &str = "This run is not kept any more";
const NOTHING: &str = "Choose a step in the filmstrip, or stop a run";

/// What is gone on from.
enum From {
    /// A frame of the filmstrip.
    Moment(usize),
    /// Where a run was stopped.
    Stop(Arc<Start>),
}

impl Frames {
    /// Why a frame cannot be gone on from, in words; asked every frame of the window, so it copies
    /// no pixel.
    fn start_obstacle(&self, index: usize) -> Option<String> {
        let Some(frame) = self.all().get(index) else {
            return Some(NOTHING.to_owned());
        };
        if !self.keeps_all_done() {
            return Some(format!(
                "This run restored more than can be kept to go on from: {} MB",
                Self::EXACT_BYTES >> 20
            ));
        }
        let open = frame.level > 0.0;
        if open && !frame.is_exact() {
            return Some(self.kept_small(index));
        }
        let done = |window| self.done_by(frame.done).any(|e| e.window == window);
        (!open && self.windows.iter().all(|window| done(*window)))
            .then(|| "This is the end of the run; choose an earlier step".to_owned())
    }

    fn kept_small(&self, index: usize) -> String {
        let text = "Of so large a picture not every step is kept in full, and this one is not";
        let exact = self.all().iter().enumerate();
        let nearest = exact
            .filter(|(_, frame)| frame.is_exact())
            .min_by_key(|(other, _)| other.abs_diff(index));
        match nearest {
            Some((_, frame)) => format!("{text}; the nearest that is is step {}", frame.done),
            None => text.to_owned(),
        }
    }

    /// What is known at a frame of all windows that were begun.
    fn start(&self, index: usize) -> Start {
        let Some(frame) = self.all().get(index) else {
            return Start::default();
        };
        let mut estimates: Vec<Estimate> = self.done_by(frame.done).cloned().collect();
        // The result of a window counts, not what was last seen of it.
        if !estimates.iter().any(|e| e.window == frame.window) {
            estimates.extend(frame.estimate());
        }
        Start { estimates }
    }
}

impl RunsState {
    /// Where the run under way stands, to be kept when it is stopped.
    pub(crate) fn reached(&self) -> Option<Arc<Start>> {
        let frames = &self.runs.frames;
        let last = frames.all().len().checked_sub(1)?;
        let behind = frames.last_done() > frames.all()[last].done;
        if behind && frames.keeps_all_done() {
            // The window after the last frame's was done before anything was seen of it.
            let estimates: Vec<_> = frames.done_by(usize::MAX).cloned().collect();
            let some_are_left = estimates.len() < frames.windows.len();
            return some_are_left.then(|| Arc::new(Start { estimates }));
        }
        let obstacle = frames.start_obstacle(last);
        obstacle
            .is_none()
            .then(|| Arc::new(frames.start(last)))
            .filter(|start| !start.estimates.is_empty())
    }

    /// Which run is gone on from, and where: one that was stopped, or what is looked at.
    fn going_on(&self, run: Option<RunId>) -> Result<(RunId, From), String> {
        let (id, from) = match run {
            Some(id) => (id, From::Stop(self.reached_by(id)?)),
            None => self.moment_in_sight()?,
        };
        let active = self.runs.active.as_ref().filter(|ticket| ticket.id == id);
        let kept = || self.runs.archive.get(id).map(|run| &run.recipe);
        let recipe = active.map(|ticket| &ticket.job.recipe).or_else(kept);
        match engine::start_obstacle(&recipe.ok_or(GONE)?.sampler) {
            Some(reason) => Err(reason),
            None => Ok((id, from)),
        }
    }

    fn reached_by(&self, id: RunId) -> Result<Arc<Start>, String> {
        let run = self.runs.archive.get(id);
        let run = run.ok_or(GONE)?;
        run.reached.clone().ok_or_else(|| {
            let reason = match run.ending {
                Ending::Finished => "This run came to its end; choose one of its steps instead",
                Ending::Stopped => "This run was stopped before there was anything to go on from",
                Ending::Failed(_) => "This run failed",
            };
            reason.to_owned()
        })
    }

    /// The inspected frame, or where the latest run was stopped.
    fn moment_in_sight(&self) -> Result<(RunId, From), String> {
        let frames = &self.runs.frames;
        let id = frames.run.ok_or(NOTHING)?;
        if let Some(index) = self.runs.inspected {
            let reason = frames.start_obstacle(index);
            return reason.map_or(Ok((id, From::Moment(index))), Err);
        }
        if self.run.is_some() {
            return Err(NOTHING.to_owned());
        }
        Ok((id, From::Stop(self.reached_by(id)?)))
    }

    /// What a run was asked to do.
    pub(crate) fn job_of(&self, id: RunId) -> Option<Job> {
        if let Some(ticket) = self.runs.active.as_ref().filter(|ticket| ticket.id == id) {
            return Some(ticket.job.clone());
        }
        self.kept_job(self.runs.archive.get(id)?)
    }

    /// What a run that is kept was asked to do.
    fn kept_job(&self, run: &Kept) -> Option<Job> {
        let mut recipe = run.recipe.clone();
        // Where to compute is today's choice, not part of what is drawn.
        recipe.device = self.settings.device;
        let document = self.document.as_ref()?;
        let masked = recipe.operator.contains("inpaint");
        let mask = masked.then(|| match (&run.mask, &run.content) {
            (Some(mask), _) => Arc::clone(mask),
            (None, Some(super::Content::Patched(_, changed))) => Arc::new(changed.mask()),
            (None, _) => Arc::clone(&document.mask),
        });
        let scene = self.scene_for(&recipe.operator);
        Some(Job {
            photo: Arc::clone(&document.photo),
            mask,
            scene,
            recipe,
            start: run.start.clone(),
        })
    }

    /// Why it cannot be gone on.
    pub(crate) fn going_on_obstacle(&self, run: Option<RunId>) -> Option<String> {
        self.going_on(run).err().or_else(|| {
            if self.runs.simulating {
                return Some("One moment: the damage is being simulated".to_owned());
            }
            self.room_obstacle(1)
        })
    }

    /// Goes on, now or when it is its turn.
    pub(crate) fn go_on_from(&mut self, run: Option<RunId>) -> Option<BoxedRequest> {
        let (id, from) = self.going_on(run).ok()?;
        let job = self.job_of(id)?;
        let start = match from {
            From::Moment(index) => Arc::new(self.runs.frames.start(index)),
            From::Stop(start) => start,
        };
        let mut recipe = job.recipe;
        // The noise of the same seed is in the estimate already.
        recipe.seed = (recipe.seed + 1) % (Settings::SEED_MAX + 1);
        recipe.from = Some(start.sha256());
        self.runs.inspected = None;
        let job = Job {
            recipe,
            start: Some(start),
            ..job
        };
        self.enqueue(job, 1)
    }
}
