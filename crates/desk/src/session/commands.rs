//! Saving, opening, and asking before something is lost.

use std::path::PathBuf;

use super::Quit;
use super::dialog::{Dialog, Purpose};
use super::opened::Opened;
use super::question::{Answer, Prompt, Weight, answer};
use super::save::Aside;
use super::state::SessionState;
use super::{Mark, Refusal, Resumed, SaveSession, SessionCommand, SessionRequest, Waiting};
use crate::common::notice::Notice;
use crate::mask::document::Source;
use crate::request::{BoxedRequest, Requests};
use crate::session::ForgetAutosave;
use crate::session::OpenSession;

impl SessionState {
    /// Begins to open a session.
    pub(crate) fn load_session(&mut self, request: SessionRequest) -> BoxedRequest {
        self.loading = Some(request.session.display().to_string());
        OpenSession(request).into()
    }

    /// Begins to save the session.
    pub(crate) fn save_session(&mut self, path: PathBuf) -> Option<BoxedRequest> {
        let mut snapshot = self.snapshot()?;
        snapshot.path = Some(path.clone());
        Some(SaveSession { snapshot, path }.into())
    }

    /// The session has been written.
    pub(crate) fn session_saved(&mut self, path: PathBuf, mark: Mark) -> Requests {
        self.notice = Some(Notice::success(format!(
            "Session saved as {}",
            path.display()
        )));
        if !self.is_about_this(mark) {
            // Another photo has taken its place meanwhile.
            self.remembered.file(&path);
            return vec![self.remember()];
        }
        if self
            .dialog
            .as_ref()
            .is_some_and(|d| d.purpose == Purpose::SaveSession)
        {
            self.dialog = None;
        }
        self.remembered.file(&path);
        self.kept.path = Some(path);
        self.kept.saved = mark;
        let mut requests = self.forget_leftover();
        requests.push(self.remember());
        requests.extend(self.settled());
        if self.kept.waiting.is_some() {
            // The window stayed usable while the file was written.
            if !self.waits_for_more() {
                requests.extend(self.go_on());
            } else if matches!(self.kept.waiting, Some(Waiting::LeaveSimulation)) {
                self.ask_about_simulation();
            } else {
                self.ask_about_unsaved();
            }
        }
        requests
    }

    /// The result has been exported: a copy, which holds neither mask nor runs.
    pub(crate) fn result_exported(&mut self) {
        self.kept.exported = self.kept.exporting.take();
    }

    /// Where nothing is unsaved there is nothing to recover.
    fn settled(&mut self) -> Requests {
        if self.is_unsaved() {
            return Vec::new();
        }
        self.kept.autosaved = self.kept.saved;
        vec![ForgetAutosave::Everything.into()]
    }

    /// Closes the window, or asks first.
    pub(crate) fn quit(&mut self) -> Requests {
        self.end_stroke();
        self.kept.waiting = Some(Waiting::Quit);
        if self.is_unsaved() {
            self.ask_about_unsaved();
            return Vec::new();
        }
        if self.batches.is_running() {
            self.ask_about_batch();
            return Vec::new();
        }
        self.go_on()
    }

    fn ask_about_batch(&mut self) {
        self.question = Some(Prompt {
            title: "A folder is being restored. Close all the same?".to_owned(),
            text: "What is done is kept. The same folder goes on from there another time."
                .to_owned(),
            answers: vec![
                answer("Stay", Weight::Usual, SessionCommand::Stay),
                answer("Close", Weight::Loses, SessionCommand::Discard),
            ],
            escape: 0,
        });
    }

    /// Something has been opened: shows it, or asks first.
    pub(crate) fn arrived(&mut self, opened: Opened) -> Requests {
        self.loading = None;
        self.end_stroke();
        // A slider may still be held: what it did so far is a step of the photo that is open.
        self.end_gesture();
        self.kept.waiting = Some(Waiting::Show(Box::new(opened)));
        if self.is_unsaved() {
            self.dialog = None;
            self.ask_about_unsaved();
            return Vec::new();
        }
        self.go_on()
    }

    /// Whether what waits would still lose something.
    fn waits_for_more(&self) -> bool {
        match self.kept.waiting {
            // What was asked about the run that is on has been answered.
            Some(Waiting::LeaveSimulation) => self.mark() != self.kept.saved,
            _ => self.is_unsaved(),
        }
    }

    fn ask_about_unsaved(&mut self) {
        let name = self.document.as_ref().map(|d| d.source.name());
        let exported = self.kept.exported == Some(self.mark());
        let lost = if self.kept.path.is_some() {
            // What the session file holds stays.
            "the changes since the session was saved"
        } else if exported {
            "the mask, the settings and all runs"
        } else if self.has_result() {
            "the mask, the settings, the result and all runs"
        } else {
            "the mask and the settings"
        };
        let safe = if exported {
            "The result is exported. "
        } else {
            ""
        };
        let mut text = format!("{safe}Otherwise {lost} are lost.");
        if self.run.is_some() {
            text += " The restoration that is running will be stopped.";
        }
        if self.batches.is_running() && matches!(self.kept.waiting, Some(Waiting::Quit)) {
            text += " The folder that is being restored will be left where it is.";
        }
        if self.kept.aside.as_ref().is_some_and(|aside| aside.unsaved) {
            text += " The work from before the simulation is not saved either: leave the simulation to \
                     save it.";
        }
        self.question = Some(Prompt {
            title: format!("Save the work on “{}”?", name.unwrap_or_default()),
            text,
            answers: vec![
                answer("Save", Weight::Usual, SessionCommand::SaveFirst),
                answer("Don’t save", Weight::Loses, SessionCommand::Discard),
                answer("Cancel", Weight::Other, SessionCommand::Stay),
            ],
            escape: 2,
        });
    }

    /// Does what has been waiting.
    pub(crate) fn go_on(&mut self) -> Requests {
        match self.kept.waiting.take() {
            None => Vec::new(),
            Some(Waiting::LeaveSimulation) => {
                let mut requests = Vec::new();
                self.leave_simulation(&mut requests);
                self.settle_sides();
                requests
            }
            Some(Waiting::Quit) => {
                self.kept.leaving = true;
                let mut requests = self.forget_leftover();
                requests.extend([ForgetAutosave::Everything.into(), Quit.into()]);
                requests
            }
            Some(Waiting::Show(opened)) => {
                let mut requests = self.forget_leftover();
                requests.push(ForgetAutosave::Everything.into());
                requests.extend(self.show(*opened));
                requests
            }
        }
    }

    /// Takes up a session whose photo has just been put in place.
    pub(crate) fn resume(&mut self, resumed: Resumed) -> Option<BoxedRequest> {
        if let Some((damage, made)) = resumed.simulation {
            // Nothing but the photo itself waits for its end.
            self.kept.aside = Some(Aside {
                path: None,
                saved: self.mark(),
                unsaved: false,
            });
            self.resume_simulation(damage, made);
        }
        let study = self.runs.resume(resumed.runs, resumed.taken);
        self.settings = resumed.settings;
        let report = resumed.reports.last().cloned();
        self.last_run = report.map(crate::runs::active::LastRun::of);
        self.log.reports = resumed.reports;
        self.kept.path = resumed.path;
        if let Some(document) = &mut self.document {
            document.result = resumed.result;
            if document.result.is_some() {
                self.view.show = crate::Show::Restored;
            }
        }
        self.kept.saved = self.mark();
        if resumed.recovered.is_some() {
            self.kept.recovered = resumed.recovered;
            (self.kept.saved, self.kept.autosaved) = (Mark::NEVER, Mark::NEVER);
            self.log.due = true;
            self.notice = Some(Notice::info(
                "This is the work as it was saved last. Save the session to keep it.",
            ));
        }
        if let Some(remark) = resumed.remark {
            self.notice = Some(Notice::info(remark));
        }
        study
    }

    /// A session was not opened: says why, and what can be done.
    pub(crate) fn refused(&mut self, refusal: Refusal) {
        self.loading = None;
        match refusal {
            Refusal::Broken(error) => self.complain(Purpose::OpenPhoto, &error),
            Refusal::Missing { request, photo } => {
                let text = format!(
                    "The session {} is about {}, which is not there. It may have been moved or \
                     renamed.",
                    request.session.display(),
                    photo.display()
                );
                self.ask_for_photo("The photo is missing", text, None, request);
            }
            Refusal::Changed {
                request,
                photo,
                sizes,
            } => {
                let mut text = format!(
                    "{} is not the picture that the session {} was made on: its contents differ.",
                    photo.display(),
                    request.session.display()
                );
                let anyway = match sizes {
                    None => Some(SessionRequest {
                        photo: Some(photo),
                        accept_changed: true,
                        ..request.clone()
                    }),
                    Some([found, expected]) => {
                        text += &format!(
                            " It is {} × {} pixels instead of {} × {}, so that the mask does not \
                             fit.",
                            found.0, found.1, expected.0, expected.1
                        );
                        None
                    }
                };
                self.ask_for_photo("The photo has changed", text, anyway, request);
            }
        }
    }

    fn ask_for_photo(
        &mut self,
        title: &str,
        text: String,
        anyway: Option<SessionRequest>,
        request: SessionRequest,
    ) {
        let locate = SessionCommand::Locate(request);
        let mut answers = vec![answer("Choose the photo…", Weight::Usual, locate)];
        if let Some(request) = anyway {
            let open = SessionCommand::Open(request);
            answers.push(answer("Open anyway", Weight::Other, open));
        }
        answers.push(Answer::new("Cancel", Weight::Other, None));
        self.dialog = None;
        self.question = Some(Prompt {
            title: title.to_owned(),
            text,
            escape: answers.len() - 1,
            answers,
        });
    }

    /// Opens a file dialog, in the folder that was chosen for what it writes.
    pub(crate) fn show_dialog(&mut self, purpose: Purpose) {
        let mut dialog = Dialog::new(purpose, self.document.as_ref());
        let folder = match purpose {
            Purpose::SaveSession => self.preferences.session_folder.as_ref(),
            Purpose::ExportPhoto | Purpose::ExportReport | Purpose::ExportFilm => {
                self.preferences.export_folder.as_ref()
            }
            _ => None,
        };
        let kept = self
            .kept
            .path
            .clone()
            .filter(|_| purpose == Purpose::SaveSession);
        let suggested = dialog.full_path();
        let in_folder = folder
            .zip(suggested.file_name())
            .map(|(f, name)| f.join(name));
        if let Some(path) = kept.or(in_folder) {
            dialog.retarget(path.display().to_string(), self.document.as_ref());
        }
        self.dialog = Some(dialog);
    }

    /// What was opened is remembered, if it is a file.
    pub(crate) fn note_opened(&mut self) -> Option<BoxedRequest> {
        let photo = match self.document.as_ref().map(|d| &d.source) {
            Some(Source::File(path)) => Some(path.clone()),
            _ => None,
        };
        let path = self.kept.path.clone().or(photo)?;
        self.remembered.file(&path);
        Some(self.remember())
    }
}
