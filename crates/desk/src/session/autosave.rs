//! What happens by itself as time goes by, above all saving, so that a crash costs seconds, not hours.
//! The clock is handed in.

use std::fmt::Display;
use std::path::PathBuf;
use std::time::Duration;

use super::question::{Answer, Prompt, Weight, answer};
use super::state::SessionState;
use super::{Leftover, SessionCommand, SessionRequest};
use crate::mask::document::Document;
use crate::request::Requests;
use crate::runs::active::spoken;
use crate::session::AutosaveSession;
use crate::session::ForgetAutosave;

impl SessionState {
    /// Looks whether it is time to save, or to take a notice away; `now` is the time since the window was opened. Call it
    /// every frame.
    pub(crate) fn tick(&mut self, now: Duration) -> Requests {
        self.tick_notice(now);
        if !self.wants_autosave() {
            self.kept.since = None;
            return Vec::new();
        }
        let since = *self.kept.since.get_or_insert(now);
        let drawing = self.document.as_ref().is_some_and(Document::is_drawing);
        let elapsed = now.saturating_sub(since) >= self.interval();
        if drawing || self.kept.autosaving || !(elapsed || self.log.due) {
            return Vec::new();
        }
        let Some(snapshot) = self.snapshot() else {
            return Vec::new();
        };
        (self.kept.autosaving, self.kept.since) = (true, None);
        self.log.due = false;
        vec![AutosaveSession(snapshot).into()]
    }

    /// When to look again, if nothing else happens before.
    #[must_use]
    pub fn next_tick(&self, now: Duration) -> Option<Duration> {
        let since = self.kept.since.filter(|_| self.wants_autosave());
        let save = since.map(|since| (since + self.interval()).saturating_sub(now));
        save.into_iter().chain(self.notice_left(now)).min()
    }

    pub(crate) fn wants_autosave(&self) -> bool {
        let on = self.preferences.autosave_seconds > 0;
        on && self.is_unsaved() && self.mark() != self.kept.autosaved
    }

    fn interval(&self) -> Duration {
        Duration::from_secs(self.preferences.autosave_seconds)
    }

    /// The automatic save of a state has been written, or not.
    pub(crate) fn autosaved(
        &mut self,
        mark: super::Mark,
        written: Result<(), impl Display>,
    ) -> Requests {
        if self.is_about_this_document(mark) {
            self.kept.autosaving = false;
        }
        if !self.is_about_this(mark) {
            // It was about a photo that has been closed since, or about the other side of a
            // simulation; nothing of it is true of this one.
            return Vec::new();
        }
        // One that cannot be written now will be tried again after the next change.
        self.kept.autosaved = mark;
        match written {
            // The new file stands for what was recovered; the old one has done its work.
            Ok(()) => self.forget_leftover(),
            Err(reason) => {
                let text = format!("the work cannot be saved automatically: {reason}");
                self.notice = Some(crate::Notice::error(&text));
                Vec::new()
            }
        }
    }

    /// The file this work was recovered from is not needed any more.
    pub(crate) fn forget_leftover(&mut self) -> Requests {
        let leftover = self.kept.recovered.take();
        leftover
            .map(|it| ForgetAutosave::Leftover(it).into())
            .into_iter()
            .collect()
    }

    /// Work was found that a crash left behind: the latest is asked about.
    pub(crate) fn offer(&mut self, mut leftovers: Vec<Leftover>) {
        // What a person is being asked already comes first; this is asked next time.
        if self.question.is_some() {
            return;
        }
        leftovers.sort_by_key(|leftover| leftover.age);
        let more = leftovers.len().saturating_sub(1);
        let Some(leftover) = leftovers.into_iter().next() else {
            return;
        };
        let mut text = format!(
            "The work on “{}” was saved by itself {} ago.",
            leftover.name,
            spoken(Duration::from_secs(leftover.age))
        );
        if more > 0 {
            text += &format!(" There is more, which will be asked about next time ({more}).");
        }
        let request = SessionRequest {
            recovery: true,
            ..SessionRequest::new(leftover.path.clone())
        };
        self.question = Some(Prompt {
            title: "Tweedie closed unexpectedly. Recover the work?".to_owned(),
            text,
            answers: vec![
                answer("Recover", Weight::Usual, SessionCommand::Open(request)),
                answer("Discard", Weight::Loses, forget(leftover.path)),
                Answer::new("Ask again next time", Weight::Other, None),
            ],
            escape: 2,
        });
    }
}

fn forget(path: PathBuf) -> SessionCommand {
    SessionCommand::ForgetLeftover(path)
}
