//! Whether a command can be carried out now, and if not, why: in words for a tooltip.

use super::command::Command;
use super::state::{PriorCard, State};
use crate::mask::command::MaskCommand;
use crate::mask::stroke::Tool;
use crate::session::SessionCommand;
use crate::session::dialog::Purpose;

const NO_PHOTO: &str = "Open a photo first";
const NO_RESULT: &str = "There is nothing restored yet";
const RUNNING: &str = "A restoration is running";

impl State {
    /// Why a command cannot be carried out now; `None` if it can.
    #[must_use]
    pub fn obstacle(&self, command: &Command) -> Option<String> {
        let unless = |fine: bool, reason: &str| (!fine).then(|| reason.to_owned());
        let photo = self.document.is_some();
        let result = self.document.as_ref().is_some_and(|d| d.result.is_some());
        let idle = self.mask_is_free();
        let drawing = self
            .document
            .as_ref()
            .is_some_and(|d| d.outline().is_some())
            || self.finder.has_dismissed();
        match command {
            Command::Restore => self.restore_obstacle(),
            Command::Runs(command) => self.runs_obstacle(command),
            Command::TogglePause | Command::Stop => match &self.run {
                None => Some("Nothing is running".to_owned()),
                Some(run) => unless(!run.stopping, "Already stopping"),
            },
            Command::ShowDialog(Purpose::ExportPhoto | Purpose::ExportReport)
            | Command::ToggleCompare => unless(result, NO_RESULT),
            Command::ShowDialog(Purpose::ExportFilm) => unless(
                !self.runs.frames.all().is_empty(),
                "No steps of a run have been seen yet",
            ),
            Command::ChooseShow(show) => unless(
                result || *show == crate::photo::view::Show::Original,
                NO_RESULT,
            ),
            Command::ShowDialog(Purpose::ExportMask | Purpose::SaveSession)
            | Command::Session(SessionCommand::Save) => unless(photo, NO_PHOTO),
            Command::ShowDialog(Purpose::ImportMask) | Command::InvertMask => {
                unless(photo, NO_PHOTO).or_else(|| unless(idle, RUNNING))
            }
            Command::ClearMask => unless(photo, NO_PHOTO)
                .or_else(|| unless(idle, RUNNING))
                .or_else(|| {
                    unless(
                        self.document.as_ref().is_some_and(|d| d.masked() > 0),
                        "The mask is empty",
                    )
                }),
            Command::ChooseTool(tool) => {
                let fits = *tool == Tool::Pan || self.settings.needs_mask();
                let fits = fits || self.settings.draws_path();
                unless(fits, "This task restores the whole picture")
            }
            // A path is a setting: it belongs to the next run, not to the one that is on.
            Command::BeginStroke { .. } if self.settings.draws_path() => unless(photo, NO_PHOTO),
            Command::BeginStroke { .. } => unless(photo, NO_PHOTO)
                .or_else(|| unless(idle, RUNNING))
                .or_else(|| {
                    unless(
                        self.settings.needs_mask(),
                        "This task restores the whole picture",
                    )
                }),
            Command::MeasureNoise => unless(photo, NO_PHOTO)
                .or_else(|| unless(!self.measuring_noise, "Already measuring")),
            Command::Mask(command) => self.mask_obstacle(command),
            Command::Undo => unless(self.history.can_undo() || drawing, "Nothing to undo")
                .or_else(|| self.exchange_obstacle(self.history.next().0.filter(|_| !drawing))),
            Command::Redo => unless(self.history.can_redo(), "Nothing to redo")
                .or_else(|| self.exchange_obstacle(self.history.next().1)),
            Command::DialogAccept => match &self.dialog {
                None => Some("No dialog is open".to_owned()),
                Some(dialog) => dialog.obstacle(),
            },
            Command::Import(command) => self.import_obstacle(command),
            Command::Batch(command) => self.batch_obstacle(command),
            Command::ZoomStep(_) | Command::ZoomFit | Command::ZoomActual => {
                unless(photo, NO_PHOTO)
            }
            _ => None,
        }
    }

    fn mask_obstacle(&self, command: &MaskCommand) -> Option<String> {
        let unless = |fine: bool, reason: &str| (!fine).then(|| reason.to_owned());
        let Some(document) = &self.document else {
            return Some(NO_PHOTO.to_owned());
        };
        let drawing = document.outline().is_some();
        match command {
            MaskCommand::Opacity(_) | MaskCommand::Fade(_) => None,
            MaskCommand::Soften(softer) => {
                let last = if *softer {
                    crate::Settings::MOST_FEATHER
                } else {
                    0
                };
                let limit = if *softer {
                    "The edge is as soft as it gets"
                } else {
                    "The edge is hard"
                };
                unless(self.settings.feather != last, limit)
            }
            MaskCommand::CloseShape | MaskCommand::CancelShape | MaskCommand::RemoveCorner => {
                unless(drawing, "No shape is being drawn")
            }
            _ if !self.mask_is_free() => Some(RUNNING.to_owned()),
            MaskCommand::Grow(_) | MaskCommand::Shrink(_) | MaskCommand::FillHoles => {
                unless(document.masked() > 0, "The mask is empty")
            }
            MaskCommand::AcceptProposal | MaskCommand::Dismiss { .. } => {
                unless(self.finder.pixels > 0, "Nothing has been found")
            }
            MaskCommand::BringBack => unless(self.finder.has_dismissed(), "Nothing was taken out"),
            MaskCommand::Search(_) | MaskCommand::DiscardProposal => None,
        }
    }

    fn restore_obstacle(&self) -> Option<String> {
        let Some(document) = &self.document else {
            return Some(NO_PHOTO.to_owned());
        };
        if let Some(full) = self.room_obstacle(self.settings.candidates) {
            return Some(full);
        }
        if self.runs.simulating {
            return Some("One moment: the damage is being simulated".to_owned());
        }
        if let PriorCard::Unusable(_) = self.prior {
            return Some("Choose another prior: this one cannot be used".to_owned());
        }
        let settings = &self.settings;
        if settings.needs_mask() && document.masked() == 0 && !document.is_drawing() {
            return Some("Paint over the damage first".to_owned());
        }
        if let Some(missing) = settings.missing() {
            return Some(missing.to_owned());
        }
        let sampler = &settings.sampler_now().name;
        self.spectrum_obstacle()
            .or_else(|| self.glimpse.obstacle(settings).map(str::to_owned))
            .or_else(|| self.glimpse.refusal(settings, sampler))
    }
}
