//! What comes back from the outside world: decoded photos, stored files, priors, devices.

use std::fmt::Display;
use std::path::Path;

use imaging::Mask;

use super::Kept;
use super::dialog::{Dialog, Purpose};
use super::opened::Opened;
use super::state::SessionState;
use crate::common::history::History;
use crate::common::notice::Notice;
use crate::mask::document::Document;
use crate::mask::stroke::{Brush, Tool};
use crate::outside::{NO_CHOOSER, Picked};
use crate::photo::view::Show;
use crate::recipe::settings::Settings;
use crate::recipe::task::Jpeg;
use crate::request::Requests;
use crate::runs::SetPaused;
use crate::runs::Stop;
use crate::runs::log::RunLog;

/// What is said of a file that ends before its picture does.
fn cut_short(name: &str) -> String {
    format!(
        "{name} ends early: the lower part of the picture, or its fine detail, is missing. Look \
         for another copy of it."
    )
}

impl SessionState {
    /// A photo could not be opened.
    pub(crate) fn not_opened(&mut self, error: &impl Display) {
        self.loading = None;
        self.complain(Purpose::OpenPhoto, error);
    }

    /// A session could not be saved.
    pub(crate) fn session_not_saved(&mut self, error: &impl Display) {
        if self.dialog.is_none() {
            // A later save must not close the window by surprise.
            self.kept.waiting = None;
        }
        self.complain(Purpose::SaveSession, error);
    }

    /// Something was stored for people to have, or could not be.
    pub(crate) fn exported_as(&mut self, path: &Path, stored: Result<(), impl Display>) {
        if let Err(error) = stored {
            return self.complain(Purpose::ExportPhoto, &error);
        }
        let dialog = self.dialog.take();
        let terms = dialog
            .as_ref()
            .and_then(|d| Some((d.terms.as_ref()?, d.quality)));
        let done = terms.map(|(terms, quality)| terms.done(quality));
        let text = format!("Saved as {}{}", path.display(), done.unwrap_or_default());
        self.notice = Some(Notice::success(text));
        if dialog.is_some_and(|dialog| dialog.purpose == Purpose::ExportPhoto) {
            self.result_exported();
        }
    }

    /// Puts an opened photo in place.
    pub(crate) fn show(&mut self, opened: Opened) -> Requests {
        let mut requests = self.leave_run();
        let Opened {
            source,
            photo,
            mask,
            mask_error,
            sha256,
            session,
        } = opened;
        let mut document = Document::new(source, photo, mask);
        document.sha256 = sha256;
        self.lay_out(document, session.is_some());
        if let Some(reason) = mask_error {
            self.notice = Some(Notice::error(&reason));
        }
        self.log = RunLog::default();
        self.kept = Kept {
            document: self.kept.document + 1,
            ..Kept::default()
        };
        (self.kept.saved, self.kept.autosaved) = (self.mark(), self.mark());
        if let Some(session) = session {
            let prior = self.settings.prior.clone();
            requests.extend(self.resume(*session));
            requests.extend(self.describe_if_changed(&prior));
        }
        requests.extend(self.note_opened());
        requests
    }

    /// What is being computed belongs to the photo that is leaving.
    fn leave_run(&mut self) -> Requests {
        let Some(run) = self.run.take() else {
            return Requests::new();
        };
        let mut requests = vec![Stop(run.job).into()];
        if run.paused {
            requests.push(SetPaused(false).into());
        }
        requests
    }

    /// Puts a document in the place of another, with nothing of what belonged to that.
    fn lay_out(&mut self, document: Document, has_settings: bool) {
        let (width, height) = (document.photo.width(), document.photo.height());
        self.brush = Brush::for_photo(width, height);
        self.spare_brush = self.brush;
        let compression = document.photo.jpeg();
        let cut = document
            .photo
            .is_cut_short()
            .then(|| document.source.name());
        let another = self.document.replace(document).is_some();
        self.finder.forget();
        self.last_run = None;
        self.runs = self.runs.afresh();
        self.loading = None;
        self.view.show = Show::Original;
        self.view.divider = 0.5;
        self.view.fit(width, height);
        if matches!(self.tool, Tool::Pan | Tool::Finder) {
            self.tool = Tool::Brush;
        }
        let opens = |d: &Dialog| matches!(d.purpose, Purpose::OpenPhoto | Purpose::LocatePhoto);
        self.dialog.take_if(|dialog| opens(dialog));
        // What was said when the window opened stays in sight.
        if another {
            self.notice = None;
        }
        if let Some(name) = cut {
            self.notice = Some(Notice::error(&cut_short(&name)));
        }
        if has_settings {
            // A session has settings of its own, which no step of another photo may change.
            self.history = History::default();
            return;
        }
        self.history.forget_photo();
        // A step like any other: who has a whole film of such photos takes it back.
        let next = Settings {
            jpeg: Jpeg::of(compression),
            ..self.settings.for_another_photo()
        };
        self.change(next);
    }

    /// A mask was read, or could not be.
    pub(crate) fn mask_opened(&mut self, mask: Result<Mask, impl Display>) {
        let mask = match mask {
            Ok(mask) => mask,
            Err(error) => return self.complain(Purpose::ImportMask, &error),
        };
        let Some(document) = &mut self.document else {
            return;
        };
        let expected = (document.photo.width(), document.photo.height());
        if (mask.width(), mask.height()) != expected {
            let reason = format!(
                "the mask is {} × {} pixels but the photo is {} × {}; choose a mask of the \
                 photo's size",
                mask.width(),
                mask.height(),
                expected.0,
                expected.1
            );
            return self.complain(Purpose::ImportMask, &reason);
        }
        let step = document.replace_mask(mask);
        self.record(step.map(|step| step.named("Import mask")));
        self.dialog = None;
        self.view.mask_visible = true;
    }

    /// A path from the system's chooser.
    pub(crate) fn browsed(&mut self, purpose: Purpose, picked: Picked) {
        let document = self.below.document.as_ref();
        let dialog = self.dialog.as_mut();
        let Some(dialog) = dialog.filter(|dialog| dialog.purpose == purpose) else {
            return;
        };
        match picked {
            Picked::Path(path) => dialog.retarget(path.display().to_string(), document),
            Picked::Nothing => {}
            Picked::NoChooser => dialog.error = Some(NO_CHOOSER.to_owned()),
        }
    }

    /// Says what went wrong where the person is looking: in the dialog if it waits for this
    /// answer, otherwise in the banner.
    pub(crate) fn complain(&mut self, purpose: Purpose, reason: &impl Display) {
        let notice = Notice::error(&reason.to_string());
        match &mut self.dialog {
            Some(dialog) if dialog.busy && dialog.purpose.writes() == purpose.writes() => {
                dialog.busy = false;
                dialog.error = Some(notice.text);
            }
            _ => self.notice = Some(notice),
        }
    }
}
