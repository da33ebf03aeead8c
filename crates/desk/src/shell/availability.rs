//! Whether a command can be carried out now, and if not, why: in words for a tooltip.

use super::command::Command;
use super::state::ShellState;
use crate::mask::command::MaskCommand;
use crate::mask::stroke::Tool;
use crate::photo::command::ViewCommand;
use crate::photo::view::Show;
use crate::recipe::command::{ImportCommand, RecipeCommand};
use crate::recipe::settings::Settings;
use crate::session::SessionCommand;
use crate::session::dialog::Purpose;

const NO_PHOTO: &str = "Open a photo first";
const NO_RESULT: &str = "There is nothing restored yet";
const RUNNING: &str = "A restoration is running";
const WHOLE: &str = "This task restores the whole picture";

fn unless(fine: bool, reason: &str) -> Option<String> {
    (!fine).then(|| reason.to_owned())
}

impl ShellState {
    /// Why a command cannot be carried out now; `None` if it can.
    #[must_use]
    pub fn obstacle(&self, command: &Command) -> Option<String> {
        match command {
            Command::View(command) => self.view_obstacle(command),
            Command::Mask(command) => self.mask_obstacle(command),
            Command::Recipe(command) => self.recipe_obstacle(command),
            Command::Runs(command) => self.runs_obstacle(command),
            Command::Session(command) => self.session_obstacle(command),
            Command::Batch(command) => self.batch_obstacle(command),
            Command::Undo => unless(
                self.can_undo() || self.is_taken_back_first(),
                "Nothing to undo",
            )
            .or_else(|| {
                let next = self.history.next().0;
                self.exchange_obstacle(next.filter(|_| !self.is_taken_back_first()))
            }),
            Command::Redo => unless(self.history.can_redo(), "Nothing to redo")
                .or_else(|| self.exchange_obstacle(self.history.next().1)),
            Command::Overlay(_) | Command::TravelTo(_) | Command::Quit => None,
        }
    }

    /// Whether a corner or a patch of a proposal is taken back before any step.
    fn is_taken_back_first(&self) -> bool {
        let document = self.document.as_ref();
        document.is_some_and(|d| d.outline().is_some()) || self.finder.has_dismissed()
    }

    fn view_obstacle(&self, command: &ViewCommand) -> Option<String> {
        match command {
            ViewCommand::ToggleCompare => unless(self.has_result(), NO_RESULT),
            ViewCommand::ChooseShow(show) => {
                unless(self.has_result() || *show == Show::Original, NO_RESULT)
            }
            ViewCommand::ZoomStep(_) | ViewCommand::ZoomFit | ViewCommand::ZoomActual => {
                unless(self.document.is_some(), NO_PHOTO)
            }
            _ => None,
        }
    }

    fn recipe_obstacle(&self, command: &RecipeCommand) -> Option<String> {
        match command {
            RecipeCommand::MeasureNoise => unless(self.document.is_some(), NO_PHOTO)
                .or_else(|| unless(!self.measuring_noise, "Already measuring")),
            RecipeCommand::Import(command) => self.import_obstacle(command),
            RecipeCommand::Soften(softer) => {
                let (last, limit) = if *softer {
                    (Settings::MOST_FEATHER, "The edge is as soft as it gets")
                } else {
                    (0, "The edge is hard")
                };
                unless(self.document.is_some(), NO_PHOTO)
                    .or_else(|| unless(self.settings.feather != last, limit))
            }
            _ => None,
        }
    }

    fn session_obstacle(&self, command: &SessionCommand) -> Option<String> {
        match command {
            SessionCommand::ShowDialog(Purpose::ExportPhoto | Purpose::ExportReport) => {
                unless(self.has_result(), NO_RESULT)
            }
            SessionCommand::ShowDialog(Purpose::ExportFilm) => unless(
                !self.runs.frames.all().is_empty(),
                "No steps of a run have been seen yet",
            ),
            SessionCommand::ShowDialog(Purpose::ExportMask | Purpose::SaveSession)
            | SessionCommand::Save => unless(self.document.is_some(), NO_PHOTO),
            SessionCommand::ShowDialog(Purpose::ImportMask) => self.marking_obstacle(),
            SessionCommand::ExportRun(id) => self.picture_obstacle(*id),
            SessionCommand::Simulate => self.simulate_obstacle(),
            SessionCommand::LeaveSimulation => {
                unless(self.runs.simulation.is_some(), "Nothing is simulated")
            }
            SessionCommand::DialogAccept => match &self.dialog {
                None => Some("No dialog is open".to_owned()),
                Some(dialog) => dialog.obstacle(),
            },
            _ => None,
        }
    }

    /// Why the mask cannot be changed at all.
    fn marking_obstacle(&self) -> Option<String> {
        unless(self.document.is_some(), NO_PHOTO).or_else(|| unless(self.mask_is_free(), RUNNING))
    }

    fn stroke_obstacle(&self) -> Option<String> {
        // A path is a setting: it belongs to the next run, not to the one that is on.
        if self.settings.draws_path() {
            return unless(self.document.is_some(), NO_PHOTO);
        }
        self.marking_obstacle()
            .or_else(|| unless(self.settings.needs_mask(), WHOLE))
    }

    fn mask_obstacle(&self, command: &MaskCommand) -> Option<String> {
        let document = self.document.as_ref();
        let drawing = document.is_some_and(|document| document.outline().is_some());
        let empty = document.is_none_or(|document| document.masked() == 0);
        match command {
            MaskCommand::ChooseTool(tool) => {
                let fits = *tool == Tool::Pan || self.settings.needs_mask();
                unless(fits || self.settings.draws_path(), WHOLE)
            }
            MaskCommand::BeginStroke { .. } => self.stroke_obstacle(),
            MaskCommand::BrushDiameter(_)
            | MaskCommand::ResizeBrush(_)
            | MaskCommand::Press(_)
            | MaskCommand::ExtendStroke(_)
            | MaskCommand::EndStroke => None,
            MaskCommand::Opacity(_) | MaskCommand::Fade(_) => unless(document.is_some(), NO_PHOTO),
            MaskCommand::CloseShape | MaskCommand::CancelShape | MaskCommand::RemoveCorner => {
                unless(document.is_some(), NO_PHOTO)
                    .or_else(|| unless(drawing, "No shape is being drawn"))
            }
            MaskCommand::Invert | MaskCommand::Search(_) | MaskCommand::DiscardProposal => {
                self.marking_obstacle()
            }
            MaskCommand::Clear
            | MaskCommand::Grow(_)
            | MaskCommand::Shrink(_)
            | MaskCommand::FillHoles => self
                .marking_obstacle()
                .or_else(|| unless(!empty, "The mask is empty")),
            MaskCommand::AcceptProposal | MaskCommand::Dismiss { .. } => self
                .marking_obstacle()
                .or_else(|| unless(self.finder.pixels > 0, "Nothing has been found")),
            MaskCommand::BringBack => self
                .marking_obstacle()
                .or_else(|| unless(self.finder.has_dismissed(), "Nothing was taken out")),
        }
    }

    /// Whether something can be undone.
    #[must_use]
    pub fn can_undo(&self) -> bool {
        !self.history.is_empty() || self.gesture.is_some()
    }

    /// Why a command of the form cannot be carried out now.
    pub(crate) fn import_obstacle(&self, command: &ImportCommand) -> Option<String> {
        if *command != ImportCommand::Accept {
            return None;
        }
        if let Some(doing) = self.import_progress() {
            return Some(doing.to_owned());
        }
        match &self.import {
            None => Some("No checkpoint is chosen".to_owned()),
            Some(form) => form.obstacle(),
        }
    }
}
