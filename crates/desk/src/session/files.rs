//! Opening, exporting and the dialogs for both.

use std::path::PathBuf;

use super::dialog::{Dialog, Purpose};
use super::export;
use super::state::SessionState;
use super::{Export, SaveFile};
use super::{SessionRequest, is_session};
use crate::request::BoxedRequest;
use crate::session::OpenMask;
use crate::session::OpenPhoto;

impl SessionState {
    /// Begins to open a photo or a session.
    pub(crate) fn open(&mut self, photo: PathBuf) -> BoxedRequest {
        if is_session(&photo) {
            return self.load_session(SessionRequest::new(photo));
        }
        self.loading = Some(photo.display().to_string());
        OpenPhoto::File { photo, mask: None }.into()
    }

    /// Does what the dialog is for.
    pub(crate) fn accept_dialog(&mut self) -> Option<BoxedRequest> {
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
