//! Carries out what a person does with the recipe.

use std::fmt::Display;

use engine::{PriorChoice, PriorSummary};

use super::command::{Gesture, RecipeCommand};
use super::describe_prior::DescribePrior;
use super::prior::PriorCard;
use super::settings::Settings;
use super::state::RecipeState;
use crate::request::{BoxedRequest, Requests, one};

impl RecipeState {
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
                self.begin_gesture();
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

    /// Puts settings in place that nobody chose by hand, and asks for what is not known of them.
    pub(crate) fn take_over(&mut self, next: Settings) -> Requests {
        let prior = self.settings.prior.clone();
        self.end_gesture();
        self.adjust(next, Gesture::Once);
        let mut requests = one(self.ask_for_glimpse());
        requests.extend(self.describe_if_changed(&prior));
        requests
    }

    /// A prior that was not chosen before has to be read.
    pub(crate) fn describe_if_changed(&mut self, before: &PriorChoice) -> Option<BoxedRequest> {
        if self.settings.prior == *before {
            return None;
        }
        self.prior = PriorCard::Reading;
        Some(DescribePrior(self.settings.prior.clone()).into())
    }

    /// What a prior says of itself. An answer to a choice that has changed since is old news.
    pub(crate) fn prior_described(
        &mut self,
        choice: &PriorChoice,
        answer: Result<PriorSummary, impl Display>,
    ) {
        if *choice == self.settings.prior {
            self.prior = match answer {
                Ok(summary) => PriorCard::Known(Box::new(summary)),
                Err(error) => PriorCard::Unusable(error.to_string()),
            };
        }
    }
}
