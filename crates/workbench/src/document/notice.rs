//! One message for the person at the window: what was wrong, or what is done.

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
}

impl Notice {
    /// Something could not be done. The text is made to start like a sentence.
    #[must_use]
    pub fn error(text: &str) -> Self {
        Self {
            tone: Tone::Error,
            text: sentence(text),
        }
    }

    /// Something to know.
    #[must_use]
    pub fn info(text: impl Into<String>) -> Self {
        Self {
            tone: Tone::Info,
            text: text.into(),
        }
    }

    /// Something is done.
    #[must_use]
    pub fn success(text: impl Into<String>) -> Self {
        Self {
            tone: Tone::Success,
            text: text.into(),
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

    #[test]
    fn library_errors_become_sentences() {
        assert_eq!(Notice::error("cannot read x").text, "Cannot read x.");
        assert_eq!(Notice::error("Done already.").text, "Done already.");
        assert_eq!(Notice::error("a.png is small").text, "a.png is small.");
        assert_eq!(Notice::error(" ").text, "Something went wrong.");
    }
}
