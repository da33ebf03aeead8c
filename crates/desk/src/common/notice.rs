//! One message for the person at the window: what was wrong, or what is done.

use std::time::Duration;

/// What is said when the worker could not be started.
pub(crate) const NO_WORKER: &str = "The background worker is not running. Start Tweedie again.";

/// How a notice is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Something could not be done.
    Error,
    /// Something to know.
    Info,
    /// Something is done.
    Success,
}

/// A dismissible message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// How it is meant.
    pub tone: Tone,
    /// Whole sentences: what was wrong with which value, and what to do.
    pub text: String,
    /// Since when it has been shown, as the clock of the window has it.
    pub(crate) since: Option<Duration>,
}

impl Notice {
    /// How long what is only good to know stays in sight.
    pub const SHOWN: Duration = Duration::from_secs(6);

    /// Something could not be done. The text is made to start like a sentence.
    #[must_use]
    pub fn error(text: &str) -> Self {
        Self {
            tone: Tone::Error,
            text: sentence(text),
            since: None,
        }
    }

    /// Something to know.
    #[must_use]
    pub fn info(text: impl Into<String>) -> Self {
        Self {
            tone: Tone::Info,
            text: text.into(),
            since: None,
        }
    }

    /// Something is done.
    #[must_use]
    pub fn success(text: impl Into<String>) -> Self {
        Self {
            tone: Tone::Success,
            text: text.into(),
            since: None,
        }
    }
}

/// Library errors start in lower case and end without a full stop; people read sentences. A name
/// such as `natural64` or a path at the start stays as it is.
fn sentence(text: &str) -> String {
    let text = text.trim();
    let first = text.split_whitespace().next().unwrap_or_default();
    let mut letters = text.chars();
    let Some(initial) = letters.next() else {
        return "Something went wrong.".to_owned();
    };
    let mut sentence: String = if first.chars().all(char::is_alphabetic) {
        initial.to_uppercase().chain(letters).collect()
    } else {
        text.to_owned()
    };
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Command;
    use crate::ShellState as State;
    use crate::photo::command::ViewCommand;

    #[test]
    fn library_errors_become_sentences() {
        assert_eq!(Notice::error("cannot read x").text, "Cannot read x.");
        assert_eq!(Notice::error("Done already.").text, "Done already.");
        assert_eq!(Notice::error("a.png is small").text, "a.png is small.");
        assert_eq!(Notice::error(" ").text, "Something went wrong.");
    }

    #[test]
    fn what_is_good_to_know_goes_by_itself_and_errors_stay() {
        let at = Duration::from_secs;
        let mut state = State::default();
        assert_eq!(state.next_tick(at(1)), None, "nothing to wait for");
        for notice in [Notice::info("It is so."), Notice::success("Done.")] {
            state.notice = Some(notice.clone());
            let _ = state.tick(at(10));
            assert_eq!(state.next_tick(at(12)), Some(at(4)));
            let _ = state.tick(at(15));
            assert!(state.notice.is_some());
            // The same once more is another one.
            state.notice = Some(notice);
            let _ = state.tick(at(16));
            let _ = state.tick(at(21));
            assert!(state.notice.is_some());
            let _ = state.tick(at(22));
            assert_eq!(
                (state.notice.as_ref(), state.next_tick(at(22))),
                (None, None)
            );
        }
        state.notice = Some(Notice::error("it broke"));
        let _ = state.tick(at(30));
        let _ = state.tick(at(3000));
        assert!(state.notice.is_some());
        assert_eq!(state.next_tick(at(3000)), None);
        let _ = state.apply(Command::View(ViewCommand::DismissNotice));
        assert_eq!(state.notice, None);
    }
}
