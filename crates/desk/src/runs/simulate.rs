//! Simulated damage: the open photo is taken for the truth, so that a restoration can be measured
//! against it.

use std::fmt::Display;
use std::path::PathBuf;
use std::sync::Arc;

use engine::{Chain, EngineError, Recipe, Scene, Simulated};
use imaging::{Mask, Photo};

use super::Runs;
use super::history::History;
use super::study::{THUMBNAIL, Thumbnail, thumbnail};
use crate::common::notice::Notice;
use crate::mask::document::Document;
use crate::photo::content::Content;
use crate::photo::view::Show;
use crate::request::{BoxedRequest, Requests};
use crate::runs::SimulateDamage;
use crate::session::AutosaveSession;
use crate::session::ForgetAutosave;
use crate::session::question::{Prompt, Weight};
use crate::session::{Mark, SessionCommand, Waiting, answer};
use crate::shell::state::State;

/// What waits for the end of a simulation.
#[derive(Clone, Debug)]
pub struct Simulation {
    /// What was measured: the undamaged photo, or the middle of it where its spectrum was.
    pub truth: Arc<Photo>,
    /// The operator and the noise that damaged it; its seed is that of the noise.
    pub recipe: Recipe,
    /// Where pixels were lost, if the operator lost any.
    pub mask: Option<Arc<Mask>>,
    /// The logarithm of the magnitudes, where a spectrum was measured: then the open picture is no
    /// measurement, but its zero-filled reconstruction.
    pub spectrum: Option<Arc<Thumbnail>>,
    document: Document,
    runs: Runs,
    history: History,
    /// The session file of what waits, which the simulation must not be saved into.
    path: Option<PathBuf>,
    saved: Mark,
    /// Whether what waits is unsaved.
    pub(crate) unsaved: bool,
}

/// The damage to simulate.
#[derive(Clone, Debug)]
pub struct Damage {
    /// The truth.
    pub truth: Arc<Photo>,
    /// Where pixels are lost, if the operator loses any.
    pub mask: Option<Arc<Mask>>,
    /// Operator and noise; its seed is that of the noise.
    pub recipe: Recipe,
}

impl Damage {
    /// Computes it: the same every time. Not on the window's thread.
    ///
    /// # Errors
    /// Those of [`engine::simulate`].
    pub fn simulate(&self) -> Result<Simulated, EngineError> {
        let recipe = &self.recipe;
        let mask = self.mask.as_deref();
        let noise = recipe.noise_model();
        engine::simulate(&self.truth, mask, &recipe.operator, noise, recipe.seed)
    }
}

impl Simulation {
    /// The whole photo whose damage is simulated, and where it came from.
    #[must_use]
    pub fn photo(&self) -> &Document {
        &self.document
    }

    /// What was done to it.
    #[must_use]
    pub fn damage(&self) -> Damage {
        Damage {
            truth: Arc::clone(&self.document.photo),
            mask: self.mask.clone(),
            recipe: self.recipe.clone(),
        }
    }
}

/// A spectrum as it is shown.
fn shown(spectrum: &imaging::Planar) -> Thumbnail {
    let picture = Photo::from_planar(spectrum, imaging::Depth::Eight);
    let whole = picture.bounds();
    thumbnail(&Content::Whole(Arc::new(picture)), whole, THUMBNAIL)
}

impl State {
    /// What a job has to know of the truth where its operator measures a spectrum.
    pub(crate) fn scene_for(&self, operator: &Chain) -> Option<Scene> {
        let simulation = self.runs.simulation.as_ref()?;
        let same = operator.fourier().is_some() && simulation.recipe.operator == *operator;
        same.then(|| Scene {
            truth: Arc::clone(&simulation.truth),
            noise: simulation.recipe.noise_model(),
            seed: simulation.recipe.seed,
        })
    }

    /// Why the open picture cannot be restored from a spectrum, if that is what the settings say.
    pub(crate) fn spectrum_obstacle(&self) -> Option<String> {
        let operator = self.settings.operator();
        if operator.fourier().is_none() || self.scene_for(&operator).is_some() {
            return None;
        }
        let spectral = |s: &Simulation| s.spectrum.is_some();
        let reason = if self.runs.simulation.as_deref().is_some_and(spectral) {
            "Another spectrum was measured. Measure it again to restore from this one"
        } else {
            "No photo holds a spectrum. Measure it on this photo first: Run, Simulate damage"
        };
        Some(reason.to_owned())
    }

    pub(crate) fn simulate_obstacle(&self) -> Option<String> {
        let reason = if self.document.is_none() {
            "Open a photo first"
        } else if self.runs.simulating {
            "One moment"
        } else if self.run.is_some() || !self.runs.queue.is_empty() {
            "A restoration is running"
        } else if let Some(missing) = self.settings.missing() {
            missing
        } else if self.settings.needs_mask()
            && self.document.as_ref().is_some_and(|d| d.masked() == 0)
        {
            "Paint over the pixels to lose first"
        } else {
            return None;
        };
        Some(reason.to_owned())
    }

    pub(crate) fn simulate(&mut self) -> Option<BoxedRequest> {
        self.end_stroke();
        let document = self.document.as_ref()?;
        let simulation = self.runs.simulation.as_ref();
        let truth = simulation.map_or(&document.photo, |s| &s.document.photo);
        let recipe = Recipe {
            seed: self.runs.simulation_seed,
            ..self.settings.recipe()
        };
        let mask = self
            .settings
            .needs_mask()
            .then(|| Arc::clone(&document.mask));
        let mask = mask.filter(|mask| mask.bounds() == truth.bounds());
        let damage = Damage {
            truth: Arc::clone(truth),
            mask,
            recipe,
        };
        self.runs.simulating = true;
        Some(SimulateDamage(Box::new(damage)).into())
    }

    /// The damaged photo is there, or could not be made.
    pub(crate) fn damaged(
        &mut self,
        damage: Damage,
        made: Result<Simulated, impl Display>,
    ) -> Requests {
        self.runs.simulating = false;
        let made = match made {
            Ok(made) => made,
            Err(reason) => {
                self.notice = Some(Notice::error(&reason.to_string()));
                return Vec::new();
            }
        };
        let unsaved = self.is_unsaved();
        // What is about to wait is saved by itself as it is now: the simulation has a file of its own.
        let mut requests = Vec::new();
        if self.runs.simulation.is_none() && self.wants_autosave() {
            requests.extend(self.snapshot().map(|it| AutosaveSession(it).into()));
        }
        // Another photo may have been opened meanwhile.
        let Some(document) = self.document.take_if(|document| {
            let open = self.runs.simulation.as_ref().map(|s| &s.document.photo);
            Arc::ptr_eq(open.unwrap_or(&document.photo), &damage.truth)
        }) else {
            return Vec::new();
        };
        let runs = self.runs.afresh();
        let before = std::mem::replace(&mut self.runs, runs);
        let history = std::mem::take(&mut self.history);
        let mask = Some(Mask::clone(&document.mask));
        let spectrum = made.spectrum.as_ref().map(shown).map(Arc::new);
        let simulation = match before.simulation {
            // Another damage to the same photo: what waits is what waited.
            Some(mut simulation) => {
                simulation.truth = made.truth;
                simulation.recipe = damage.recipe;
                simulation.mask = damage.mask;
                simulation.spectrum = spectrum;
                simulation
            }
            None => Box::new(Simulation {
                truth: made.truth,
                recipe: damage.recipe,
                mask: damage.mask,
                spectrum,
                document: document.clone(),
                runs: before,
                history,
                path: self.kept.path.take(),
                saved: self.kept.saved,
                unsaved,
            }),
        };
        self.replace_document(Document::new(document.source, made.photo, mask));
        // Its history begins anew, so no earlier mark may stand for it.
        (self.kept.saved, self.kept.autosaved) = (Mark::NEVER, Mark::NEVER);
        self.runs.simulation = Some(simulation);
        requests
    }

    /// Takes up the simulation of a session whose damaged picture has just been put in place: nothing
    /// but the photo itself waits for its end.
    pub(crate) fn resume_simulation(&mut self, damage: Damage, made: Simulated) {
        let Some(open) = &self.document else { return };
        let mask = damage.mask.as_deref().cloned();
        let mut document = Document::new(open.source.clone(), Arc::clone(&damage.truth), mask);
        document.sha256.clone_from(&open.sha256);
        self.runs.simulation_seed = damage.recipe.seed;
        let saved = self.mark();
        self.runs.simulation = Some(Box::new(Simulation {
            truth: made.truth,
            spectrum: made.spectrum.as_ref().map(shown).map(Arc::new),
            recipe: damage.recipe,
            mask: damage.mask,
            document,
            runs: self.runs.afresh(),
            history: History::default(),
            path: None,
            saved,
            unsaved: false,
        }));
    }

    /// Leaves the simulation, or asks first if that would lose runs.
    pub(crate) fn leave_or_ask(&mut self, requests: &mut Requests) {
        self.end_stroke();
        if self.loses_simulation() {
            self.kept.waiting = Some(Waiting::LeaveSimulation);
            self.ask_about_simulation();
        } else {
            self.leave_simulation(requests);
        }
    }

    /// Whether leaving the simulation now would lose a run that is kept nowhere else.
    pub(crate) fn loses_simulation(&self) -> bool {
        let saved = self.mark() == self.kept.saved;
        let busy = self.run.is_some() || !self.runs.queue.is_empty();
        busy || (!self.runs.archive.all().is_empty() && !saved)
    }

    /// Asks what becomes of the runs of a simulation that is about to be left.
    pub(crate) fn ask_about_simulation(&mut self) {
        let kept = match self.runs.archive.all().len() {
            0 => String::new(),
            1 => "Its run and its measures are lost unless they are saved. ".to_owned(),
            runs => format!("Its {runs} runs and their measures are lost unless they are saved. "),
        };
        let running = match (self.run.is_some(), self.runs.queue.len()) {
            (false, 0) => "",
            (_, 0) => "The restoration that is running will be stopped. ",
            _ => "The restorations that run and wait will be stopped. ",
        };
        self.overlay = None;
        self.question = Some(Prompt {
            title: "Leave the simulation?".to_owned(),
            text: format!("{kept}{running}The photo from before comes back as it was."),
            answers: vec![
                answer("Save first", Weight::Usual, SessionCommand::SaveFirst),
                answer(
                    "Leave without saving",
                    Weight::Loses,
                    SessionCommand::Discard,
                ),
                answer("Stay", Weight::Other, SessionCommand::Stay),
            ],
            escape: 2,
        });
    }

    pub(crate) fn leave_simulation(&mut self, requests: &mut Requests) {
        self.runs.queue.clear();
        self.stop_run(requests);
        self.run = None;
        let Some(simulation) = self.runs.simulation.take() else {
            return;
        };
        let Simulation {
            document,
            mut runs,
            history,
            path,
            saved,
            ..
        } = *simulation;
        requests.push(ForgetAutosave::Simulation.into());
        (self.kept.path, self.kept.saved) = (path, saved);
        self.kept.autosaved = Mark::NEVER;
        runs.page = self.runs.page;
        runs.simulation_seed = self.runs.simulation_seed;
        runs.last = runs.last.max(self.runs.last);
        runs.frames = self.runs.frames.emptied();
        self.replace_document(document);
        self.runs = runs;
        self.history = history;
        if self.document.as_ref().is_some_and(|d| d.result.is_some()) {
            self.view.show = Show::Restored;
        }
    }

    fn replace_document(&mut self, document: Document) {
        let (width, height) = (document.photo.width(), document.photo.height());
        self.document = Some(document);
        if let Some(document) = &mut self.document {
            document.touch_all();
        }
        // What was found in the other photo is no proposal for this one.
        self.finder.forget();
        self.last_run = None;
        self.view.show = Show::Original;
        self.view.fit(width, height);
    }
}
