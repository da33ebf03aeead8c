//! Simulates damage, and goes back to the photo it was done to.

use std::sync::Arc;

use engine::{Chain, Recipe, Scene, Simulated};
use imaging::Mask;

use super::simulation::{Damage, Simulation, shown};
use super::state::RunsState;
use crate::common::history::History;
use crate::mask::document::Document;
use crate::photo::view::Show;
use crate::request::Requests;

impl RunsState {
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

    /// The damage that the settings say, to the photo that is the truth.
    pub(crate) fn damage_wanted(&mut self) -> Option<Damage> {
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
        Some(Damage {
            truth: Arc::clone(truth),
            mask,
            recipe,
        })
    }

    /// Whether damage was made to the photo that is open; another may have been opened meanwhile.
    pub(crate) fn is_about_open_photo(&self, damage: &Damage) -> bool {
        let simulation = self.runs.simulation.as_ref();
        let open = simulation.map(|s| &s.document.photo);
        let open = open.or(self.document.as_ref().map(|document| &document.photo));
        self.document.is_some() && open.is_some_and(|open| Arc::ptr_eq(open, &damage.truth))
    }

    /// Puts the damaged picture in place of the photo, which waits for the end of the simulation.
    /// Whether one has begun, and not only another damage been done to the same photo.
    pub(crate) fn begin_simulation(&mut self, damage: Damage, made: Simulated) -> bool {
        let Some(document) = self.document.take() else {
            return false;
        };
        let runs = self.runs.afresh();
        let before = std::mem::replace(&mut self.runs, runs);
        let history = std::mem::take(&mut self.history);
        let mask = Some(Mask::clone(&document.mask));
        let spectrum = made.spectrum.as_ref().map(shown).map(Arc::new);
        let begun = before.simulation.is_none();
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
            }),
        };
        self.replace_document(Document::new(document.source, made.photo, mask));
        self.runs.simulation = Some(simulation);
        begun
    }

    /// Takes up the simulation of a session whose damaged picture has just been put in place: nothing
    /// but the photo itself waits for its end.
    pub(crate) fn resume_simulation(&mut self, damage: Damage, made: Simulated) {
        let Some(open) = &self.document else { return };
        let mask = damage.mask.as_deref().cloned();
        let mut document = Document::new(open.source.clone(), Arc::clone(&damage.truth), mask);
        document.sha256.clone_from(&open.sha256);
        self.runs.simulation_seed = damage.recipe.seed;
        self.runs.simulation = Some(Box::new(Simulation {
            truth: made.truth,
            spectrum: made.spectrum.as_ref().map(shown).map(Arc::new),
            recipe: damage.recipe,
            mask: damage.mask,
            document,
            runs: self.runs.afresh(),
            history: History::default(),
        }));
    }

    /// Stops what runs and puts back what waited for the end of the simulation. Whether there was one.
    pub(crate) fn end_simulation(&mut self, requests: &mut Requests) -> bool {
        self.runs.queue.clear();
        self.stop_run(requests);
        self.run = None;
        let Some(simulation) = self.runs.simulation.take() else {
            return false;
        };
        let Simulation {
            document,
            mut runs,
            history,
            ..
        } = *simulation;
        runs.page = self.runs.page;
        runs.simulation_seed = self.runs.simulation_seed;
        runs = runs.numbered_after(&self.runs);
        runs.frames = self.runs.frames.emptied();
        self.replace_document(document);
        self.runs = runs;
        self.history = history;
        if self.has_result() {
            self.view.show = Show::Restored;
        }
        true
    }

    /// Whether anything runs or waits.
    pub(crate) fn is_busy(&self) -> bool {
        self.run.is_some() || !self.runs.queue.is_empty()
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
