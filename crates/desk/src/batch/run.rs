//! A folder that is being restored: one photo is read, handed to the worker, and its result stored,
//! before the next is read. So no more than one is in memory, what is done is on disk whatever happens
//! next, and a restoration asked for meanwhile waits for one photo, not for all.

use std::time::Duration;

use engine::{JobId, Pair, Progress, Recipe};

use super::form::name_of;
use super::form::{BatchForm, Survey};
use crate::runs::active::spoken;

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
    pub(crate) pair: Pair,
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
    pub(crate) job: Option<JobId>,
}

/// Names a photo of a batch; answers carry it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    batch: u64,
    pub(crate) photo: usize,
}

impl BatchRun {
    pub(crate) fn new(number: u64, form: &BatchForm, recipe: Recipe) -> Self {
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

    pub(crate) fn turn(&self) -> Option<Turn> {
        let under_way = |photo: &BatchPhoto| photo.fate == Fate::UnderWay;
        Some(Turn {
            batch: self.number,
            photo: self.photos.iter().position(under_way)?,
        })
    }

    pub(crate) fn settle(&mut self, fate: Fate) {
        if let Some(turn) = self.turn() {
            self.photos[turn.photo].fate = fate;
        }
        (self.job, self.progress) = (None, None);
    }

    /// Turns to the next photo; `None` when there is none, or it was told to stop.
    pub(crate) fn next(&mut self) -> Option<(Turn, Box<Pair>)> {
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
        Some((self.turn()?, pair))
    }
}
