//! The worker's side of the channels: who may wait, who is dropped, who is replaced.

use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, TrySendError};

use crate::event::{Event, Preview};

/// Sends events and previews and wakes the listener.
#[derive(Clone)]
pub(crate) struct Outbox {
    events: Sender<Event>,
    previews: Sender<Preview>,
    /// The other end of `previews`, to take back a preview that nobody has fetched.
    stale: Receiver<Preview>,
    wake: Arc<dyn Fn() + Send + Sync>,
}

impl Outbox {
    pub(crate) fn new(
        events: Sender<Event>,
        previews: Sender<Preview>,
        stale: Receiver<Preview>,
        wake: Arc<dyn Fn() + Send + Sync>,
    ) -> Self {
        Self {
            events,
            previews,
            stale,
            wake,
        }
    }

    /// Progress is dropped when nobody listens; everything else waits for room.
    pub(crate) fn event(&self, event: Event) {
        if matches!(event, Event::Progress(_) | Event::Within(_)) {
            let _ = self.events.try_send(event);
        } else {
            // Fails only when the handle is gone, and then nobody wants to know.
            let _ = self.events.send(event);
        }
        (self.wake)();
    }

    /// Replaces a preview that has not been fetched yet.
    pub(crate) fn preview(&self, mut preview: Preview) {
        while let Err(TrySendError::Full(returned)) = self.previews.try_send(preview) {
            preview = returned;
            let _ = self.stale.try_recv();
        }
        (self.wake)();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::JobId;
    use crossbeam_channel::bounded;
    use imaging::Rect;

    #[test]
    fn only_the_latest_preview_is_kept() {
        let (events, _inbox) = bounded(1);
        let (previews, latest) = bounded(1);
        let outbox = Outbox::new(events, previews, latest.clone(), Arc::new(|| ()));
        for done in 0..5 {
            let window = Rect::new(0, 0, 0, 0);
            outbox.preview(Preview {
                job: JobId(1),
                window,
                rgba: Vec::new(),
                exact: None,
                done,
                made: std::time::Instant::now(),
                level: 0.0,
            });
        }
        assert_eq!(latest.try_recv().expect("one preview waits").done, 4);
        assert!(latest.try_recv().is_err(), "only one preview may wait");
    }
}
