//! How the program ends when something went wrong: what is said, and with which exit code.

use std::fmt;
use std::process::ExitCode;

use engine::{EngineError, OperatorError};
use imaging::ImagingError;

use crate::terminal::{bounded, complain, one_line, shown};

/// Called wrongly.
const MISUSE: u8 = 2;

/// A command line that contradicts itself or asks for what cannot be.
#[derive(Debug)]
pub(crate) struct Misuse(pub(crate) String);

impl fmt::Display for Misuse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Misuse {}

/// Refuses a command line.
pub(crate) fn misuse<T>(reason: impl Into<String>) -> anyhow::Result<T> {
    Err(Misuse(reason.into()).into())
}

/// Says what went wrong, on standard error, and returns the exit code.
pub(crate) fn report(error: &anyhow::Error) -> ExitCode {
    // Causes that only repeat their parent are not worth a line.
    let mut last = in_words(error.as_ref());
    complain(format!("error: {}", whole(&last)));
    for cause in error.chain().skip(1) {
        let text = in_words(cause);
        if !last.contains(&text) {
            complain(format!("  because: {}", whole(&text)));
        }
        last = text;
    }
    if is_misuse(error) {
        ExitCode::from(MISUSE)
    } else {
        ExitCode::FAILURE
    }
}

/// A sentence on one line: a name with a line's end in it would look like two.
fn whole(sentence: &str) -> String {
    bounded(&sentence.replace('\n', "\\n"))
}

/// The sentence of an error.
fn in_words(error: &(dyn std::error::Error + 'static)) -> String {
    match error.downcast_ref::<ImagingError>() {
        Some(error) => of_picture(error),
        None => error.to_string(),
    }
}

/// The sentence about a picture. Files bring names and decoders' reasons of any length.
fn of_picture(error: &ImagingError) -> String {
    let (name, reason) = match error {
        ImagingError::Write { path, .. } if is_full(error) => {
            return format!(
                "cannot write {}: the disk is full. Free some room, or choose another disk.",
                shown(path)
            );
        }
        ImagingError::Decode { name, reason } | ImagingError::Unsupported { name, reason } => {
            (name, reason)
        }
        other => return other.to_string(),
    };
    let (name, reason) = (one_line(name), one_line(reason));
    let short = match error {
        ImagingError::Decode { .. } => ImagingError::Decode { name, reason },
        _ => ImagingError::Unsupported { name, reason },
    };
    short.to_string()
}

/// Whether a picture could not be written because there is no room.
pub(crate) fn is_full(error: &ImagingError) -> bool {
    use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    matches!(error, ImagingError::Write { source, .. }
        if matches!(source.kind(), StorageFull | QuotaExceeded | FileTooLarge))
}

fn is_misuse(error: &anyhow::Error) -> bool {
    let operator = |error: &OperatorError| {
        !matches!(
            error,
            OperatorError::Kernel { .. } | OperatorError::Size { .. }
        )
    };
    let engine = |error: &EngineError| match error {
        EngineError::Operator(error) => operator(error),
        EngineError::Sampler(_) => true,
        _ => false,
    };
    error.is::<Misuse>()
        || error.downcast_ref::<OperatorError>().is_some_and(operator)
        || error.downcast_ref::<EngineError>().is_some_and(engine)
}
