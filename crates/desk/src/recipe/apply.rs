//! Carries out what a person does with the recipe.

use super::command::{Gesture, RecipeCommand};
use super::path;
use super::settings::Settings;
use crate::common::notice::Notice;
use crate::request::Requests;
use crate::runs::history::Step;
use crate::shell::state::State;

impl State {
    /// Carries out a command on the recipe.
    pub(crate) fn apply_recipe(&mut self, command: RecipeCommand, requests: &mut Requests) {
        let mut next = self.settings.clone();
        match command {
            RecipeCommand::ChooseTask(task) => {
                next.task = task;
                next.follow(&self.settings);
                requests.extend(self.measure_noise_for(task));
                self.change(next);
            }
            RecipeCommand::ChoosePreset(preset) => {
                next.choose(preset);
                self.change(next);
            }
            RecipeCommand::UseSeed(seed) => {
                next.seed = seed.min(Settings::SEED_MAX);
                self.change(next);
            }
            RecipeCommand::Adjust { next, gesture } => self.adjust(*next, gesture),
            RecipeCommand::Soften(softer) => self.soften(softer),
            RecipeCommand::MeasureNoise => requests.extend(self.measure_noise()),
            // Every command but a few ends it: see `Command::is_passive`.
            RecipeCommand::EndGesture => {}
            RecipeCommand::Import(command) => self.apply_import(command, requests),
        }
    }

    /// Puts adjusted settings in place; a drag becomes one step when it ends.
    fn adjust(&mut self, mut next: Settings, gesture: Gesture) {
        next.follow(&self.settings);
        match gesture {
            Gesture::Once => self.change(next),
            Gesture::Ongoing => {
                self.history.adjust(&self.settings);
                self.settings = next;
            }
        }
    }

    /// The same setting as the inspector's slider, so that it is undone likewise.
    fn soften(&mut self, softer: bool) {
        let mut next = self.settings.clone();
        next.feather = if softer {
            (next.feather + 1).min(Settings::MOST_FEATHER)
        } else {
            next.feather.saturating_sub(1)
        };
        self.adjust(next, Gesture::Once);
    }

    /// A drawn path becomes the blur's, as one step. A click leaves what was there.
    pub(crate) fn take_drawn_path(&mut self, drawn: &[(f32, f32)]) {
        let Some(path) = path::simplified(drawn) else {
            return;
        };
        let mut next = self.settings.clone();
        next.blur.path = path;
        if let Err(error) = engine::check_operator(&next.operator()) {
            self.notice = Some(Notice::error(&error.to_string()));
            return;
        }
        self.change(next);
    }

    /// Puts other settings in place, as one step.
    pub(crate) fn change(&mut self, next: Settings) {
        if next != self.settings {
            let before = Box::new(std::mem::replace(&mut self.settings, next));
            let after = Box::new(self.settings.clone());
            self.history.push(Step::Settings { before, after });
        }
    }
}
