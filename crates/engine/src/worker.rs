//! The one thread that computes: takes jobs, survives their failures, answers each exactly once.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;

use crossbeam_channel::Receiver;

use crate::checkpoints::import_prior;
use crate::control::Control;
use crate::error::EngineError;
use crate::event::{Event, JobId};
use crate::first_cause;
use crate::job::Task;
use crate::outbox::Outbox;
use crate::restore::{Ending, Restorer};

/// Starts the thread; it ends when the command channel closes.
pub(crate) fn spawn(
    inbox: Receiver<(JobId, Task)>,
    outbox: Outbox,
    control: Arc<Control>,
    manners: Manners,
) -> Result<JoinHandle<()>, EngineError> {
    gather_the_pool(manners);
    std::thread::Builder::new()
        .name("tweedie-worker".to_owned())
        .spawn(move || serve(&inbox, &outbox, &control, manners))
        .map_err(|e| EngineError::Worker(e.to_string()))
}

fn serve(inbox: &Receiver<(JobId, Task)>, outbox: &Outbox, control: &Control, manners: Manners) {
    manners.give_way();
    let mut restorer = Restorer::default();
    for (id, task) in inbox {
        first_cause::forget();
        let ended = catch_unwind(AssertUnwindSafe(|| match &task {
            Task::Restore(job) => {
                let ending = restorer.run(id, job, outbox, control)?;
                Ok(match ending {
                    Ending::Finished(outcome) => Event::Finished { job: id, outcome },
                    Ending::Stopped(outcome) => Event::Stopped { job: id, outcome },
                })
            }
            Task::Time(request) => {
                let pace = restorer.time(request, (control, id), outbox)?;
                Ok(Event::Timed { job: id, pace })
            }
            Task::Import(request) => Ok(Event::Imported {
                job: id,
                imported: Box::new(import_prior(request, &|| control.is_stopped(id))?),
            }),
        }));
        let event = match ended {
            Ok(Ok(event)) => event,
            Ok(Err(EngineError::Stopped)) => Event::Stopped {
                job: id,
                outcome: None,
            },
            Ok(Err(error)) => Event::Failed {
                job: id,
                error: Arc::new(error),
            },
            Err(payload) => {
                // Whatever was cached may be half changed.
                let broken = std::mem::take(&mut restorer);
                let _ = catch_unwind(AssertUnwindSafe(|| drop(broken)));
                let cause = first_cause::of(payload.as_ref());
                tracing::error!(%cause, "the worker was rebuilt after a panic");
                Event::Failed {
                    job: id,
                    error: Arc::new(EngineError::Broken { cause }),
                }
            }
        };
        control.forget(id);
        // The event is sent before the listener is woken, so a listener that panics loses nothing.
        let _ = catch_unwind(AssertUnwindSafe(|| outbox.event(event)));
    }
}

/// How much a run gives way to what else the machine does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manners {
    /// A niceness of about 5 on Unix: below what a person waits for, but not starved by whatever else
    /// runs, as the lowest priority would be.
    Modest,
    /// A niceness of about 10: a window is drawn on the same cores, and a thread that plays its graphics
    /// card has nine times the weight of one that computes.
    BehindAWindow,
}

impl Manners {
    /// Failing to is no reason not to work.
    fn give_way(self) {
        use thread_priority::{ThreadPriority, ThreadPriorityValue, set_current_thread_priority};
        let value = match self {
            Self::Modest => 35,
            Self::BehindAWindow => 22,
        };
        let below_normal = ThreadPriorityValue::try_from(value).unwrap_or_default();
        let _ = set_current_thread_priority(ThreadPriority::Crossplatform(below_normal));
    }
}

/// The pool that computes gives way as the worker does. Before anything else can use it: its threads would
/// be those of the first who came.
fn gather_the_pool(manners: Manners) {
    let _ = rayon::ThreadPoolBuilder::new()
        .thread_name(|n| format!("tweedie-compute-{n}"))
        .start_handler(move |_| manners.give_way())
        .build_global();
}
