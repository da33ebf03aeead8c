//! Building on a result: it becomes the photo that is worked on, so that the next scratch is mended in
//! a picture whose first one is mended already.
//!
//! An undoable step. The photo as it was, with its mask and its runs, waits in the step.

use std::sync::Arc;

use imaging::{Mask, Photo};

use super::Runs;
use super::state::RunsState;
use crate::common::history::{AnyStep, Step};
use crate::common::notice::Notice;
use crate::mask::document::{Document, Restored};
use crate::photo::view::Show;

/// A photo with everything that belongs to it.
#[derive(Clone, Debug)]
struct Stage {
    photo: Arc<Photo>,
    mask: Arc<Mask>,
    result: Option<Restored>,
    sha256: Option<String>,
    built: bool,
    runs: Runs,
}

/// A result became the photo to work on.
#[derive(Debug)]
struct StageStep {
    /// The photo before, with all that belongs to it.
    before: Stage,
    /// The result as a photo.
    after: Stage,
}

impl Step for StageStep {
    type State = RunsState;

    fn title(&self) -> String {
        "Build on the result".to_owned()
    }

    fn bytes(&self) -> usize {
        // What comes after is open.
        self.before.photo.image().as_bytes().len() + self.before.mask.data().len()
    }

    fn exchanges_photo(&self) -> bool {
        true
    }

    fn replay(&self, forwards: bool, state: &mut RunsState) {
        let stage = if forwards { &self.after } else { &self.before };
        state.enter(stage.clone());
    }
}

impl RunsState {
    /// Why there is nothing to build on.
    pub(crate) fn building_obstacle(&self) -> Option<String> {
        let result = self.document.as_ref().is_some_and(|d| d.result.is_some());
        let reason = if !result {
            "There is nothing restored yet"
        } else if self.run.is_some() || !self.runs.queue.is_empty() {
            "Let the restorations end first, or stop them"
        } else if self.runs.simulation.is_some() {
            "This photo is simulated; its result is for measuring"
        } else {
            return None;
        };
        Some(reason.to_owned())
    }

    /// The result becomes the photo. What was drawn of the photo before is of the past.
    pub(crate) fn build_on_result(&mut self) {
        self.end_stroke();
        let Some(photo) = self
            .document
            .as_ref()
            .and_then(|d| Some(Arc::clone(&d.result.as_ref()?.photo)))
        else {
            return;
        };
        let Some(before) = self.stage() else { return };
        let mask = self.marks_left(&before.mask, &photo);
        let left = mask.count();
        let after = Stage {
            mask: Arc::new(mask),
            photo,
            result: None,
            sha256: None,
            built: true,
            runs: self.runs.afresh(),
        };
        self.enter(after.clone());
        self.history.push(StageStep { before, after });
        self.notice = Some(Notice::success(if left == 0 {
            "The result is the photo now. Mark what comes next, or undo to have the old one back."
        } else {
            "The result is the photo now, with the marks that it did not restore."
        }));
    }

    /// What is marked and was not restored yet in the result that is built on.
    fn marks_left(&self, marks: &Mask, result: &Photo) -> Mask {
        let taken = self.runs.taken.as_ref().and_then(|taken| taken.run);
        let restored = taken.and_then(|run| self.job_of(run)?.mask);
        match restored {
            Some(restored) if marks.bounds() == result.bounds() => marks.without(&restored),
            _ => Mask::new(result.width(), result.height()),
        }
    }

    /// The photo as it is now.
    fn stage(&self) -> Option<Stage> {
        let document = self.document.as_ref()?;
        Some(Stage {
            photo: Arc::clone(&document.photo),
            mask: Arc::clone(&document.mask),
            result: document.result.clone(),
            sha256: document.sha256.clone(),
            built: document.built,
            runs: self.runs.clone(),
        })
    }

    /// Puts a photo with everything that belongs to it in place, without a step: for undo and redo.
    fn enter(&mut self, stage: Stage) {
        let Some(old) = &self.document else { return };
        let size = (stage.photo.width(), stage.photo.height());
        let resized = size != (old.photo.width(), old.photo.height());
        let mut document = Document::with_mask(old.source.clone(), stage.photo, stage.mask);
        document.result = stage.result;
        document.sha256 = stage.sha256;
        document.built = stage.built;
        let restored = document.result.is_some();
        self.document = Some(document);
        let page = self.runs.page;
        self.runs = stage.runs.numbered_after(&self.runs);
        self.runs.page = page;
        self.finder.forget();
        self.notice = None;
        self.view.show = if restored {
            Show::Restored
        } else {
            Show::Original
        };
        if resized {
            self.view.fit(size.0, size.1);
        }
        self.settle_sides();
    }

    /// Why a step cannot be undone, or done again: it would exchange the photo under a run.
    pub(crate) fn exchange_obstacle(&self, step: Option<&AnyStep>) -> Option<String> {
        (self.is_busy() && step.is_some_and(AnyStep::exchanges_photo))
            .then(|| "Let the restorations end first, or stop them".to_owned())
    }
}
