//! A folder that is being restored: one photo is read, handed to the worker, and its result stored,
//! before the next is read. So no more than one is in memory, what is done is on disk whatever happens
//! next, and a restoration asked for meanwhile waits for one photo, not for all.

use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;

use engine::{Event, Job, JobId, Pair, Progress, Recipe};
use imaging::{Mask, Photo};

use super::form::name_of;
use super::{BatchForm, OpenPair, StorePair, SubmitPair, Survey};
use crate::common::notice::Notice;
use crate::request::{BoxedRequest, Requests};
use crate::runs::Stop;
use crate::runs::active::spoken;
use crate::shell::state::State;

/// What became of a photo.
#[derive(Clone, Debug, PartialEq)]
pub enum Fate {
    /// Its turn has not come.
    Waits,
    /// It is being read, restored or stored.
    UnderWay,
    /// It is restored, after so many seconds of sampling.
    Restored(f64),
    /// Its result was there already.
    There,
    /// It could not be restored, and why.
    Failed(String),
}

/// A photo of a batch.
#[derive(Clone, Debug, PartialEq)]
pub struct BatchPhoto {
    /// Its name.
    pub name: String,
    /// What became of it.
    pub fate: Fate,
    pair: Pair,
}

/// See the module.
#[derive(Clone, Debug)]
pub struct BatchRun {
    /// All photos in their order.
    pub photos: Vec<BatchPhoto>,
    /// What is done to each.
    pub recipe: Recipe,
    /// What happens to the photo under way, in words.
    pub message: String,
    /// How far it is.
    pub progress: Option<Progress>,
    /// Whether it was asked to stop.
    pub stopping: bool,
    /// Whether there is nothing more to come.
    pub ended: bool,
    /// Which batch of this window it is.
    number: u64,
    /// The worker's number for the photo under way.
    job: Option<JobId>,
}

/// Names a photo of a batch; answers carry it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    batch: u64,
    photo: usize,
}

impl BatchRun {
    fn new(number: u64, form: &BatchForm, recipe: Recipe) -> Self {
        let photos = match &form.survey {
            Survey::Known(pairs) => pairs
                .iter()
                .map(|(pair, there)| BatchPhoto {
                    name: name_of(&pair.photo),
                    fate: match &pair.obstacle {
                        Some(reason) => Fate::Failed(reason.clone()),
                        None if *there && !form.again => Fate::There,
                        None => Fate::Waits,
                    },
                    pair: pair.clone(),
                })
                .collect(),
            _ => Vec::new(),
        };
        Self {
            photos,
            recipe,
            message: String::new(),
            progress: None,
            stopping: false,
            ended: false,
            number,
            job: None,
        }
    }

    /// How many photos have this kind of fate.
    #[must_use]
    pub fn count(&self, is: impl Fn(&Fate) -> bool) -> usize {
        self.photos.iter().filter(|photo| is(&photo.fate)).count()
    }

    /// The place of the photo under way among those to be restored, from 1, and how many those are.
    #[must_use]
    pub fn place(&self) -> (usize, usize) {
        let waiting = self.count(|fate| *fate == Fate::Waits);
        let current = self.count(|fate| *fate == Fate::UnderWay);
        let wanted =
            |photo: &&BatchPhoto| photo.pair.obstacle.is_none() && photo.fate != Fate::There;
        let all = self.photos.iter().filter(wanted).count();
        (
            all - waiting - usize::from(current == 0 && waiting > 0),
            all,
        )
    }

    /// Done part, 0 to 1, the photo under way counted by its steps.
    #[must_use]
    pub fn fraction(&self) -> f32 {
        let (place, all) = self.place();
        let steps = self.progress.as_ref().filter(|p| p.total > 0);
        let within = steps.map_or(0.0, |p| p.done as f32 / p.total as f32);
        let current = self.count(|fate| *fate == Fate::UnderWay);
        if all == 0 {
            return 1.0;
        }
        ((place - current.min(place)) as f32 + within) / all as f32
    }

    /// How long the rest will take, judged by the photos that are done, or by the one under way while
    /// there are none.
    #[must_use]
    pub fn remaining(&self) -> Option<Duration> {
        let done: Vec<f64> = self
            .photos
            .iter()
            .filter_map(|photo| match photo.fate {
                Fate::Restored(seconds) => Some(seconds),
                _ => None,
            })
            .collect();
        let progress = self.progress.as_ref();
        let this = progress.map(|p| p.remaining.as_secs_f64());
        let whole = progress
            .zip(this)
            .map(|(p, left)| left + p.seconds_per_step * p.done as f64);
        let each = if done.is_empty() {
            whole?
        } else {
            done.iter().sum::<f64>() / done.len() as f64
        };
        let current = self.count(|fate| *fate == Fate::UnderWay) as f64;
        let waiting = self.count(|fate| *fate == Fate::Waits) as f64;
        let seconds = this.unwrap_or(each * current) + each * waiting;
        (seconds.is_finite() && seconds >= 0.0).then(|| Duration::from_secs_f64(seconds.min(1e8)))
    }

    /// One line on how it goes.
    #[must_use]
    pub fn in_words(&self) -> String {
        let (place, all) = self.place();
        let left = self.remaining().filter(|_| !self.stopping);
        let left = left.map_or_else(String::new, |left| format!(" · {} left", spoken(left)));
        let stopping = if self.stopping { " · stopping" } else { "" };
        format!("Photo {} of {all}{left}{stopping}", place.max(1))
    }

    /// What became of all of them.
    #[must_use]
    pub fn summary(&self) -> String {
        let restored = self.count(|fate| matches!(fate, Fate::Restored(_)));
        let failed = self.count(|fate| matches!(fate, Fate::Failed(_)));
        let there = self.count(|fate| *fate == Fate::There);
        let left = self.count(|fate| matches!(fate, Fate::Waits | Fate::UnderWay));
        let mut parts = vec![format!("{restored} restored")];
        for (count, what) in [
            (there, "there already"),
            (failed, "failed"),
            (left, "left for next time"),
        ] {
            if count > 0 {
                parts.push(format!("{count} {what}"));
            }
        }
        let photos = self.photos.len();
        let plural = if photos == 1 { "" } else { "s" };
        format!("{photos} photo{plural}: {}", parts.join(", "))
    }

    fn turn(&self) -> Option<Turn> {
        let under_way = |photo: &BatchPhoto| photo.fate == Fate::UnderWay;
        Some(Turn {
            batch: self.number,
            photo: self.photos.iter().position(under_way)?,
        })
    }

    fn settle(&mut self, fate: Fate) {
        if let Some(turn) = self.turn() {
            self.photos[turn.photo].fate = fate;
        }
        (self.job, self.progress) = (None, None);
    }

    /// Turns to the next photo; `None` when there is none, or it was told to stop.
    fn next(&mut self) -> Option<BoxedRequest> {
        let waits = |photo: &BatchPhoto| photo.fate == Fate::Waits;
        let next = self.photos.iter().position(waits);
        let Some(next) = next.filter(|_| !self.stopping) else {
            self.ended = true;
            return None;
        };
        let photo = &mut self.photos[next];
        photo.fate = Fate::UnderWay;
        self.message = format!("Reading {}", photo.name);
        let pair = Box::new(photo.pair.clone());
        let turn = self.turn()?;
        Some(OpenPair { turn, pair }.into())
    }
}

impl State {
    pub(crate) fn start_batch(&mut self) -> Requests {
        self.batches.started += 1;
        let recipe = self.settings.recipe();
        let run = BatchRun::new(self.batches.started, &self.batches.form, recipe);
        self.batches.run = Some(run);
        self.next_of_batch()
    }

    fn next_of_batch(&mut self) -> Requests {
        let Some(run) = &mut self.batches.run else {
            return Vec::new();
        };
        let next = run.next();
        if next.is_none() {
            let failed = run.count(|fate| matches!(fate, Fate::Failed(_)));
            let text = format!("{}.", run.summary());
            self.notice = Some(match (failed, run.stopping) {
                (0, false) => Notice::success(text),
                (0, true) => Notice::info(text),
                _ => Notice::error(&text),
            });
        }
        next.into_iter().collect()
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
