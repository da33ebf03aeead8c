//! A job in a terminal: runs it with a progress bar until its terminal event.

use std::time::Duration;

use anyhow::{Context, Result, anyhow, ensure};
use engine::{Engine, Event, Job, Outcome};
use indicatif::{ProgressBar, ProgressStyle};

use crate::interrupt::Interrupt;

/// Runs a job to its end, `None` if Ctrl-C stopped it between two evaluations. The bar goes to
/// standard error and vanishes when that is no terminal.
pub(crate) fn run(job: Job) -> Result<Option<Outcome>> {
    let interrupt = Interrupt::listen()?;
    let engine = Engine::start(|| ())?;
    let id = engine.submit(job);
    let bar = ProgressBar::new_spinner();
    bar.enable_steady_tick(Duration::from_millis(120));
    loop {
        if interrupt.asked() {
            engine.stop(id);
            bar.set_message("stopping");
        }
        let Some(event) = engine.wait_event(Duration::from_millis(200)) else {
            ensure!(
                engine.is_alive(),
                "the background worker is gone; start again"
            );
            continue;
        };
        if event.job() != id {
            continue;
        }
        match event {
            Event::Preparing { message, .. } => bar.set_message(message),
            Event::Started { plan, .. } => {
                bar.disable_steady_tick();
                bar.set_length(plan.steps as u64);
                bar.set_style(ProgressStyle::with_template(
                    "{bar:32.cyan/blue} {pos}/{len} steps · {msg}",
                )?);
                bar.set_message(plan.device.to_string());
            }
            Event::Progress(progress) => {
                bar.set_position(progress.done as u64);
                bar.set_message(format!(
                    "window {}/{} · {:.2} s/step · {:.0} s left · residual {:.3}",
                    progress.window + 1,
                    progress.windows,
                    progress.seconds_per_step,
                    progress.remaining.as_secs_f64(),
                    progress.residual,
                ));
            }
            Event::Finished { outcome, .. } => {
                bar.finish_and_clear();
                return Ok(Some(outcome));
            }
            Event::Stopped { .. } => {
                bar.abandon();
                eprintln!("stopped; nothing was written");
                return Ok(None);
            }
            // Imports are not awaited here.
            Event::Imported { .. } => {}
            Event::Failed { error, .. } => {
                bar.abandon();
                return Err(anyhow!("{error}")).context("the restoration failed");
            }
        }
    }
}
