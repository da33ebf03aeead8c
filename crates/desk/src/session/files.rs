//! Opening, exporting and the dialogs for both.

use std::path::PathBuf;

use super::dialog::{Dialog, Purpose};
use super::export;
use super::{Request, is_session};
use crate::effect::Effect;
use crate::notice::Tone;
use crate::shell::command::Command;
use crate::shell::state::State;

impl State {
    /// Carries out a file command, or hands it back.
    pub(crate) fn apply_file(
        &mut self,
        command: Command,
        effects: &mut Vec<Effect>,
    ) -> Option<Command> {
        match command {
            Command::ShowDialog(purpose) => {
                self.end_stroke();
                self.runs.exporting = None;
                // What was done before is no news any more.
                self.notice.take_if(|notice| notice.tone == Tone::Success);
                self.show_dialog(purpose);
            }
            Command::DialogPath(path) => {
                let document = self.document.as_ref();
                if let Some(dialog) = &mut self.dialog {
                    dialog.retarget(path, document);
                }
            }
            Command::DialogQuality(quality) => {
                if let Some(dialog) = &mut self.dialog {
                    dialog.quality = quality.clamp(1, 100);
                }
            }
            Command::DialogReplace(replace) => {
                if let Some(dialog) = &mut self.dialog {
                    dialog.replace = replace;
                }
            }
            Command::DialogBrowse => {
                effects.extend(
                    self.dialog
                        .as_ref()
                        .map(|d| Effect::Browse(d.purpose, d.full_path())),
                );
            }
            Command::DialogAccept => effects.extend(self.accept_dialog()),
            Command::DialogCancel => {
                let dialog = self.dialog.take();
                if dialog.is_some_and(|dialog| dialog.purpose == Purpose::SaveSession) {
                    self.kept.waiting = None;
                }
            }
            Command::Open(path) => effects.push(self.open(path)),
            Command::OpenDemo => {
                self.loading = Some("the demo photograph".to_owned());
                effects.push(Effect::LoadDemo);
            }
            Command::Import(command) => self.apply_import(command, effects),
            Command::Batch(command) => self.apply_batch(command, effects),
            Command::Quit => effects.extend(self.quit()),
            Command::Paste => effects.push(Effect::Paste),
            Command::Session(command) => self.apply_session(command, effects),
            Command::Overlay(command) => self.apply_overlay(command, effects),
            Command::Answer(index) => effects.extend(self.answer(index)),
            other => return Some(other),
        }
        None
    }

    /// Begins to open a photo or a session.
    pub fn open(&mut self, photo: PathBuf) -> Effect {
        if is_session(&photo) {
            return self.load_session(Request::new(photo));
        }
        self.loading = Some(photo.display().to_string());
        Effect::Load { photo, mask: None }
    }

    fn accept_dialog(&mut self) -> Option<Effect> {
        let mut dialog = self.dialog.take()?;
        // Look again: the file may have appeared since the path was typed.
        let typed = dialog.path.clone();
        dialog.retarget(typed, self.document.as_ref());
        let effect = dialog
            .obstacle()
            .is_none()
            .then(|| self.dialog_effect(&dialog))
            .flatten();
        dialog.busy = effect.is_some();
        self.dialog = Some(dialog);
        effect
    }

    fn dialog_effect(&mut self, dialog: &Dialog) -> Option<Effect> {
        let path = dialog.full_path();
        match dialog.purpose {
            Purpose::OpenPhoto => Some(self.open(path)),
            Purpose::ImportMask => Some(Effect::LoadMask(path)),
            Purpose::SaveSession => self.save_session(path),
            Purpose::LocatePhoto => {
                let request = self.kept.locating.take()?;
                let request = Request {
                    photo: Some(path),
                    ..request
                };
                self.kept.locating = Some(request.clone());
                Some(self.load_session(request))
            }
            Purpose::ExportPhoto => {
                let photo = self.exported()?;
                let exporting = self.runs.exporting;
                let current = exporting.is_none() || exporting == self.runs.accepted();
                self.kept.exporting = current.then(|| self.mark());
                let options = export::options(dialog.quality);
                Some(Effect::SavePhoto(photo, path, options))
            }
            Purpose::ExportReport => Some(Effect::SaveReport(Box::new(self.telling()?), path)),
            Purpose::ExportFilm => Some(Effect::SaveFilm(Box::new(self.trajectory()?), path)),
            Purpose::ExportMask => {
                Some(Effect::SaveMask(self.document.as_ref()?.mask.clone(), path))
            }
        }
    }
}
