//! Remembers the first panic of a job: later ones are usually its echo from other threads.

use std::any::Any;
use std::sync::{Mutex, Once, PoisonError};

static CAUSE: Mutex<Option<String>> = Mutex::new(None);

/// Starts afresh; installs the listener the first time.
pub(crate) fn forget() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let previous = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let thread = std::thread::current();
            // Other threads are none of our business, and what the worker says goes to its job.
            if !thread
                .name()
                .is_some_and(|name| name.starts_with("tweedie-"))
            {
                previous(info);
                return;
            }
            tracing::error!("{info}");
            let mut cause = CAUSE.lock().unwrap_or_else(PoisonError::into_inner);
            cause.get_or_insert_with(|| describe(info.payload()));
        }));
    });
    *CAUSE.lock().unwrap_or_else(PoisonError::into_inner) = None;
}

/// The first cause since [`forget`], or what the caught panic itself says.
pub(crate) fn of(payload: &(dyn Any + Send)) -> String {
    let first = CAUSE.lock().unwrap_or_else(PoisonError::into_inner).take();
    first.unwrap_or_else(|| describe(payload))
}

fn describe(payload: &dyn Any) -> String {
    let text = payload
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| payload.downcast_ref::<&str>().copied());
    text.unwrap_or("an unknown internal error").to_owned()
}
