//! The handle to the background worker: commands go in, events come out.
//!
//! One named thread creates, uses and drops every tensor. Terminal events always arrive;
//! progress may be thinned when nobody listens; of previews only the latest is kept.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};

use crate::checkpoints::ImportRequest;
use crate::control::Control;
use crate::error::EngineError;
use crate::event::{Event, JobId, Preview};
use crate::job::{Job, Task};
use crate::outbox::Outbox;
use crate::timing::TimingRequest;
use crate::worker;

/// Events waiting at most; progress beyond that is dropped, terminal events wait for room.
const EVENT_CAPACITY: usize = 256;

/// A running worker. Dropping it stops the current job and joins the thread.
pub struct Engine {
    commands: Option<Sender<(JobId, Task)>>,
    events: Receiver<Event>,
    previews: Receiver<Preview>,
    control: Arc<Control>,
    next: AtomicU64,
    thread: Option<JoinHandle<()>>,
}

impl Engine {
    /// Starts the worker. `wake` is called from the worker after every event and preview, so
    /// that a sleeping window can repaint; it must return at once.
    ///
    /// # Errors
    /// [`EngineError::Worker`] if no thread can be started.
    pub fn start(wake: impl Fn() + Send + Sync + 'static) -> Result<Self, EngineError> {
        let (commands, inbox) = unbounded();
        let (event_sender, events) = bounded(EVENT_CAPACITY);
        let (preview_sender, previews) = bounded(1);
        let control = Arc::new(Control::default());
        let outbox = Outbox::new(
            event_sender,
            preview_sender,
            previews.clone(),
            Arc::new(wake),
        );
        let thread = worker::spawn(inbox, outbox, Arc::clone(&control))?;
        Ok(Self {
            commands: Some(commands),
            events,
            previews,
            control,
            next: AtomicU64::new(1),
            thread: Some(thread),
        })
    }

    /// Queues a job; jobs run one after another. The answer comes as events.
    pub fn submit(&self, job: Job) -> JobId {
        self.queue(Task::Restore(Box::new(job)))
    }

    /// Queues the import of a checkpoint, which ends as [`Event::Imported`], [`Event::Stopped`] or
    /// [`Event::Failed`]. It takes seconds, not minutes, but waits for the restorations that were
    /// submitted before it.
    pub fn import(&self, request: ImportRequest) -> JobId {
        self.queue(Task::Import(Box::new(request)))
    }

    /// Times a prior on a device: a few evaluations and products on the smallest and the largest window
    /// that the restoration would sample.
    /// Ends as [`Event::Timed`], [`Event::Stopped`] or [`Event::Failed`], and leaves the prior loaded.
    /// Whoever wants to restore stops it first: it gives way after the evaluation it is at.
    pub fn time(&self, request: TimingRequest) -> JobId {
        self.queue(Task::Time(Box::new(request)))
    }

    fn queue(&self, task: Task) -> JobId {
        let id = JobId(self.next.fetch_add(1, Ordering::Relaxed));
        if let Some(commands) = &self.commands {
            // The worker outlives every handle, so sending fails only while the program ends.
            let _ = commands.send((id, task));
        }
        id
    }

    /// Stops a job, running or still queued: a restoration before its next denoiser evaluation, an
    /// import before its next tensor.
    pub fn stop(&self, job: JobId) {
        self.control.stop(job);
    }

    /// Holds the running job between two steps, or lets it go on.
    pub fn set_paused(&self, paused: bool) {
        self.control.set_paused(paused);
    }

    /// Whether the worker is held.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.control.is_paused()
    }

    /// The next event, if one is waiting. Never blocks.
    #[must_use]
    pub fn try_event(&self) -> Option<Event> {
        self.events.try_recv().ok()
    }

    /// Waits for the next event, at most `patience`. For callers without a window.
    #[must_use]
    pub fn wait_event(&self, patience: Duration) -> Option<Event> {
        self.events.recv_timeout(patience).ok()
    }

    /// Whether the worker lives. It always should; a caller that waits without a window asks, so
    /// that it does not wait for ever.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        self.thread
            .as_ref()
            .is_some_and(|thread| !thread.is_finished())
    }

    /// The latest preview not yet taken. Never blocks.
    #[must_use]
    pub fn take_preview(&self) -> Option<Preview> {
        self.previews.try_recv().ok()
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.control.close();
        self.commands = None;
        // A full event channel must not hold the worker at its terminal event.
        while self
            .thread
            .as_ref()
            .is_some_and(|thread| !thread.is_finished())
        {
            let _ = self.events.recv_timeout(Duration::from_millis(20));
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
