//! Jobs in a terminal: each runs with a progress bar until its terminal event.

use std::time::Duration;

use anyhow::{Context, Result, anyhow, ensure};
use engine::{Engine, Event, Job, Outcome, Preview, Within};
use indicatif::{ProgressBar, ProgressStyle};

use crate::interrupt::Interrupt;
use crate::terminal::{complain, one_line};

/// Runs jobs one after another on one worker, which keeps the prior between them.
pub(crate) struct Runner {
    interrupt: Interrupt,
    engine: Engine,
}

/// How a job that did not fail ended.
pub(crate) enum Ended {
    Finished(Box<Outcome>),
    /// By Ctrl-C, between two evaluations.
    Interrupted,
}

impl Runner {
    pub(crate) fn start() -> Result<Self> {
        Ok(Self {
            interrupt: Interrupt::listen()?,
            engine: Engine::start(|| ())?,
        })
    }

    /// Whether Ctrl-C was pressed.
    pub(crate) fn is_interrupted(&self) -> bool {
        self.interrupt.asked()
    }

    /// Runs a job to its end. The bar goes to standard error and vanishes when that is no terminal;
    /// `label` stands before it, and `seen` is shown what forms.
    pub(crate) fn run(
        &self,
        job: Job,
        label: &dyn Fn(Duration) -> String,
        seen: &mut dyn FnMut(&Preview),
    ) -> Result<Ended> {
        let engine = &self.engine;
        let id = engine.submit(job);
        let bar = ProgressBar::new_spinner();
        bar.enable_steady_tick(Duration::from_millis(120));
        loop {
            if self.interrupt.asked() {
                engine.stop(id);
                bar.set_message("stopping");
            }
            let event = engine.wait_event(Duration::from_millis(200));
            if let Some(preview) = engine.take_preview().filter(|preview| preview.job == id) {
                seen(&preview);
            }
            let Some(event) = event else {
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
                Event::Preparing { message, .. } => bar.set_message(one_line(&message)),
                Event::Started { plan, .. } => {
                    bar.disable_steady_tick();
                    bar.set_length(plan.steps as u64);
                    bar.set_style(ProgressStyle::with_template(
                        "{prefix}{bar:32.cyan/blue} {pos}/{len} steps · {msg}",
                    )?);
                    bar.set_message(plan.device.to_string());
                }
                Event::Progress(progress) => {
                    bar.set_position(progress.done as u64);
                    bar.set_prefix(label(progress.remaining));
                    bar.set_message(format!(
                        "window {}/{} · {:.2} s/step · {:.0} s left · residual {:.3}",
                        progress.window + 1,
                        progress.windows,
                        progress.seconds_per_step,
                        progress.remaining.as_secs_f64(),
                        progress.residual,
                    ));
                }
                Event::Within(within) => bar.set_message(part_of_a_step(&within)),
                Event::Finished { outcome, .. } => {
                    bar.finish_and_clear();
                    return Ok(Ended::Finished(Box::new(outcome)));
                }
                Event::Stopped { .. } => {
                    bar.abandon();
                    return Ok(Ended::Interrupted);
                }
                // Neither is awaited here.
                Event::Window { .. } | Event::Imported { .. } | Event::Timed { .. } => {}
                Event::Failed { error, .. } => {
                    bar.finish_and_clear();
                    return Err(anyhow!("{error}")).context("the restoration failed");
                }
            }
        }
    }
}

/// How far a step of many tiles is.
fn part_of_a_step(within: &Within) -> String {
    let left = within.remaining.map_or_else(String::new, |left| {
        format!(" · {:.0} s left", left.as_secs_f64())
    });
    format!(
        "step {} of {}, {:.0} %{left}",
        within.done + 1,
        within.total,
        100.0 * within.fraction
    )
}

/// Runs a single job, `None` if Ctrl-C stopped it.
pub(crate) fn run(job: Job, seen: &mut dyn FnMut(&Preview)) -> Result<Option<Outcome>> {
    match Runner::start()?.run(job, &|_| String::new(), seen)? {
        Ended::Finished(outcome) => Ok(Some(*outcome)),
        Ended::Interrupted => {
            complain("stopped; nothing was written");
            Ok(None)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_of_many_tiles_says_how_far_it_is() {
        let within = Within {
            job: engine::JobId(1),
            done: 0,
            total: 3,
            fraction: 0.414,
            remaining: Some(Duration::from_secs(61)),
        };
        assert_eq!(part_of_a_step(&within), "step 1 of 3, 41 % · 61 s left");
        let early = Within {
            remaining: None,
            ..within
        };
        assert_eq!(part_of_a_step(&early), "step 1 of 3, 41 %");
    }
}
