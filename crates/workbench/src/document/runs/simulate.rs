//! Simulated damage: the open photo is taken for the truth, so that a restoration can be measured
//! against it.

use std::path::PathBuf;
use std::sync::Arc;

use engine::Recipe;
use imaging::{Mask, Photo};

use super::Runs;
use crate::document::effect::Effect;
use crate::document::history::History;
use crate::document::notice::Notice;
use crate::document::open_document::Document;
use crate::document::question::{Prompt, Weight};
use crate::document::session::{Mark, SessionCommand, Waiting, answer};
use crate::document::state::State;
use crate::document::view::Show;

/// What waits for the end of a simulation.
#[derive(Clone, Debug)]
pub struct Simulation {
    /// The undamaged photo.
    pub truth: Arc<Photo>,
    /// The operator and the noise that damaged it; its seed is that of the noise.
    pub recipe: Recipe,
    document: Document,
    runs: Runs,
    history: History,
    /// The session file of what waits, which the simulation must not be saved into.
    path: Option<PathBuf>,
    saved: Mark,
    /// Whether what waits is unsaved.
    pub(in crate::document) unsaved: bool,
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

impl State {
    pub(super) fn simulate_obstacle(&self) -> Option<String> {
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

    pub(super) fn simulate(&mut self) -> Option<Effect> {
        self.end_stroke();
        let document = self.document.as_ref()?;
        let truth = self.truth().unwrap_or(&document.photo);
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
        Some(Effect::Damage(Box::new(damage)))
    }

    /// The damaged photo is there, or could not be made.
    pub(in crate::document) fn damaged(
        &mut self,
        damage: Damage,
        damaged: Result<Arc<Photo>, String>,
    ) -> Vec<Effect> {
        self.runs.simulating = false;
        let photo = match damaged {
            Ok(photo) => photo,
            Err(reason) => {
                self.notice = Some(Notice::error(&reason));
                return Vec::new();
            }
        };
        let unsaved = self.is_unsaved();
        // Another photo may have been opened meanwhile.
        let Some(document) = self.document.take_if(|document| {
            let open = self.runs.simulation.as_ref().map(|s| &s.truth);
            Arc::ptr_eq(open.unwrap_or(&document.photo), &damage.truth)
        }) else {
            return Vec::new();
        };
        let runs = self.runs.afresh();
        let before = std::mem::replace(&mut self.runs, runs);
        let history = std::mem::take(&mut self.history);
        let mask = Some(Mask::clone(&document.mask));
        let simulation = match before.simulation {
            // Another damage to the same truth: what waits is what waited.
            Some(mut simulation) => {
                simulation.recipe = damage.recipe;
                simulation
            }
            None => Box::new(Simulation {
                truth: damage.truth,
                recipe: damage.recipe,
                document: document.clone(),
                runs: before,
                history,
                path: self.kept.path.take(),
                saved: self.kept.saved,
                unsaved,
            }),
        };
        self.replace_document(Document::new(document.source, photo, mask));
        // Its history begins anew, so no earlier mark may stand for it.
        self.kept.saved = Mark::NEVER;
        self.runs.simulation = Some(simulation);
        Vec::new()
    }

    /// Leaves the simulation, or asks first if that would lose runs.
    pub(super) fn leave_or_ask(&mut self, effects: &mut Vec<Effect>) {
        self.end_stroke();
        if self.loses_simulation() {
            self.kept.waiting = Some(Waiting::LeaveSimulation);
            self.ask_about_simulation();
        } else {
            self.leave_simulation(effects);
        }
    }

    /// Whether leaving the simulation now would lose a run that is kept nowhere else.
    pub(in crate::document) fn loses_simulation(&self) -> bool {
        let saved = self.mark() == self.kept.saved;
        let busy = self.run.is_some() || !self.runs.queue.is_empty();
        busy || (!self.runs.archive.all().is_empty() && !saved)
    }

    /// Asks what becomes of the runs of a simulation that is about to be left.
    pub(in crate::document) fn ask_about_simulation(&mut self) {
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

    pub(in crate::document) fn leave_simulation(&mut self, effects: &mut Vec<Effect>) {
        self.runs.queue.clear();
        self.stop_run(effects);
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
        (self.kept.path, self.kept.saved) = (path, saved);
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
