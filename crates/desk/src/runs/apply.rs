//! Carries out what a person does with runs, and says what stands in its way.

use std::sync::Arc;

use engine::Job;
use imaging::Photo;

use super::kept::{Candidate, Kept, RunId, Ticket};
use super::result_step::ResultStep;
use super::state::RunsState;
use super::{RunCommand, Runs, Side, Submit, Taken};
use crate::common::notice::Notice;
use crate::mask::document::Restored;
use crate::photo::view::Show;
use crate::recipe::settings::Settings;
use crate::request::{BoxedRequest, Requests};
use crate::runs::CopyText;
use crate::runs::SetPaused;
use crate::runs::Stop;

const GONE: &str = "This run is not kept any more";

impl RunsState {
    pub(crate) fn apply_runs(&mut self, command: RunCommand, requests: &mut Requests) {
        match command {
            RunCommand::Turn(page) => {
                self.view.drawer_open = true;
                self.runs.page = page;
            }
            RunCommand::Accept(id) => self.accept(id),
            RunCommand::Rerun(id) => requests.extend(self.rerun(id)),
            RunCommand::GoOn(run) => requests.extend(self.go_on_from(run)),
            RunCommand::CopyRecipe(id) => self.copy_recipe(id, requests),
            RunCommand::Delete(id) => self.delete(id),
            RunCommand::Unqueue(id) => self.runs.queue.retain(|ticket| ticket.id != id),
            RunCommand::ClearQueue => self.runs.queue.clear(),
            RunCommand::AskToEdit => self.runs.asking = true,
            RunCommand::KeepRunning => self.runs.asking = false,
            RunCommand::MarkMeanwhile => self.mark_meanwhile(),
            RunCommand::StopAndEdit => self.stop_and_edit(requests),
            RunCommand::Blend(on) => self.blend(on),
            RunCommand::BlendAt(at) => self.blend_at(at),
            RunCommand::Average => self.take_average(),
            RunCommand::BuildOn => self.build_on_result(),
            RunCommand::SimulationSeed(seed) => {
                self.runs.simulation_seed = seed.min(Settings::SEED_MAX);
            }
            RunCommand::Restore => self.restore(requests),
            RunCommand::TogglePause => self.toggle_pause(requests),
            RunCommand::Stop => self.stop_run(requests),
            RunCommand::Show(id) => self.show_run(id),
            RunCommand::CompareWith(id) => self.compare_with(id),
            RunCommand::ToggleSpread => requests.extend(self.toggle_spread()),
            RunCommand::Compare(manner) => {
                self.runs.comparison.manner = manner;
                self.view.show = Show::Split;
            }
            RunCommand::Left(side) => self.runs.comparison.left = side,
            RunCommand::Right(side) => self.runs.comparison.right = side,
            RunCommand::Swap => {
                let comparison = &mut self.runs.comparison;
                std::mem::swap(&mut comparison.left, &mut comparison.right);
            }
            RunCommand::Inspect(frame) => self.inspect(frame),
        }
        self.settle_sides();
    }

    fn copy_recipe(&mut self, id: RunId, requests: &mut Requests) {
        if let Some(run) = self.runs.archive.get(id) {
            requests.push(CopyText(run.recipe.to_json()).into());
            self.notice = Some(Notice::success(format!("The recipe of {id} is copied.")));
        }
    }

    fn delete(&mut self, id: RunId) {
        self.runs.archive.remove(id);
        // A session holds it still.
        self.log.results += 1;
    }

    fn mark_meanwhile(&mut self) {
        self.runs.asking = false;
        self.runs.marking = true;
        self.view.show = Show::Original;
        self.view.mask_visible = true;
    }

    /// Why a command on runs cannot be carried out; `None` if it can.
    pub(crate) fn runs_obstacle(&self, command: &RunCommand) -> Option<String> {
        let unless = |fine: bool, reason: &str| (!fine).then(|| reason.to_owned());
        let kept = |id: RunId| self.runs.archive.get(id);
        let pictured = |id: RunId| self.picture_obstacle(id);
        match command {
            RunCommand::Show(id) => pictured(*id),
            RunCommand::CompareWith(id) => pictured(*id).or_else(|| {
                let shown = self.runs.comparison.right;
                let itself = shown == Side::Run(*id)
                    || (shown == Side::Result && self.runs.accepted() == Some(*id));
                unless(
                    !itself,
                    "This run is shown; choose another to compare it with",
                )
            }),
            RunCommand::Accept(id) => pictured(*id).or_else(|| {
                unless(
                    self.runs.accepted() != Some(*id),
                    "This run is the current result",
                )
            }),
            RunCommand::CopyRecipe(id) | RunCommand::Delete(id) => {
                unless(kept(*id).is_some(), GONE)
            }
            RunCommand::Rerun(id) => unless(kept(*id).is_some(), GONE)
                .or_else(|| unless(!self.runs.simulating, "One moment"))
                .or_else(|| self.room_obstacle(1)),
            RunCommand::GoOn(run) => self.going_on_obstacle(*run),
            RunCommand::ClearQueue => unless(!self.runs.queue.is_empty(), "Nothing waits"),
            RunCommand::Blend(true) | RunCommand::BlendAt(_) => self.blend_obstacle(),
            RunCommand::Average => self.average_obstacle(),
            RunCommand::BuildOn => self.building_obstacle(),
            RunCommand::Restore => self.restore_obstacle(),
            RunCommand::TogglePause | RunCommand::Stop => match &self.run {
                None => Some("Nothing is running".to_owned()),
                Some(run) => unless(!run.stopping, "Already stopping"),
            },
            RunCommand::AskToEdit | RunCommand::StopAndEdit => {
                unless(self.run.is_some(), "Nothing is running")
            }
            RunCommand::MarkMeanwhile => unless(self.run.is_some(), "Nothing is running")
                .or_else(|| {
                    unless(
                        self.settings.needs_mask(),
                        "This task restores the whole picture",
                    )
                })
                .or_else(|| unless(!self.runs.marking, "Marks are for the next run already")),
            other => self.looks_obstacle(other),
        }
    }

    /// Why there is no picture of a run.
    pub(crate) fn picture_obstacle(&self, id: RunId) -> Option<String> {
        match self.runs.archive.get(id) {
            None => Some(GONE.to_owned()),
            Some(run) if run.content.is_none() => Some("This run left no picture".to_owned()),
            Some(_) => None,
        }
    }

    /// Why so many more cannot be queued.
    pub(crate) fn room_obstacle(&self, more: usize) -> Option<String> {
        let most = Runs::MOST_WAITING;
        (self.runs.queue.len().saturating_add(more) > most)
            .then(|| format!("No more than {most} restorations can wait"))
    }

    /// Queues a job and its candidates, which differ in their seeds; starts the first if nothing
    /// runs.
    pub(crate) fn enqueue(&mut self, job: Job, candidates: usize) -> Option<BoxedRequest> {
        let seed = job.recipe.seed;
        let mut batch = None;
        for index in 0..candidates.max(1) {
            let id = self.runs.number();
            let batch = *batch.get_or_insert(id);
            let mut job = job.clone();
            job.recipe.seed = if index == 0 {
                seed
            } else {
                seed.wrapping_add(index as u64) % (Settings::SEED_MAX + 1)
            };
            self.runs.queue.push_back(Ticket {
                id,
                job,
                candidate: Candidate {
                    batch,
                    index,
                    of: candidates.max(1),
                },
            });
        }
        if candidates > 1 {
            self.runs.page = super::Page::Candidates;
            self.view.drawer_open = true;
        }
        self.runs.direct = self.run.is_none();
        self.next_in_queue()
    }

    /// Hands the next waiting restoration to the worker, if it is free.
    pub(crate) fn next_in_queue(&mut self) -> Option<BoxedRequest> {
        if self.run.is_some() {
            return None;
        }
        let ticket = self.runs.queue.pop_front()?;
        let job = ticket.job.clone();
        self.runs.pending = Some(ticket);
        let timing = self.pace.timing;
        let job = Box::new(job);
        Some(Submit { job, timing }.into())
    }

    fn rerun(&mut self, id: RunId) -> Option<BoxedRequest> {
        let job = self.job_of(id)?;
        self.enqueue(job, 1)
    }

    fn accept(&mut self, id: RunId) {
        let taken = self.runs.archive.get(id).and_then(Taken::of);
        if let Some(taken) = taken {
            self.runs.comparison.right = Side::Result;
            self.take(taken);
            self.bring_forward();
        }
    }

    /// Makes something the current result, as an undoable step.
    pub(crate) fn take(&mut self, taken: Taken) {
        self.take_as(Some(taken), None);
    }

    /// The same, with the picture at full depth if it is at hand.
    pub(crate) fn take_as(&mut self, taken: Option<Taken>, photo: Option<Arc<Photo>>) {
        let before = self.taken_now();
        if before == taken {
            return;
        }
        self.put(taken.clone(), photo);
        self.history.push(ResultStep {
            before,
            after: taken,
        });
    }

    /// Puts a current result in place, without a step: for undo and redo.
    pub(crate) fn put(&mut self, taken: Option<Taken>, photo: Option<Arc<Photo>>) {
        let Some(document) = &mut self.document else {
            return;
        };
        document.result = taken.as_ref().map(|taken| Restored {
            photo: photo.unwrap_or_else(|| taken.content.to_photo()),
            report: taken.report.clone(),
        });
        self.runs.taken = taken;
        self.settle_sides();
    }

    /// The current result, also if somebody else put it into the document.
    fn taken_now(&self) -> Option<Taken> {
        let result = self.document.as_ref()?.result.as_ref()?;
        self.runs.taken.clone().or_else(|| {
            Some(Taken {
                run: None,
                blended: false,
                content: super::Content::Whole(Arc::clone(&result.photo)),
                report: result.report.clone(),
            })
        })
    }

    /// Shows the right picture, in a comparison if there is one.
    pub(crate) fn bring_forward(&mut self) {
        if self.view.show == Show::Original {
            self.view.show = Show::Restored;
        }
        self.runs.inspected = None;
    }

    fn stop_and_edit(&mut self, requests: &mut Requests) {
        self.runs.asking = false;
        self.runs.queue.clear();
        self.runs.yielded = true;
        self.stop_run(requests);
    }

    /// Whether the mask can be changed: no run is on, or the one that is works on a mask of its own while
    /// marks are made for the next.
    #[must_use]
    pub fn mask_is_free(&self) -> bool {
        self.run.is_none() || self.runs.yielded || self.runs.marking
    }

    /// Asks the worker to stop the current run.
    pub(crate) fn stop_run(&mut self, requests: &mut Requests) {
        let Some(run) = self.run.as_mut().filter(|run| !run.stopping) else {
            return;
        };
        run.stopping = true;
        requests.push(Stop(run.job).into());
        // A held worker would never look up to see that it should stop.
        if std::mem::take(&mut run.paused) {
            requests.push(SetPaused(false).into());
        }
    }

    /// What the export dialog stores.
    pub(crate) fn exported(&self) -> Option<Arc<Photo>> {
        match self.runs.exporting.and_then(|id| self.runs.archive.get(id)) {
            Some(run) => run.content.as_ref().map(super::Content::to_photo),
            None => Some(Arc::clone(&self.document.as_ref()?.result.as_ref()?.photo)),
        }
    }
}

impl Taken {
    /// A run's picture as a result.
    pub(crate) fn of(run: &Kept) -> Option<Self> {
        Some(Self {
            run: Some(run.id),
            blended: false,
            content: run.content.clone()?,
            report: run.report.clone()?,
        })
    }
}
