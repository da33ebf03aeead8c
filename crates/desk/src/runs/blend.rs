//! Accepting a run patch by patch: one scratch from this candidate, the next from another.

use std::sync::Arc;

use super::state::RunsState;
use super::{Manner, Side, Taken};
use crate::photo::changed::Changed;
use crate::photo::content::Content;
use crate::photo::view::Show;

/// How far from a patch a click may fall, in points of the screen.
const REACH: f32 = 10.0;

impl RunsState {
    pub(crate) fn blend_obstacle(&self) -> Option<String> {
        let shown = self.runs.shown();
        let reason = match shown.map(|run| &run.content) {
            None => "Choose a candidate other than the current result first",
            Some(Some(Content::Patched(..))) => {
                match self.runs.taken.as_ref().map(|t| &t.content) {
                    Some(Content::Patched(..)) => return None,
                    _ => "The current result is of the whole picture; it has no patches",
                }
            }
            Some(_) => "This run restored the whole picture; it has no patches",
        };
        Some(reason.to_owned())
    }

    /// Turns it on: the result on the left, where what is taken over appears at once, the
    /// candidate on the right.
    pub(crate) fn blend(&mut self, on: bool) {
        self.runs.blending = on;
        if on {
            self.runs.comparison.left = Side::Result;
            self.runs.comparison.manner = Manner::SideBySide;
            self.view.show = Show::Split;
        }
    }

    /// Takes over the shown run inside the patch at a photo position, as an undoable step.
    pub(crate) fn blend_at(&mut self, at: (f32, f32)) {
        let reach = REACH / self.view.scale();
        let Some(shown) = self.runs.shown() else {
            return;
        };
        let (Some(Content::Patched(base, candidate)), Some(taken)) =
            (&shown.content, &self.runs.taken)
        else {
            return;
        };
        let (Content::Patched(_, current), Some(part)) =
            (&taken.content, candidate.part_at(at, reach))
        else {
            return;
        };
        let blended = Taken {
            run: Some(shown.id),
            blended: true,
            content: Content::Patched(Arc::clone(base), Arc::new(part.over(current))),
            report: shown.report.clone().unwrap_or_else(|| taken.report.clone()),
        };
        self.take(blended);
    }

    /// The outline of what a click would take over now.
    #[must_use]
    pub fn blend_target(&self, at: (f32, f32)) -> Option<Changed> {
        let shown = self.runs.blending.then(|| self.runs.shown()).flatten()?;
        match &shown.content {
            Some(Content::Patched(_, changed)) => changed.part_at(at, REACH / self.view.scale()),
            _ => None,
        }
    }
}
