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
) -> Result<JoinHandle<()>, EngineError> {
    gather_the_pool();
    std::thread::Builder::new()
        .name("tweedie-worker".to_owned())
        .spawn(move || serve(&inbox, &outbox, &control))
        .map_err(|e| EngineError::Worker(e.to_string()))
}

fn serve(inbox: &Receiver<(JobId, Task)>, outbox: &Outbox, control: &Control) {
    let _ = give_way();
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

/// The window must stay smooth while the processor computes: the pool gives way a little, as the worker
/// does. Before anything else can use it, whose threads it would have otherwise. Failing to is no reason
/// not to work.
fn gather_the_pool() {
    let _ = rayon::ThreadPoolBuilder::new()
        .thread_name(|n| format!("tweedie-compute-{n}"))
        .start_handler(|_| {
            let _ = give_way();
        })
        .build_global();
}

/// A niceness of about 5 on Unix: below the window, but not starved by whatever else runs, as
/// the lowest priority would be.
fn give_way() -> Result<(), thread_priority::Error> {
    use thread_priority::{ThreadPriority, ThreadPriorityValue, set_current_thread_priority};
    let below_normal = ThreadPriorityValue::try_from(35).unwrap_or_default();
    set_current_thread_priority(ThreadPriority::Crossplatform(below_normal))
}
