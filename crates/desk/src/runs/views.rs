//! What is looked at: the sides of a comparison, moments of the run, the spread of the
//! candidates, the histogram.

use std::sync::Arc;

use engine::Fourier;
use imaging::Photo;

use super::compare::{Manner, Side};
use super::kept::RunId;
use super::spread::Spread;
use super::state::RunsState;
use super::study::Histogram;
use super::{Page, RunCommand};
use crate::photo::command::settle;
use crate::photo::content::Content;
use crate::photo::view::Show;
use crate::request::BoxedRequest;
use crate::runs::CountLevels;
use crate::runs::FindSpread;

impl RunsState {
    /// Shows a run without accepting it.
    pub(crate) fn show_run(&mut self, id: RunId) {
        let runs = &mut self.runs;
        runs.comparison.right = if runs.accepted() == Some(id) {
            Side::Result
        } else {
            Side::Run(id)
        };
        self.bring_forward();
    }

    /// Compares a run with what is shown.
    pub(crate) fn compare_with(&mut self, id: RunId) {
        self.runs.comparison.left = Side::Run(id);
        self.view.show = Show::Split;
    }

    /// Shows or hides where the candidates disagree.
    pub(crate) fn toggle_spread(&mut self) -> Option<BoxedRequest> {
        self.runs.spread_visible = !self.runs.spread_visible;
        if self.view.show == Show::Original && self.run.is_none() {
            self.bring_forward();
        }
        self.refresh_spread()
    }

    /// Looks at a moment of the run, by its place in the filmstrip; none returns.
    pub(crate) fn inspect(&mut self, frame: Option<usize>) {
        let runs = &mut self.runs;
        let last = runs.frames.all().len().checked_sub(1);
        runs.inspected = frame.zip(last).map(|(frame, last)| frame.min(last));
        if runs.inspected.is_some() {
            self.view.show = Show::Original;
        }
    }

    /// Why one of these cannot be carried out.
    pub(crate) fn looks_obstacle(&self, command: &RunCommand) -> Option<String> {
        let missing = |side: &Side| {
            self.content(*side)
                .is_none()
                .then(|| "There is no such picture".to_owned())
        };
        match command {
            RunCommand::Left(side) | RunCommand::Right(side) => missing(side),
            RunCommand::Compare(manner) => {
                let comparison = self.runs.comparison;
                missing(&comparison.left)
                    .or_else(|| missing(&comparison.right))
                    .map(|_| "There is nothing to compare yet".to_owned())
                    .or_else(|| self.difference_obstacle(*manner))
            }
            RunCommand::ToggleSpread => (!self.runs.spread_visible)
                .then(|| self.spread_obstacle())
                .flatten(),
            RunCommand::Inspect(Some(_)) if self.runs.frames.all().is_empty() => {
                Some("No steps have been seen yet".to_owned())
            }
            _ => None,
        }
    }

    fn difference_obstacle(&self, manner: Manner) -> Option<String> {
        let (left, right) = self.compared()?;
        (manner == Manner::Difference && left.size() != right.size())
            .then(|| "The pictures differ in size".to_owned())
    }

    fn spread_obstacle(&self) -> Option<String> {
        (self.batch_pictures().len() < 2)
            .then(|| "At least two candidates are needed to see where they disagree".to_owned())
    }

    /// The undamaged photo, when a simulation made the damage.
    #[must_use]
    pub fn truth(&self) -> Option<&Arc<Photo>> {
        self.runs.simulation.as_ref().map(|s| &s.truth)
    }

    /// The picture of a side, if there is one.
    #[must_use]
    pub fn content(&self, side: Side) -> Option<Content> {
        let document = self.document.as_ref()?;
        match side {
            Side::Original => Some(Content::Whole(Arc::clone(&document.photo))),
            Side::Result => {
                let result = document.result.as_ref()?;
                Some(Content::Whole(Arc::clone(&result.photo)))
            }
            Side::Run(id) => self.runs.archive.get(id)?.content.clone(),
            Side::Truth => self.truth().cloned().map(Content::Whole),
        }
    }

    /// Both sides of the comparison.
    #[must_use]
    pub fn compared(&self) -> Option<(Content, Content)> {
        let comparison = self.runs.comparison;
        Some((
            self.content(comparison.left)?,
            self.content(comparison.right)?,
        ))
    }

    /// What can be chosen for a side, with its name.
    #[must_use]
    pub fn sides(&self) -> Vec<(Side, String)> {
        let runs = self.runs.archive.all().iter().rev();
        let runs = runs
            .filter(|run| run.content.is_some())
            .map(|run| Side::Run(run.id));
        [Side::Original, Side::Result, Side::Truth]
            .into_iter()
            .filter(|side| self.content(*side).is_some())
            .chain(runs)
            .map(|side| (side, self.side_name(side)))
            .collect()
    }

    /// What the open picture is, where it only stands for a measurement that cannot be shown.
    #[must_use]
    pub fn stand_in(&self) -> Option<&'static str> {
        let simulation = self.runs.simulation.as_deref()?;
        simulation.spectrum.as_ref()?;
        Some(match simulation.recipe.operator.fourier()? {
            Fourier::Complex => "Zero-filled: what the measured lines alone give. Not a photo",
            Fourier::Magnitudes => "The magnitudes without phases, transformed back. Not a photo",
        })
    }

    /// What a side is called.
    #[must_use]
    pub fn side_name(&self, side: Side) -> String {
        match side {
            Side::Original => match self.runs.simulation.as_deref() {
                None => "Original".to_owned(),
                Some(simulation) if simulation.spectrum.is_some() => "Zero-filled".to_owned(),
                Some(_) => "Damaged".to_owned(),
            },
            Side::Result => "Restored".to_owned(),
            Side::Truth => "Truth".to_owned(),
            Side::Run(id) => match self.runs.archive.get(id) {
                Some(run) => format!("{id}, seed {}", run.recipe.seed),
                None => id.to_string(),
            },
        }
    }

    /// The picture that is in front, if one is: what a histogram or a read-out speaks of.
    #[must_use]
    pub fn in_front(&self) -> Option<Content> {
        let side = match self.view.show {
            Show::Original => Side::Original,
            Show::Split | Show::Restored => self.runs.comparison.right,
        };
        self.content(side)
    }

    /// The picture that can be seen at a canvas position, with the position in ITS pixels; `None`
    /// outside of it.
    #[must_use]
    pub fn picture_at(&self, at: (f32, f32)) -> Option<(Content, usize, usize)> {
        let comparison = self.runs.comparison;
        let (x, y) = self.view.to_photo(at);
        let photo = &self.document.as_ref()?.photo;
        let middle = self.view.viewport.left + self.view.viewport.width / 2.0;
        let is_right = match comparison.manner {
            Manner::Split => x >= self.view.divider * photo.width() as f32,
            Manner::SideBySide => at.0 >= middle,
            Manner::Difference => true,
        };
        let side = match self.view.show {
            _ if self.view.peeking => Side::Original,
            Show::Original => Side::Original,
            Show::Split if !is_right => comparison.left,
            Show::Split | Show::Restored => comparison.right,
        };
        let content = self.content(side)?;
        let (width, height) = content.size();
        let ratio = width as f32 / photo.width() as f32;
        let (x, y) = (x * ratio, y * ratio);
        let inside = x >= 0.0 && y >= 0.0 && x < width as f32 && y < height as f32;
        inside.then_some((content, x as usize, y as usize))
    }

    /// After anything that may have taken a picture away: every side that is shown exists, and
    /// what is shown fits.
    pub(crate) fn settle_sides(&mut self) {
        let comparison = self.runs.comparison;
        if self.content(comparison.left).is_none() {
            self.runs.comparison.left = Side::Original;
        }
        if self.content(comparison.right).is_none() {
            self.runs.comparison.right = Side::Result;
        }
        if self.content(self.runs.comparison.right).is_none() && self.view.show != Show::Original {
            self.view.show = Show::Original;
        }
        let manner = self.runs.comparison.manner;
        if self.difference_obstacle(manner).is_some() {
            self.runs.comparison.manner = Manner::Split;
        }
        self.runs.blending &= self.blend_obstacle().is_none();
        self.runs.spread_visible &= self.spread_obstacle().is_none();
        let manner = self.runs.comparison.manner;
        let halved = self.view.show == Show::Split && manner == Manner::SideBySide;
        if std::mem::replace(&mut self.view.side_by_side, halved) != halved
            && let Some(document) = &self.document
        {
            let (width, height) = (document.photo.width(), document.photo.height());
            settle(&mut self.view, width, height);
        }
    }

    /// The pictures of the latest batch.
    pub(crate) fn batch_pictures(&self) -> Vec<(RunId, Content)> {
        let archive = &self.runs.archive;
        let batch = archive.latest_batch().into_iter();
        batch
            .flat_map(|batch| archive.batch(batch))
            .filter(|run| run.ending == super::active::Ending::Finished)
            .filter_map(|run| Some((run.id, run.content.clone()?)))
            .collect()
    }

    /// Asks for the spread of the latest batch if it is shown and not known.
    pub(crate) fn refresh_spread(&self) -> Option<BoxedRequest> {
        let question = self.batch_pictures();
        let known = self.runs.spread.as_ref().map(|spread| &spread.runs[..]);
        let wanted: Vec<RunId> = question.iter().map(|(id, _)| *id).collect();
        (self.runs.spread_visible && wanted.len() > 1 && known != Some(&wanted[..]))
            .then_some(FindSpread(question).into())
    }

    /// The spread is known, or cannot be.
    pub(crate) fn spread_known(&mut self, spread: Option<Spread>) {
        match spread {
            Some(spread) => self.runs.spread = Some(Arc::new(spread)),
            None => self.runs.spread_visible = false,
        }
    }

    /// Asks for the histogram of what is in front, if it is looked at and not known.
    pub(crate) fn refresh_histogram(&mut self) -> Option<BoxedRequest> {
        if !self.view.drawer_open || self.runs.page != Page::Quality {
            return None;
        }
        let front = self.in_front()?;
        let known = self.runs.histogram.as_ref().map(|(of, _)| of);
        let counted = known.or(None).is_some_and(|of| of.same(&front));
        let counting = self.runs.counting.as_ref();
        if counted || counting.is_some_and(|of| of.same(&front)) {
            return None;
        }
        self.runs.counting = Some(front.clone());
        Some(CountLevels(front).into())
    }

    pub(crate) fn counted(&mut self, of: Content, histogram: Option<Histogram>) {
        if self.runs.counting.as_ref().is_some_and(|c| c.same(&of)) {
            self.runs.counting = None;
        }
        if let Some(histogram) = histogram {
            self.runs.histogram = Some((of, Arc::new(histogram)));
        }
    }
}
