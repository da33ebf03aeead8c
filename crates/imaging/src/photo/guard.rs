//! Panics of decoders, turned into errors.
//!
//! The decoders are memory-safe and tested, but they read hostile input: should one of them panic
//! after all, the user gets an error and keeps the window, and nothing is printed. They share
//! nothing with us, so nothing half-changed can be observed afterwards.

use std::{
    any::Any,
    cell::Cell,
    panic::{self, AssertUnwindSafe},
    sync::Once,
};

use crate::ImagingError;

thread_local! {
    /// Whether this thread is decoding.
    static DECODING: Cell<bool> = const { Cell::new(false) };
}

/// Panics of a thread that decodes are not printed; of all others they are, as before.
fn quieten() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !DECODING.get() {
                previous(info);
            }
        }));
    });
}

/// What `read` gives, or an error if it panics.
pub(super) fn guarded<T>(
    name: &str,
    read: impl FnOnce() -> Result<T, ImagingError>,
) -> Result<T, ImagingError> {
    quieten();
    let outer = DECODING.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(read));
    DECODING.set(outer);
    result.unwrap_or_else(|cause| {
        let cause = message(cause.as_ref());
        tracing::warn!(name, cause, "a decoder stopped unexpectedly");
        Err(ImagingError::Decode {
            name: name.to_owned(),
            reason: "its decoder stopped unexpectedly".to_owned(),
        })
    })
}

fn message(cause: &(dyn Any + Send)) -> &str {
    cause
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| cause.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no reason given")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_an_error_and_is_not_printed() {
        let failed = guarded::<()>("a.png", || panic!("inside a decoder"));
        let error = failed.expect_err("it panicked").to_string();
        assert!(
            error.contains("a.png") && !error.contains("inside"),
            "{error}"
        );
        assert!(!DECODING.get());
    }
}
