//! What comes back from the outside world: decoded photos, stored files, priors, devices.

use imaging::Mask;

use super::Kept;
use super::dialog::Purpose;
use crate::effect::{Effect, Message, NO_CHOOSER, Opened, Picked};
use crate::mask::document::Document;
use crate::mask::stroke::{Brush, Tool};
use crate::notice::Notice;
use crate::photo::view::Show;
use crate::recipe::settings::Settings;
use crate::recipe::task::Jpeg;
use crate::runs::history::History;
use crate::shell::state::{PriorCard, State};

/// What is said of a file that ends before its picture does.
fn cut_short(name: &str) -> String {
    format!(
        "{name} ends early: the lower part of the picture, or its fine detail, is missing. Look \
         for another copy of it."
    )
}

impl State {
    /// Takes in an answer.
    pub fn receive(&mut self, message: Message) -> Vec<Effect> {
        match message {
            Message::Opened(Ok(opened)) => return self.arrived(opened),
            Message::SessionRefused(refusal) => self.refused(refusal),
            Message::SessionSaved(mark, Ok(path)) => return self.session_saved(path, mark),
            Message::SessionSaved(_, Err(reason)) => {
                if self.dialog.is_none() {
                    // A later save must not close the window by surprise.
                    self.kept.waiting = None;
                }
                self.complain(Purpose::SaveSession, &reason);
            }
            Message::Autosaved(mark, written) => return self.autosaved(mark, written),
            Message::Leftovers(leftovers) => self.offer(leftovers),
            Message::Stored => {}
            Message::NotStored(reason) => self.notice = Some(Notice::error(&reason)),
            Message::Opened(Err(reason)) => {
                self.loading = None;
                self.complain(Purpose::OpenPhoto, &reason);
            }
            Message::MaskOpened(Ok(mask)) => self.mask_opened(mask),
            Message::MaskOpened(Err(reason)) => self.complain(Purpose::ImportMask, &reason),
            Message::Glimpsed(chain, noise, pictures) => {
                let effect = self.glimpsed((chain, noise), pictures.map(|pictures| *pictures));
                return effect.into_iter().collect();
            }
            Message::ScratchesFound(photo, answer) => return self.scratches_found(&photo, answer),
            Message::NoiseMeasured(photo, answer) => return self.noise_measured(&photo, answer),
            Message::Saved(Ok(path)) => {
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
            Message::Saved(Err(reason)) => self.complain(Purpose::ExportPhoto, &reason),
            Message::Browsed(purpose, path) => self.browsed(purpose, path),
            Message::PriorDescribed(choice, answer) => {
                // An answer to a choice that has changed since is old news.
                if choice == self.settings.prior {
                    self.prior = match answer {
                        Ok(summary) => PriorCard::Known(Box::new(summary)),
                        Err(reason) => PriorCard::Unusable(reason),
                    };
                }
            }
            Message::PriorPicked(path) => return self.prior_picked(path),
            Message::PriorInspected(path, answers, answer) => {
                self.inspected(&path, &answers, answer);
            }
            Message::BatchPathPicked(which, path) => {
                return self.batch_path_picked(which, path).into_iter().collect();
            }
            Message::Surveyed(asked, found) => {
                return self.surveyed(asked, found).into_iter().collect();
            }
            Message::PairOpened(turn, opened) => return self.pair_opened(turn, opened),
            Message::PairStored(turn, seconds, stored) => {
                return self.pair_stored(turn, seconds, stored);
            }
            Message::Studied(run, study) => {
                if let Some(study) = study {
                    self.studied(run, *study);
                }
            }
            Message::StudiedAll(studies) => {
                for (run, study) in studies {
                    self.studied(run, study);
                }
            }
            Message::Foreseen(asked, answer) => self.foreseen(*asked, answer),
            Message::Gauged(place, live) => {
                return self.gauged(place, live).into_iter().collect();
            }
            Message::SpreadKnown(spread) => self.spread_known(spread.map(|spread| *spread)),
            Message::LevelsCounted(of, histogram) => {
                self.counted(of, histogram.map(|histogram| *histogram));
            }
            Message::Damaged(damage, made) => return self.damaged(*damage, made),
            Message::Devices(devices) => self.devices = devices,
        }
        Vec::new()
    }

    /// Puts an opened photo in place.
    pub(crate) fn show(&mut self, opened: Opened) -> Vec<Effect> {
        // What is being computed belongs to the photo that is leaving.
        let mut effects = self.run.take().map_or_else(Vec::new, |run| {
            let mut effects = vec![Effect::Stop(run.job)];
            if run.paused {
                effects.push(Effect::SetPaused(false));
            }
            effects
        });
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
        let (width, height) = (document.photo.width(), document.photo.height());
        self.brush = Brush::for_photo(width, height);
        self.spare_brush = self.brush;
        // What was said when the window opened stays in sight.
        let compression = document.photo.jpeg();
        let another = self.document.replace(document).is_some();
        self.finder.forget();
        // A session has settings of its own, which no step of another photo may change.
        if session.is_some() {
            self.history = History::default();
        } else {
            self.history.forget_mask();
        }
        self.last_run = None;
        self.runs = self.runs.afresh();
        self.loading = None;
        self.view.show = Show::Original;
        self.view.divider = 0.5;
        self.view.fit(width, height);
        if matches!(self.tool, Tool::Pan | Tool::Finder) {
            self.tool = Tool::Brush;
        }
        if self
            .dialog
            .as_ref()
            .is_some_and(|d| matches!(d.purpose, Purpose::OpenPhoto | Purpose::LocatePhoto))
        {
            self.dialog = None;
        }
        if another {
            self.notice = None;
        }
        if let Some(document) = self.document.as_ref().filter(|d| d.photo.is_cut_short()) {
            let name = document.source.name();
            self.notice = Some(Notice::error(&cut_short(&name)));
        }
        if let Some(reason) = mask_error {
            self.notice = Some(Notice::error(&reason));
        }
        if session.is_none() {
            // A step like any other: who has a whole film of such photos takes it back.
            self.change(Settings {
                jpeg: Jpeg::of(compression),
                ..self.settings.for_another_photo()
            });
        }
        self.kept = Kept {
            document: self.kept.document + 1,
            ..Kept::default()
        };
        (self.kept.saved, self.kept.autosaved) = (self.mark(), self.mark());
        if let Some(session) = session {
            let prior = self.settings.prior.clone();
            effects.extend(self.resume(*session));
            effects.extend(self.describe_if_changed(&prior));
        }
        effects.extend(self.note_opened());
        effects
    }

    fn mask_opened(&mut self, mask: Mask) {
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

    fn browsed(&mut self, purpose: Purpose, picked: Picked) {
        let document = self.document.as_ref();
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
    pub(crate) fn complain(&mut self, purpose: Purpose, reason: &str) {
        let notice = Notice::error(reason);
        match &mut self.dialog {
            Some(dialog) if dialog.busy && dialog.purpose.writes() == purpose.writes() => {
                dialog.busy = false;
                dialog.error = Some(notice.text);
            }
            _ => self.notice = Some(notice),
        }
    }
}
