//! Short threads for what may take long: decoding, storing, asking the system for a file.
//!
//! Each thread answers with exactly one [`Message`], also when it panics, and wakes the window.

mod batch;
mod load;
mod pick;
mod recovery;
mod session;
pub(crate) mod store;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, unbounded};

use crate::options::Folders;
use desk::session::Refusal;
use desk::{Effect, Histogram, Message, Picked, Spread, study};

pub(crate) use recovery::Recovery;

pub(crate) type Wake = Arc<dyn Fn() + Send + Sync>;

/// Starts background work and collects its answers.
pub(crate) struct Background {
    sender: Sender<Message>,
    receiver: Receiver<Message>,
    wake: Wake,
    /// Where settings are kept; nowhere for windows that only exist in a test.
    folders: Option<Folders>,
    recovery: Option<Recovery>,
    /// Sessions and settings are written one after another, so that the latest is what stays.
    writer: Option<Writer>,
}

struct Writer {
    jobs: Sender<Box<dyn FnOnce() + Send>>,
    thread: JoinHandle<()>,
}

impl Writer {
    fn start() -> Self {
        let (jobs, queue) = unbounded::<Box<dyn FnOnce() + Send>>();
        let thread = std::thread::spawn(move || {
            for job in queue {
                job();
            }
        });
        Self { jobs, thread }
    }
}

impl Background {
    pub(crate) fn new(wake: Wake, folders: Option<Folders>) -> Self {
        let (sender, receiver) = unbounded();
        let recovery = folders
            .as_ref()
            .and_then(|folders| Recovery::begin(folders.state.join("recovery")));
        Self {
            sender,
            receiver,
            wake,
            folders,
            recovery,
            writer: Some(Writer::start()),
        }
    }

    /// Looks for what crashes have left behind.
    pub(crate) fn find_leftovers(&self) {
        if let Some(recovery) = self.recovery.clone() {
            self.spawn(
                move || Message::Leftovers(recovery.leftovers()),
                |_| Message::Leftovers(Vec::new()),
            );
        }
    }

    /// A picture was pasted, as packed RGBA.
    pub(crate) fn paste(&self, width: usize, height: usize, rgba: Vec<u8>) {
        self.spawn(
            move || Message::Opened(load::pasted(width, height, &rgba)),
            |reason| Message::Opened(Err(reason)),
        );
    }

    /// The window is closed: waits for what is being written, after which nothing needs recovering.
    pub(crate) fn close(&mut self) {
        if let Some(Writer { jobs, thread }) = self.writer.take() {
            drop(jobs);
            // Its jobs catch their panics; there is nobody left to tell of any other.
            let _ = thread.join();
        }
        if let Some(recovery) = &self.recovery {
            recovery.end();
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
            Effect::Glimpse(chain, noise) => {
                let asked = chain.clone();
                self.spawn(
                    move || {
                        let pictures = engine::glimpse(&chain, noise).map(Box::new);
                        Message::Glimpsed(chain, noise, pictures.map_err(|e| e.to_string()))
                    },
                    move |reason| Message::Glimpsed(asked, noise, Err(reason)),
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
            Effect::SavePhoto(photo, path, options) => self.spawn(
                move || {
                    let saved = imaging::save(&photo, &path, &options);
                    Message::Saved(saved.map(|()| path).map_err(|e| e.to_string()))
                },
                |reason| Message::Saved(Err(reason)),
            ),
            Effect::SaveReport(telling, path) => self.spawn(
                move || {
                    let write = |html: String| {
                        let written = imaging::write_atomically(&path, html.as_bytes());
                        written.map_err(|error| error.to_string())
                    };
                    Message::Saved(telling.html().and_then(write).map(|()| path))
                },
                |reason| Message::Saved(Err(reason)),
            ),
            Effect::SaveFilm(trajectory, path) => self.spawn(
                move || {
                    let write = |bytes: Vec<u8>| {
                        let written = imaging::write_atomically(&path, &bytes);
                        written.map_err(|error| error.to_string())
                    };
                    Message::Saved(trajectory.to_png().and_then(write).map(|()| path))
                },
                |reason| Message::Saved(Err(reason)),
            ),
            Effect::SaveMask(mask, path) => self.spawn(
                move || Message::Saved(mask.save(&path).map(|()| path).map_err(|e| e.to_string())),
                |reason| Message::Saved(Err(reason)),
            ),
            Effect::Browse(purpose, path) => self.spawn(
                move || Message::Browsed(purpose, pick::pick(purpose, &path)),
                move |_| Message::Browsed(purpose, Picked::Nothing),
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
                |_| Message::PriorPicked(Picked::Nothing),
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
            other => return self.restore_folders(other),
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
            Effect::Foresee(asked) => {
                let again = asked.clone();
                self.spawn(
                    move || {
                        let answer = asked.answer();
                        Message::Foreseen(asked, answer)
                    },
                    move |_| Message::Foreseen(again, Vec::new()),
                );
            }
            Effect::Gauge(gauge) => {
                let place = gauge.place;
                self.spawn(
                    move || Message::Gauged(place, gauge.measure()),
                    move |_| Message::Gauged(place, None),
                );
            }
            Effect::StudyAll(questions) => self.spawn(
                move || {
                    let answers = questions.iter().map(|q| (q.run, study(q)));
                    Message::StudiedAll(answers.collect())
                },
                |_| Message::StudiedAll(Vec::new()),
            ),
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
                        let made = damage.simulate();
                        Message::Damaged(damage, made)
                    },
                    move |reason| Message::Damaged(asked, Err(reason)),
                );
            }
            other => return self.perform_session(other),
        }
        None
    }

    /// Carries out an effect that concerns sessions or settings; hands back any other.
    fn perform_session(&self, effect: Effect) -> Option<Effect> {
        match effect {
            Effect::LoadSession(request) => self.spawn(
                move || session::open(request),
                |reason| Message::SessionRefused(Refusal::Broken(reason)),
            ),
            Effect::SaveSession(snapshot, path) => {
                let mark = snapshot.mark;
                self.write(
                    move || {
                        let written = session::write(&snapshot, &path);
                        Message::SessionSaved(mark, written.map(|()| path))
                    },
                    move |reason| Message::SessionSaved(mark, Err(reason)),
                );
            }
            Effect::Autosave(snapshot) => {
                let (mark, recovery) = (snapshot.mark, self.recovery.clone());
                self.write(
                    move || {
                        let written = recovery.map_or(Ok(()), |r| r.save(&snapshot));
                        Message::Autosaved(mark, written)
                    },
                    move |reason| Message::Autosaved(mark, Err(reason)),
                );
            }
            // Behind what is being written, so that no save that waits brings the file back.
            Effect::ForgetAutosave => {
                if let Some(recovery) = self.recovery.clone() {
                    self.remove(move || recovery.forget());
                }
            }
            Effect::ForgetSimulation => {
                if let Some(recovery) = self.recovery.clone() {
                    self.remove(move || recovery.forget_simulation());
                }
            }
            Effect::ForgetLeftover(path) => self.remove(move || recovery::discard(&path)),
            Effect::StorePreferences(preferences) => {
                self.store(move |folders| store::keep_preferences(folders, &preferences));
            }
            Effect::StoreRemembered(remembered) => {
                self.store(move |folders| store::keep_remembered(folders, &remembered));
            }
            other => return Some(other),
        }
        None
    }

    /// Takes files away, after all that is being written.
    fn remove(&self, remove: impl FnOnce() + Send + 'static) {
        self.write(
            move || {
                remove();
                Message::Stored
            },
            Message::NotStored,
        );
    }

    fn store(&self, keep: impl FnOnce(&Folders) -> Result<(), String> + Send + 'static) {
        let Some(folders) = self.folders.clone() else {
            return;
        };
        self.write(
            move || match keep(&folders) {
                Ok(()) => Message::Stored,
                Err(reason) => Message::NotStored(reason),
            },
            Message::NotStored,
        );
    }

    /// As [`Self::spawn`], one after another.
    fn write(
        &self,
        work: impl FnOnce() -> Message + Send + 'static,
        broken: impl FnOnce(String) -> Message + Send + 'static,
    ) {
        let (sender, wake) = (self.sender.clone(), Arc::clone(&self.wake));
        if let Some(writer) = &self.writer {
            let job = Box::new(move || answer(&sender, &wake, work, broken));
            // The thread lives as long as this value.
            let _ = writer.jobs.send(job);
        }
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
        std::thread::spawn(move || answer(&sender, &wake, work, broken));
    }
}

/// Works, and answers with exactly one message whatever happens.
fn answer(
    sender: &Sender<Message>,
    wake: &Wake,
    work: impl FnOnce() -> Message,
    broken: impl FnOnce(String) -> Message,
) {
    let message = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        broken("something unforeseen happened; the rest of the window still works".into())
    });
    // The window may have been closed meanwhile; then nobody listens.
    let _ = sender.send(message);
    wake();
}
