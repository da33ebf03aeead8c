//! Carries out what a person does with files and sessions.

use super::dialog::Purpose;
use super::state::SessionState;
use super::{Browse, ForgetAutosave, OpenPhoto, Paste, SessionCommand};
use crate::common::notice::Tone;
use crate::request::Requests;

impl SessionState {
    /// Carries out a command with a file or a session.
    pub(crate) fn apply_session(&mut self, command: SessionCommand, requests: &mut Requests) {
        use SessionCommand as C;
        match command {
            C::ShowDialog(purpose) => self.begin_dialog(purpose),
            C::DialogPath(path) => self.type_path(path),
            C::DialogQuality(quality) => {
                if let Some(dialog) = &mut self.dialog {
                    dialog.quality = quality.clamp(1, 100);
                }
            }
            C::DialogReplace(replace) => {
                if let Some(dialog) = &mut self.dialog {
                    dialog.replace = replace;
                }
            }
            C::DialogBrowse => self.browse(requests),
            C::DialogAccept => requests.extend(self.accept_dialog()),
            C::DialogCancel => self.cancel_dialog(),
            C::OpenFile(path) => requests.push(self.open(path)),
            C::OpenDemo => {
                self.loading = Some("the demo photograph".to_owned());
                requests.push(OpenPhoto::Demo.into());
            }
            C::Paste => requests.push(Paste.into()),
            C::Answer(index) => self.give_answer(index, requests),
            C::ExportRun(id) => {
                self.begin_dialog(Purpose::ExportPhoto);
                self.runs.exporting = Some(id);
            }
            C::Simulate => requests.extend(self.simulate()),
            C::LeaveSimulation => self.leave_or_ask(requests),
            C::Save | C::SaveFirst => requests.extend(self.save()),
            C::Discard => requests.extend(self.go_on()),
            C::Stay => self.kept.waiting = None,
            C::Open(request) => {
                self.dialog = None;
                requests.push(self.load_session(request));
            }
            C::Locate(request) => {
                self.kept.locating = Some(request);
                self.show_dialog(Purpose::LocatePhoto);
            }
            C::ForgetLeftover(path) => requests.push(ForgetAutosave::Leftover(path).into()),
        }
    }

    /// Opens a file dialog on command.
    pub(crate) fn begin_dialog(&mut self, purpose: Purpose) {
        self.end_stroke();
        self.runs.exporting = None;
        // What was done before is no news any more.
        self.notice.take_if(|notice| notice.tone == Tone::Success);
        self.show_dialog(purpose);
    }

    /// Gives an answer to the open question.
    fn give_answer(&mut self, index: usize, requests: &mut Requests) {
        let Some(mut question) = self.question.take() else {
            return;
        };
        if index >= question.answers.len() {
            self.question = Some(question);
            return;
        }
        if let Some(command) = question.answers.swap_remove(index).command {
            self.apply_session(command, requests);
        }
    }

    fn type_path(&mut self, path: String) {
        let document = self.below.document.as_ref();
        if let Some(dialog) = &mut self.dialog {
            dialog.retarget(path, document);
        }
    }

    fn browse(&self, requests: &mut Requests) {
        if let Some(dialog) = &self.dialog {
            let (purpose, path) = (dialog.purpose, dialog.full_path());
            requests.push(Browse { purpose, path }.into());
        }
    }

    fn cancel_dialog(&mut self) {
        let dialog = self.dialog.take();
        if dialog.is_some_and(|dialog| dialog.purpose == Purpose::SaveSession) {
            self.kept.waiting = None;
        }
    }

    /// Saves where it was saved before, or asks where.
    fn save(&mut self) -> Requests {
        self.end_stroke();
        match self.kept.path.clone() {
            Some(path) => self.save_session(path).into_iter().collect(),
            None => {
                self.show_dialog(Purpose::SaveSession);
                Requests::new()
            }
        }
    }
}
