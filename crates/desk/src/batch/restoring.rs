//! Restores a folder photo by photo: reads one, hands it to the worker, stores its result.

use std::fmt::Display;
use std::sync::Arc;

use engine::{Event, Job, JobId};
use imaging::{Mask, Photo};

use super::run::{BatchRun, Fate, Turn};
use super::state::BatchState;
use super::{OpenPair, StorePair, SubmitPair};
use crate::common::notice::Notice;
use crate::request::{Requests, one};
use crate::runs::Stop;

impl BatchState {
    pub(crate) fn start_batch(&mut self) -> Requests {
        self.batches.started += 1;
        let recipe = self.settings.recipe();
        let run = BatchRun::new(self.batches.started, &self.batches.form, recipe);
        self.batches.run = Some(run);
        self.folder_busy = true;
        self.next_of_batch()
    }

    fn next_of_batch(&mut self) -> Requests {
        let Some(run) = &mut self.batches.run else {
            return Vec::new();
        };
        let next = run.next();
        if next.is_none() {
            self.below.folder_busy = false;
            let failed = run.count(|fate| matches!(fate, Fate::Failed(_)));
            let text = format!("{}.", run.summary());
            self.below.notice = Some(match (failed, run.stopping) {
                (0, false) => Notice::success(text),
                (0, true) => Notice::info(text),
                _ => Notice::error(&text),
            });
        }
        one(next.map(|(turn, pair)| OpenPair { turn, pair }))
    }

    /// The batch whose turn this is, unless it has ended since.
    fn batch_at(&mut self, turn: Turn) -> Option<&mut BatchRun> {
        let run = self.batches.run.as_mut()?;
        (run.turn() == Some(turn)).then_some(run)
    }

    /// Photo and mask are read, or cannot be.
    pub(crate) fn pair_opened(
        &mut self,
        turn: Turn,
        opened: Result<(Arc<Photo>, Option<Arc<Mask>>), impl Display>,
    ) -> Requests {
        let Some(run) = self.batch_at(turn) else {
            return Vec::new();
        };
        match opened {
            _ if run.stopping => run.settle(Fate::Waits),
            Ok((photo, mask)) => {
                "Waiting for the worker".clone_into(&mut run.message);
                let job = Box::new(Job {
                    photo,
                    mask,
                    recipe: run.recipe.clone(),
                    start: None,
                    scene: None,
                });
                let timing = self.pace.timing;
                return vec![SubmitPair { job, timing }.into()];
            }
            Err(reason) => run.settle(Fate::Failed(reason.to_string())),
        }
        self.next_of_batch()
    }

    /// The photo was queued under this number.
    pub(crate) fn pair_submitted(&mut self, job: JobId) {
        if let Some(run) = &mut self.batches.run {
            run.job = Some(job);
        }
    }

    /// Nothing can be handed to the worker.
    pub(crate) fn pair_unsubmitted(&mut self) {
        if let Some(run) = &mut self.batches.run {
            run.settle(Fate::Failed(
                "the background worker is not running".to_owned(),
            ));
            (run.stopping, run.ended) = (true, true);
            self.below.folder_busy = false;
        }
    }

    /// Whether the worker speaks of the batch.
    pub(crate) fn is_of_batch(&self, job: JobId) -> bool {
        let run = self.batches.run.as_ref();
        run.is_some_and(|run| run.job == Some(job))
    }

    /// The worker speaks of the photo under way.
    pub(crate) fn hear_batch(&mut self, event: Event) -> Requests {
        let Some(run) = &mut self.batches.run else {
            return Vec::new();
        };
        match event {
            Event::Preparing { message, .. } => run.message = message,
            Event::Started { .. } => "Restoring".clone_into(&mut run.message),
            Event::Progress(progress) => run.progress = Some(progress),
            Event::Finished { outcome, .. } => {
                let Some(turn) = run.turn() else {
                    return Vec::new();
                };
                "Storing the result".clone_into(&mut run.message);
                run.job = None;
                let path = run.photos[turn.photo].pair.output.clone();
                let seconds = outcome.report.seconds;
                let photo = outcome.photo;
                return vec![
                    StorePair {
                        turn,
                        seconds,
                        photo,
                        path,
                    }
                    .into(),
                ];
            }
            // What was half drawn is no result.
            Event::Stopped { .. } => {
                run.settle(Fate::Waits);
                run.stopping = true;
                return self.next_of_batch();
            }
            Event::Failed { error, .. } => {
                run.settle(Fate::Failed(error.to_string()));
                return self.next_of_batch();
            }
            // Of no use here, or not asked for.
            Event::Within(_)
            | Event::Window { .. }
            | Event::Imported { .. }
            | Event::Timed { .. } => {}
        }
        Vec::new()
    }

    /// The result is on disk, or could not be stored.
    pub(crate) fn pair_stored(
        &mut self,
        turn: Turn,
        seconds: f64,
        stored: Result<(), impl Display>,
    ) -> Requests {
        let Some(run) = self.batch_at(turn) else {
            return Vec::new();
        };
        run.settle(match stored {
            Ok(()) => Fate::Restored(seconds),
            Err(reason) => Fate::Failed(reason.to_string()),
        });
        self.next_of_batch()
    }

    pub(crate) fn stop_batch(&mut self) -> Requests {
        let Some(run) = self.batches.run.as_mut().filter(|run| !run.ended) else {
            return Vec::new();
        };
        run.stopping = true;
        run.job.map(|it| Stop(it).into()).into_iter().collect()
    }
}
