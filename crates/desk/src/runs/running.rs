//! Starting, holding and stopping restorations, and hearing how they go.

use std::sync::Arc;

use engine::{Event, Job, JobId, Outcome};

use super::active::{Ending, LastRun, Run};
use super::state::RunsState;
use crate::common::notice::Notice;
use crate::recipe::prior::PriorCard;
use crate::recipe::settings::Settings;
use crate::request::Requests;
use crate::runs::SetPaused;

impl RunsState {
    /// Why a restoration cannot begin.
    pub(crate) fn restore_obstacle(&self) -> Option<String> {
        let Some(document) = &self.document else {
            return Some("Open a photo first".to_owned());
        };
        if let Some(full) = self.room_obstacle(self.settings.candidates) {
            return Some(full);
        }
        if self.runs.simulating {
            return Some("One moment: the damage is being simulated".to_owned());
        }
        if let PriorCard::Unusable(_) = self.prior {
            return Some("Choose another prior: this one cannot be used".to_owned());
        }
        let settings = &self.settings;
        if settings.needs_mask() && document.masked() == 0 && !document.is_drawing() {
            return Some("Paint over the damage first".to_owned());
        }
        if let Some(missing) = settings.missing() {
            return Some(missing.to_owned());
        }
        let sampler = &settings.sampler_now().name;
        self.spectrum_obstacle()
            .or_else(|| self.glimpse.obstacle(settings).map(str::to_owned))
            .or_else(|| self.glimpse.refusal(settings, sampler))
    }

    /// Begins a restoration, or queues it behind the one that is on.
    pub(crate) fn restore(&mut self, requests: &mut Requests) {
        let candidates = self.settings.candidates;
        if let Some(job) = self.job() {
            requests.extend(self.enqueue(job, candidates));
        }
    }

    /// Holds the run, or lets it go on.
    pub(crate) fn toggle_pause(&mut self, requests: &mut Requests) {
        if let Some(run) = &mut self.run {
            run.paused = !run.paused;
            requests.push(SetPaused(run.paused).into());
        }
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
            start: None,
            scene: self.scene_for(&self.settings.operator()),
        })
    }

    /// The job was queued under this number.
    pub(crate) fn submitted(&mut self, job: JobId) {
        let noise = self.begin_ticket();
        let mut run = Run::new(job, noise);
        if self.folder_busy {
            "Waiting for a photo of the folder".clone_into(&mut run.message);
        }
        self.run = Some(run);
        self.notice = None;
    }

    /// The worker speaks of the run under way. Events of other jobs are old news.
    pub(crate) fn hear_run(&mut self, event: Event) -> Requests {
        let Some(run) = &mut self.run else {
            return Vec::new();
        };
        if run.job != event.job() {
            return Vec::new();
        }
        match event {
            Event::Preparing { message, .. } => run.message = message,
            Event::Started { plan, .. } => {
                self.runs.frames.size = plan.size;
                self.runs.frames.windows.clone_from(&plan.windows);
                run.plan = Some(plan);
            }
            Event::Progress(progress) => run.advance(progress),
            Event::Within(within) => run.within = Some(within),
            Event::Window { done, estimate, .. } => self.runs.frames.finish(done, estimate),
            Event::Finished { outcome, .. } => {
                return self.conclude(Ending::Finished, Some(outcome));
            }
            Event::Stopped { outcome, .. } => {
                let (done, total) = run.steps();
                let kept = self.kept_of_stopped(outcome.is_some());
                self.notice = Some(Notice::info(format!(
                    "Stopped after {done} of {total} steps{kept}"
                )));
                return self.conclude(Ending::Stopped, outcome);
            }
            // Spoken of above.
            Event::Imported { .. } | Event::Timed { .. } => {}
            Event::Failed { error, .. } => {
                let reason = error.to_string();
                self.notice = Some(Notice::error(&reason));
                return self.conclude(Ending::Failed(reason), None);
            }
        }
        Vec::new()
    }

    /// What becomes of a run that is being stopped, as the end of a sentence.
    fn kept_of_stopped(&self, pictured: bool) -> &'static str {
        if !pictured {
            ", too early to keep anything."
        } else if self.has_result() {
            ". What there is so far is in the history; the result from before stays."
        } else if self.runs.yielded {
            ". What there is so far is in the history."
        } else {
            ". The best so far is kept."
        }
    }

    fn conclude(&mut self, ending: Ending, outcome: Option<Outcome>) -> Requests {
        let Some(run) = self.run.take() else {
            return Vec::new();
        };
        let learnt = self.learn_pace(&run);
        let report = outcome.as_ref().map(|outcome| outcome.report.clone());
        if let Some(report) = &report {
            self.log.ran(report);
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
            ending: ending.clone(),
            report,
            trace: trace.clone(),
            noise: run.noise,
        });
        let mut requests = self.keep(ending, trace, outcome);
        requests.extend(learnt);
        requests
    }
}

/// A number that looks nothing like `seed`, within the offered range.
#[must_use]
pub fn scramble(seed: u64) -> u64 {
    use std::hash::BuildHasher;
    // The standard library's hasher is keyed by the system's random numbers.
    let random = std::collections::hash_map::RandomState::new().hash_one(seed);
    random % (Settings::SEED_MAX + 1)
}
