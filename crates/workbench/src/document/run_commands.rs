//! Starting, holding and stopping restorations, and hearing how they go.

use std::sync::Arc;

use engine::{Event, Job, JobId, Outcome};

use super::command::Command;
use super::effect::Effect;
use super::notice::Notice;
use super::open_document::Restored;
use super::run::{Ending, LastRun, Run};
use super::settings::Settings;
use super::state::State;
use super::view::Show;

impl State {
    /// Carries out a run command, or hands it back.
    pub(super) fn apply_run(
        &mut self,
        command: Command,
        effects: &mut Vec<Effect>,
    ) -> Option<Command> {
        match command {
            Command::Restore => effects.extend(self.job().map(|job| Effect::Submit(Box::new(job)))),
            Command::TogglePause => {
                if let Some(run) = &mut self.run {
                    run.paused = !run.paused;
                    effects.push(Effect::SetPaused(run.paused));
                }
            }
            Command::Stop => {
                if let Some(run) = &mut self.run {
                    run.stopping = true;
                    effects.push(Effect::Stop(run.job));
                    // A held worker would never look up to see that it should stop.
                    if std::mem::take(&mut run.paused) {
                        effects.push(Effect::SetPaused(false));
                    }
                }
            }
            other => return Some(other),
        }
        None
    }

    fn job(&mut self) -> Option<Job> {
        self.end_stroke();
        if !self.settings.seed_locked {
            // Another draw for every run; the lock keeps this from being an undo step.
            self.settings.seed = scramble(self.settings.seed);
        }
        let document = self.document.as_ref()?;
        let mask = self
            .settings
            .needs_mask()
            .then(|| Arc::clone(&document.mask));
        let photo = Arc::clone(&document.photo);
        Some(Job {
            photo,
            mask,
            recipe: self.settings.recipe(),
        })
    }

    /// The job was queued under this number.
    pub fn submitted(&mut self, job: JobId) {
        self.run = Some(Run::new(job, self.settings.noise));
        self.notice = None;
        self.view.show = Show::Original;
    }

    /// The worker spoke. Events of other jobs than the current one are old news.
    pub fn hear(&mut self, event: Event) -> Vec<Effect> {
        let import = self.importing.as_ref().map(|import| import.job);
        if import == Some(event.job()) {
            return self.hear_import(event);
        }
        self.hear_run(event);
        Vec::new()
    }

    fn hear_run(&mut self, event: Event) {
        let Some(run) = &mut self.run else { return };
        if run.job != event.job() {
            return;
        }
        match event {
            Event::Preparing { message, .. } => run.message = message,
            Event::Started { plan, .. } => run.plan = Some(plan),
            Event::Progress(progress) => run.advance(progress),
            Event::Finished { outcome, .. } => {
                self.conclude(Ending::Finished, Some(outcome));
            }
            Event::Stopped { outcome, .. } => {
                let (done, total) = run.steps();
                self.notice = Some(Notice::info(if outcome.is_some() {
                    format!("Stopped after {done} of {total} steps. The best so far is kept.")
                } else {
                    format!("Stopped after {done} of {total} steps, too early to keep anything.")
                }));
                self.conclude(Ending::Stopped, outcome);
            }
            // Spoken of above.
            Event::Imported { .. } => {}
            Event::Failed { error, .. } => {
                let reason = error.to_string();
                self.notice = Some(Notice::error(&reason));
                self.conclude(Ending::Failed(reason), None);
            }
        }
    }

    fn conclude(&mut self, ending: Ending, outcome: Option<Outcome>) {
        let Some(run) = self.run.take() else { return };
        let report = outcome.as_ref().map(|outcome| outcome.report.clone());
        if let Some(report) = &report {
            self.kept.ran(report);
        }
        let trace = match &report {
            // The report is complete, whereas progress may have been thinned.
            Some(report) if !report.residuals.is_empty() => report
                .residuals
                .iter()
                .enumerate()
                .map(|(i, r)| (i + 1, *r))
                .collect(),
            _ => run.trace,
        };
        self.last_run = Some(LastRun {
            ending,
            report,
            trace,
            noise: run.noise,
        });
        if let (Some(document), Some(outcome)) = (&mut self.document, outcome) {
            document.result = Some(Restored {
                photo: outcome.photo,
                report: outcome.report,
            });
            self.view.show = Show::Restored;
        }
    }
}

/// A number that looks nothing like `seed`, within the offered range.
#[must_use]
pub(crate) fn scramble(seed: u64) -> u64 {
    use std::hash::BuildHasher;
    // The standard library's hasher is keyed by the system's random numbers.
    let random = std::collections::hash_map::RandomState::new().hash_one(seed);
    random % (Settings::SEED_MAX + 1)
}
