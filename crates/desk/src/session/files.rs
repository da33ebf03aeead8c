//! Opening, exporting and the dialogs for both.

use std::path::PathBuf;

use super::dialog::{Dialog, Purpose};
use super::export;
use super::{Browse, Export, SaveFile};
use super::{SessionRequest, is_session};
use crate::common::notice::Tone;
use crate::request::{BoxedRequest, Requests};
use crate::session::OpenMask;
use crate::session::OpenPhoto;
use crate::session::Paste;
use crate::shell::command::Command;
use crate::shell::state::State;

impl State {
    /// Carries out a file command, or hands it back.
    pub(crate) fn apply_file(
        &mut self,
        command: Command,
        requests: &mut Requests,
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
                requests.extend(self.dialog.as_ref().map(|d| {
                    Browse {
                        purpose: d.purpose,
                        path: d.full_path(),
                    }
                    .into()
                }));
            }
            Command::DialogAccept => requests.extend(self.accept_dialog()),
            Command::DialogCancel => {
                let dialog = self.dialog.take();
                if dialog.is_some_and(|dialog| dialog.purpose == Purpose::SaveSession) {
                    self.kept.waiting = None;
                }
            }
            Command::Open(path) => requests.push(self.open(path)),
            Command::OpenDemo => {
                self.loading = Some("the demo photograph".to_owned());
                requests.push(OpenPhoto::Demo.into());
            }
            Command::Import(command) => self.apply_import(command, requests),
            Command::Batch(command) => self.apply_batch(command, requests),
            Command::Quit => requests.extend(self.quit()),
            Command::Paste => requests.push(Paste.into()),
            Command::Session(command) => self.apply_session(command, requests),
            Command::Overlay(command) => self.apply_overlay(command, requests),
            Command::Answer(index) => requests.extend(self.answer(index)),
            other => return Some(other),
        }
        None
    }

    /// Begins to open a photo or a session.
    pub(crate) fn open(&mut self, photo: PathBuf) -> BoxedRequest {
        if is_session(&photo) {
            return self.load_session(SessionRequest::new(photo));
        }
        self.loading = Some(photo.display().to_string());
        OpenPhoto::File { photo, mask: None }.into()
    }

    fn accept_dialog(&mut self) -> Option<BoxedRequest> {
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

    fn dialog_effect(&mut self, dialog: &Dialog) -> Option<BoxedRequest> {
        let path = dialog.full_path();
        match dialog.purpose {
            Purpose::OpenPhoto => Some(self.open(path)),
            Purpose::ImportMask => Some(OpenMask(path).into()),
            Purpose::SaveSession => self.save_session(path),
            Purpose::LocatePhoto => {
                let request = self.kept.locating.take()?;
                let request = SessionRequest {
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
                Some(
                    SaveFile {
                        export: Export::Photo(photo, options),
                        path,
                    }
                    .into(),
                )
            }
            Purpose::ExportReport => {
                let export = Export::Report(Box::new(self.telling()?));
                Some(SaveFile { export, path }.into())
            }
            Purpose::ExportFilm => {
                let export = Export::Animation(Box::new(self.trajectory()?));
                Some(SaveFile { export, path }.into())
            }
            Purpose::ExportMask => {
                let export = Export::Mask(self.document.as_ref()?.mask.clone());
                Some(SaveFile { export, path }.into())
            }
        }
    }
}
