//! What happens when a run begins, shows something, and ends.

use std::sync::Arc;
use std::time::SystemTime;

use engine::{Outcome, Preview, Report};
use imaging::Photo;

use super::active::Ending;
use super::kept::{Archive, Kept, RunId, Ticket};
use super::state::RunsState;
use super::study::Question;
use super::{Side, Study, Summarise, Taken};
use crate::common::notice::{Notice, Tone};
use crate::photo::changed::Changed;
use crate::photo::content::Content;
use crate::photo::view::Show;
use crate::request::{BoxedRequest, Requests};

impl RunsState {
    /// The worker has taken the pending restoration on. Returns its noise level.
    pub(crate) fn begin_ticket(&mut self) -> f64 {
        self.runs.active = self.runs.pending.take();
        self.runs.yielded = false;
        self.runs.asking = false;
        self.runs.marking &= !self.runs.direct;
        self.runs.frames = self.runs.frames.emptied();
        self.runs.frames.run = self.runs.active.as_ref().map(|ticket| ticket.id);
        self.runs.inspected = None;
        // One that waited does not take the screen away from what somebody looks at.
        if std::mem::take(&mut self.runs.direct) || self.runs.active.is_none() {
            self.view.show = Show::Original;
        }
        let active = self.runs.active.as_ref();
        active.map_or(self.settings.noise, |ticket| ticket.job.recipe.noise)
    }

    /// The worker cannot take anything on: nothing waits any longer.
    pub(crate) fn unsubmitted(&mut self) {
        self.runs.pending = None;
        self.runs.queue.clear();
    }

    /// A preview of the run under way, for the filmstrip.
    pub(crate) fn see(&mut self, preview: &Preview) -> Option<BoxedRequest> {
        let run = self.run.as_mut()?;
        if run.job != preview.job {
            return None;
        }
        run.estimated = Some(preview.made);
        self.runs.frames.add(preview);
        self.gauge(preview)
    }

    /// A run has ended: keeps it, makes it the current result if it should be, and goes on.
    pub(crate) fn keep(
        &mut self,
        ending: Ending,
        trace: Vec<(usize, f64)>,
        outcome: Option<Outcome>,
    ) -> Requests {
        let mut requests = Vec::new();
        let yielded = std::mem::take(&mut self.runs.yielded);
        self.runs.asking = false;
        let Some(ticket) = self.runs.active.take() else {
            self.take_unasked(outcome);
            return requests;
        };
        let batch = ticket.candidate.batch;
        if ending != Ending::Finished {
            // What one of a batch cannot do, or was told not to, the others need not try.
            self.runs.queue.retain(|t| t.candidate.batch != batch);
        }
        let id = ticket.id;
        let marked = self.has_marked_more(&ticket);
        let photo = outcome.as_ref().map(|outcome| Arc::clone(&outcome.photo));
        // Half a restoration never takes the place of a whole one.
        let aside = yielded || (ending == Ending::Stopped && self.has_result());
        let question = self.archive_run(ticket, ending, trace, outcome);
        requests.extend(question.map(|question| Summarise(vec![question]).into()));
        if !aside {
            self.take_if_first(id, photo);
        }
        requests.extend(self.refresh_spread());
        let next = self.next_in_queue();
        if next.is_none() {
            self.runs.marking = false;
            let has_picture = |run: &Kept| run.content.is_some();
            let pictured = self.runs.archive.batch(batch).any(has_picture);
            if pictured && !yielded {
                self.show_restored(marked);
            }
        }
        requests.extend(next);
        self.settle_sides();
        requests
    }

    /// Whether marks were made since, for the run after this one.
    fn has_marked_more(&self, ticket: &Ticket) -> bool {
        let now = self.document.as_ref().map(|document| &document.mask);
        let then = ticket.job.mask.as_ref();
        let other = |(now, then)| !Arc::ptr_eq(now, then);
        self.runs.marking && now.zip(then).is_some_and(other)
    }

    /// Who watched sees the result. Who marks what comes next is told of it, and keeps the marks in sight.
    fn show_restored(&mut self, marked: bool) {
        if marked && self.view.show == Show::Original {
            let text =
                "Restored; Compare shows it. Build on the result to mend what you marked since.";
            self.notice.get_or_insert(Notice::success(text));
        } else if self.view.show == Show::Original {
            self.view.show = Show::Restored;
        }
    }

    /// A result that nobody queued becomes the current one as it is.
    fn take_unasked(&mut self, outcome: Option<Outcome>) {
        if let Some(Outcome { photo, report }) = outcome {
            self.take_as(
                Some(Taken {
                    run: None,
                    blended: false,
                    content: Content::Whole(photo),
                    report,
                }),
                None,
            );
            self.view.show = Show::Restored;
        }
    }

    fn archive_run(
        &mut self,
        ticket: Ticket,
        ending: Ending,
        trace: Vec<(usize, f64)>,
        outcome: Option<Outcome>,
    ) -> Option<Question> {
        let (picture, report): (Option<Arc<Photo>>, Option<Report>) =
            outcome.map(|o| (o.photo, o.report)).unzip();
        let (job, id) = (ticket.job, ticket.id);
        let reached = (ending == Ending::Stopped)
            .then(|| self.reached())
            .flatten();
        let masked = job.mask.clone().filter(|_| inpaints_only(&job));
        let feather = job.recipe.feather;
        let content = picture.map(|photo| {
            let changed = masked.and_then(|mask| match feather {
                0 => Changed::under(&photo, &mask),
                _ => Changed::under(&photo, &mask.grown(feather)),
            });
            match changed {
                Some(changed) => Content::Patched(Arc::clone(&job.photo), Arc::new(changed)),
                None => Content::Whole(photo),
            }
        });
        // A patched picture tells its mask by itself; every other run needs it to be run again.
        let patched = matches!(content, Some(Content::Patched(..)));
        let question = content.clone().map(|content| Question {
            run: id,
            content,
            truth: self.truth().cloned(),
            mask: job.mask.clone(),
            known: None,
        });
        let accepted = self.runs.accepted();
        let dropped = self.runs.archive.dropped();
        let kept = Kept {
            id,
            candidate: ticket.candidate,
            recipe: job.recipe,
            ending,
            report,
            trace,
            content,
            mask: job.mask.filter(|_| feather > 0 || !patched),
            at: SystemTime::now(),
            study: None,
            start: job.start,
            reached,
            packed: Arc::default(),
        };
        self.runs.archive.keep(kept, accepted);
        if self.runs.archive.dropped() > dropped && self.notice.as_ref().is_none_or(is_mild) {
            self.notice = Some(Notice::info(format!(
                "The oldest runs were dropped from the history: it keeps {} runs and {} MB at most.",
                Archive::MAX_RUNS,
                Archive::MAX_BYTES >> 20
            )));
        }
        question
    }

    /// The first candidate with a picture becomes the current result; the others wait to be
    /// chosen.
    fn take_if_first(&mut self, id: RunId, photo: Option<Arc<Photo>>) {
        let archive = &self.runs.archive;
        let Some(run) = archive.get(id) else { return };
        let first = archive
            .batch(run.candidate.batch)
            .find(|other| other.content.is_some())
            .map(|first| first.id);
        if first != Some(id) {
            return;
        }
        let taken = Taken::of(run);
        self.take_as(taken, photo);
        if self.view.show == Show::Original {
            self.runs.comparison.right = Side::Result;
        }
    }

    /// An answer about a run's picture. One about a run that was deleted is dropped.
    pub(crate) fn studied(&mut self, run: RunId, study: Study) {
        if let Some(run) = self.runs.archive.get_mut(run) {
            run.study = Some(Arc::new(study));
        }
    }
}

fn is_mild(notice: &Notice) -> bool {
    notice.tone != Tone::Error
}

/// Whether pixels outside the mask stay as they are.
fn inpaints_only(job: &engine::Job) -> bool {
    matches!(&job.recipe.operator.0[..], [only] if only.name == "inpaint")
}
