//! Carries out what a person asks for, feature by feature.

use super::command::Command;
use super::state::ShellState;
use crate::batch::BatchCommand;
use crate::mask::command::MaskCommand;
use crate::photo::command::ViewCommand;
use crate::recipe::command::{ImportCommand, RecipeCommand};
use crate::request::Requests;

impl ShellState {
    /// Carries out a command. A command that is not available (see [`ShellState::obstacle`]) does
    /// nothing. What the outside world has to do is returned.
    pub(crate) fn apply(&mut self, command: Command) -> Requests {
        if self.obstacle(&command).is_some() {
            return Vec::new();
        }
        if !command.is_passive() {
            self.end_gesture();
        }
        let prior = self.settings.prior.clone();
        let mut requests = Requests::new();
        self.carry_out(command, &mut requests);
        requests.extend(self.ask_for_glimpse());
        requests.extend(self.describe_if_changed(&prior));
        self.settle_sides();
        requests
    }

    fn carry_out(&mut self, command: Command, requests: &mut Requests) {
        match command {
            Command::View(command) => self.view(command),
            Command::Mask(command) => self.mark(command, requests),
            Command::Recipe(command) => self.recipe(command, requests),
            Command::Runs(command) => self.apply_runs(command, requests),
            Command::Session(command) => self.apply_session(command, requests),
            Command::Batch(command) => self.folder(command, requests),
            Command::Overlay(command) => self.apply_overlay(command, requests),
            Command::Undo => self.undo(),
            Command::Redo => self.redo(),
            Command::TravelTo(steps) => self.travel_to(steps),
            Command::Quit => requests.extend(self.quit()),
        }
    }

    fn view(&mut self, command: ViewCommand) {
        // Whoever chooses a picture does not look at a moment of the run any more.
        if matches!(command, ViewCommand::ChooseShow(_)) {
            self.runs.inspected = None;
        }
        let document = self.document.as_ref();
        let size = document.map(|d| (d.photo.width(), d.photo.height()));
        self.apply_view(command, size);
    }

    fn mark(&mut self, command: MaskCommand, requests: &mut Requests) {
        let begins = matches!(command, MaskCommand::BeginStroke { .. });
        self.apply_drawing(command, requests);
        let document = self.document.as_ref();
        let drawing = document.is_some_and(|d| d.is_drawing() || d.outline().is_some());
        if begins && drawing {
            self.runs.inspected = None;
        }
    }

    fn recipe(&mut self, command: RecipeCommand, requests: &mut Requests) {
        let opens = matches!(command, RecipeCommand::Import(ImportCommand::Show(_)));
        self.apply_recipe(command, requests);
        if opens && self.import.is_some() {
            self.dialog = None;
        }
    }

    fn folder(&mut self, command: BatchCommand, requests: &mut Requests) {
        if command == BatchCommand::Show {
            self.dialog = None;
        }
        self.apply_batch(command, requests);
    }
}
