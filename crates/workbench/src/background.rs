//! Carries out the requests of the state: at once, on short threads, or one after another on the
//! thread that writes files. Every answer wakes the window.

mod chooser;

use std::sync::Arc;
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, unbounded};
use desk::{Answered, BoxedRequest, Chooser, Outside, Picked, Place};
use egui::{Context, ViewportCommand};

pub(crate) type Wake = Arc<dyn Fn() + Send + Sync>;

/// Starts background work and collects its answers.
pub(crate) struct Background {
    outside: Arc<Outside>,
    sender: Sender<Answered>,
    receiver: Receiver<Answered>,
    wake: Wake,
    /// Sessions and settings are written one after another, so that the latest is what stays.
    writer: Option<Writer>,
}

struct Writer {
    jobs: Sender<BoxedRequest>,
    thread: JoinHandle<()>,
}

impl Background {
    pub(crate) fn new(outside: Outside, wake: Wake) -> Self {
        let (sender, receiver) = unbounded();
        let outside = Arc::new(outside);
        let (jobs, queue) = unbounded::<BoxedRequest>();
        let thread = {
            let (outside, sender, wake) = (Arc::clone(&outside), sender.clone(), Arc::clone(&wake));
            std::thread::spawn(move || {
                for request in queue {
                    answer(request, &outside, &sender, &wake);
                }
            })
        };
        Self {
            outside,
            sender,
            receiver,
            wake,
            writer: Some(Writer { jobs, thread }),
        }
    }

    /// The world outside, such as the worker.
    pub(crate) fn outside(&self) -> &Outside {
        &self.outside
    }

    /// Carries a request out; its answer if that is there at once.
    pub(crate) fn carry_out(&self, request: BoxedRequest) -> Option<Answered> {
        match request.place() {
            Place::Here => return Some(request.carry_out(&self.outside)),
            Place::Thread => {
                let (sender, wake) = (self.sender.clone(), Arc::clone(&self.wake));
                let outside = Arc::clone(&self.outside);
                std::thread::spawn(move || answer(request, &outside, &sender, &wake));
            }
            Place::Writer => {
                if let Some(writer) = &self.writer {
                    // The thread lives as long as this value.
                    let _ = writer.jobs.send(request);
                }
            }
        }
        None
    }

    /// The next answer, if one is waiting.
    pub(crate) fn try_answer(&self) -> Option<Answered> {
        self.receiver.try_recv().ok()
    }

    /// The window is closed: waits for what is being written, after which nothing needs recovering.
    pub(crate) fn close(&mut self) {
        self.finish_writing();
        if let Some(recovery) = &self.outside.recovery {
            recovery.end();
        }
    }

    fn finish_writing(&mut self) {
        if let Some(Writer { jobs, thread }) = self.writer.take() {
            drop(jobs);
            // Requests catch their panics; there is nobody left to tell of any other.
            let _ = thread.join();
        }
    }
}

impl Drop for Background {
    /// Threads that are still at work hold the world outside; what crashes leave behind must not
    /// wait for them.
    fn drop(&mut self) {
        self.finish_writing();
        if let Some(recovery) = &self.outside.recovery {
            recovery.abandon();
        }
    }
}

fn answer(request: BoxedRequest, outside: &Outside, sender: &Sender<Answered>, wake: &Wake) {
    // The window may have been closed meanwhile; then nobody listens.
    let _ = sender.send(request.carry_out(outside));
    wake();
}

/// The window, as requests see it.
#[derive(Debug)]
pub(crate) struct Surface(pub(crate) Context);

impl desk::Window for Surface {
    fn paste(&self) {
        self.0.send_viewport_cmd(ViewportCommand::RequestPaste);
    }

    fn copy(&self, text: String) {
        self.0.copy_text(text);
    }

    fn close(&self) {
        self.0.send_viewport_cmd(ViewportCommand::Close);
    }

    fn choose(&self, chooser: &Chooser) -> Picked {
        chooser::choose(chooser)
    }
}
