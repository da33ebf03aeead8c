//! The state that every feature shares.

use std::time::Duration;

use super::history::History;
use super::notice::{Notice, Tone};
use super::remembered::Remembered;

/// The state that every feature shares.
#[derive(Clone, Debug, Default)]
pub struct CommonState {
    /// The message shown.
    pub notice: Option<Notice>,
    /// What is remembered from one start to the next.
    pub remembered: Remembered,
    /// Undo and redo.
    pub history: History,
}

impl CommonState {
    /// Takes away what has been in sight for long enough. What went wrong stays until it is closed.
    pub(crate) fn tick_notice(&mut self, now: Duration) {
        if let Some(notice) = &mut self.notice {
            notice.since.get_or_insert(now);
        }
        if self.notice_left(now) == Some(Duration::ZERO) {
            self.notice = None;
        }
    }

    /// How long the notice stays, if it goes by itself.
    pub(crate) fn notice_left(&self, now: Duration) -> Option<Duration> {
        let notice = self.notice.as_ref()?;
        let since = notice.since.filter(|_| notice.tone != Tone::Error)?;
        Some((since + Notice::SHOWN).saturating_sub(now))
    }
}
