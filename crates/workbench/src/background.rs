//! Short threads for what may take long: decoding, storing, asking the system for a file.
//!
//! Each thread answers with exactly one [`Message`], also when it panics, and wakes the window.

mod load;
mod pick;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, unbounded};
use imaging::SaveOptions;

use crate::document::{Damage, Effect, Histogram, Message, Spread, study};

pub(crate) type Wake = Arc<dyn Fn() + Send + Sync>;

/// Starts background work and collects its answers.
pub(crate) struct Background {
    sender: Sender<Message>,
    receiver: Receiver<Message>,
    wake: Wake,
}

impl Background {
    pub(crate) fn new(wake: Wake) -> Self {
        let (sender, receiver) = unbounded();
        Self {
            sender,
            receiver,
            wake,
        }
    }

    /// The next answer, if one is waiting.
    pub(crate) fn try_message(&self) -> Option<Message> {
        self.receiver.try_recv().ok()
    }

    /// Carries out an effect that concerns files, priors or dialogs; hands back any other.
    pub(crate) fn perform(&self, effect: Effect) -> Option<Effect> {
        match effect {
            Effect::Load { photo, mask } => self.spawn(
                move || Message::Opened(load::open(photo, mask.as_deref())),
                |reason| Message::Opened(Err(reason)),
            ),
            Effect::LoadDemo => self.spawn(
                || Message::Opened(load::demo()),
                |reason| Message::Opened(Err(reason)),
            ),
            Effect::LoadMask(path) => self.spawn(
                move || Message::MaskOpened(load::mask(&path)),
                |reason| Message::MaskOpened(Err(reason)),
            ),
            Effect::Glimpse(chain) => {
                let asked = chain.clone();
                self.spawn(
                    move || {
                        let pictures = engine::glimpse(&chain).ok().map(Box::new);
                        Message::Glimpsed(chain, pictures)
                    },
                    move |_| Message::Glimpsed(asked, None),
                );
            }
            Effect::FindScratches(photo, search) => {
                let asked = Arc::clone(&photo);
                self.spawn(
                    move || {
                        let mask = search.propose(&photo);
                        Message::ScratchesFound(photo, Ok(mask))
                    },
                    move |reason| Message::ScratchesFound(asked, Err(reason)),
                );
            }
            Effect::MeasureNoise(photo, mask) => {
                let asked = Arc::clone(&photo);
                self.spawn(
                    move || {
                        let level = imaging::noise_level(&photo, Some(&mask));
                        let small = "too little of the photo is unmasked to measure its noise";
                        Message::NoiseMeasured(photo, level.ok_or_else(|| small.to_owned()))
                    },
                    move |reason| Message::NoiseMeasured(asked, Err(reason)),
                );
            }
            Effect::SavePhoto(photo, path) => self.spawn(
                move || {
                    let saved = imaging::save(&photo, &path, &SaveOptions::default());
                    Message::Saved(saved.map(|()| path).map_err(|e| e.to_string()))
                },
                |reason| Message::Saved(Err(reason)),
            ),
            Effect::SaveMask(mask, path) => self.spawn(
                move || Message::Saved(mask.save(&path).map(|()| path).map_err(|e| e.to_string())),
                |reason| Message::Saved(Err(reason)),
            ),
            Effect::Browse(purpose, path) => self.spawn(
                move || Message::Browsed(purpose, pick::pick(purpose, &path)),
                move |_| Message::Browsed(purpose, None),
            ),
            Effect::DescribePrior(choice) => {
                let asked = choice.clone();
                self.spawn(
                    move || {
                        let answer = engine::describe_prior(&choice).map_err(|e| e.to_string());
                        Message::PriorDescribed(choice, answer)
                    },
                    move |reason| Message::PriorDescribed(asked, Err(reason)),
                );
            }
            Effect::PickPrior(folder, path) => self.spawn(
                move || Message::PriorPicked(pick::checkpoint(folder, &path)),
                |_| Message::PriorPicked(None),
            ),
            Effect::InspectPrior(path, answers) => {
                let asked = (path.clone(), answers.clone());
                self.spawn(
                    move || {
                        let found = engine::inspect_prior(&path, None, &answers);
                        let answer = found.map(Box::new).map_err(|e| e.to_string());
                        Message::PriorInspected(path, answers, answer)
                    },
                    move |reason| Message::PriorInspected(asked.0, asked.1, Err(reason)),
                );
            }
            other => return self.compute(other),
        }
        None
    }

    /// Carries out an effect that computes something about pictures; hands back any other.
    fn compute(&self, effect: Effect) -> Option<Effect> {
        match effect {
            Effect::Study(question) => {
                let run = question.run;
                self.spawn(
                    move || Message::Studied(run, Some(Box::new(study(&question)))),
                    move |_| Message::Studied(run, None),
                );
            }
            Effect::Spread(candidates) => self.spawn(
                move || Message::SpreadKnown(Spread::over(&candidates).map(Box::new)),
                |_| Message::SpreadKnown(None),
            ),
            Effect::CountLevels(of) => {
                let asked = of.clone();
                self.spawn(
                    move || {
                        let histogram = Histogram::of(&of);
                        Message::LevelsCounted(of, Some(Box::new(histogram)))
                    },
                    move |_| Message::LevelsCounted(asked, None),
                );
            }
            Effect::Damage(damage) => {
                let asked = damage.clone();
                self.spawn(
                    move || {
                        let Damage {
                            truth,
                            mask,
                            recipe,
                        } = &*damage;
                        let damaged = engine::degrade(
                            truth,
                            mask.as_deref(),
                            &recipe.operator,
                            recipe.noise,
                            recipe.seed,
                        );
                        let damaged = damaged.map(Arc::new).map_err(|e| e.to_string());
                        Message::Damaged(damage, damaged)
                    },
                    move |reason| Message::Damaged(asked, Err(reason)),
                );
            }
            other => return Some(other),
        }
        None
    }

    /// Looks for the devices of this computer.
    pub(crate) fn find_devices(&self) {
        self.spawn(
            || Message::Devices(engine::devices()),
            |_| Message::Devices(Vec::new()),
        );
    }

    fn spawn(
        &self,
        work: impl FnOnce() -> Message + Send + 'static,
        broken: impl FnOnce(String) -> Message + Send + 'static,
    ) {
        let (sender, wake) = (self.sender.clone(), Arc::clone(&self.wake));
        std::thread::spawn(move || {
            let message = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
                broken("something unforeseen happened; the rest of the window still works".into())
            });
            // The window may have been closed meanwhile; then nobody listens.
            let _ = sender.send(message);
            wake();
        });
    }
}
