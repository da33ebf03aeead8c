//! A restoration that is under way, and the last one that ended.

use std::time::{Duration, Instant};

use engine::{JobId, Plan, Progress, Report, Share, Within, Work};

/// A job between its submission and its terminal event.
#[derive(Clone, Debug)]
pub struct Run {
    /// The job.
    pub job: JobId,
    /// What is being done, before the first step.
    pub message: String,
    /// The plan, once it is made.
    pub plan: Option<Plan>,
    /// The latest progress.
    pub progress: Option<Progress>,
    /// How far the step under way is, where it is a long one.
    pub within: Option<Within>,
    /// Residual after each step heard of: (steps done, root mean square on the model range).
    pub trace: Vec<(usize, f64)>,
    /// The recipe's noise level.
    pub noise: f64,
    /// When the step was done whose estimate came last.
    pub estimated: Option<Instant>,
    /// What was asked of the denoiser so far.
    pub work: Work,
    /// Whether the worker is held.
    pub paused: bool,
    /// Whether it has been asked to stop.
    pub stopping: bool,
}

impl Run {
    /// A job that has just been submitted.
    #[must_use]
    pub fn new(job: JobId, noise: f64) -> Self {
        Self {
            job,
            message: "Waiting for the worker".to_owned(),
            plan: None,
            progress: None,
            within: None,
            trace: Vec::new(),
            noise,
            estimated: None,
            work: Work::default(),
            paused: false,
            stopping: false,
        }
    }

    /// Steps done and steps in all; (0, 0) before the plan is made.
    #[must_use]
    pub fn steps(&self) -> (usize, usize) {
        match (&self.progress, &self.within, &self.plan) {
            (Some(progress), _, _) => (progress.done, progress.total),
            (None, Some(within), _) => (within.done, within.total),
            (None, None, Some(plan)) => (0, plan.steps),
            (None, None, None) => (0, 0),
        }
    }

    /// Done part, 0 to 1.
    #[must_use]
    pub fn fraction(&self) -> f32 {
        let (done, total) = self.steps();
        if total == 0 {
            0.0
        } else {
            let within = self.within.map_or(0.0, |within| within.fraction as f32);
            ((done as f32 + within) / total as f32).min(1.0)
        }
    }

    /// Estimated time left; `None` while it is too early to tell.
    #[must_use]
    pub fn remaining(&self) -> Option<Duration> {
        let progress = self.progress.as_ref().map(|progress| progress.remaining);
        self.within.map_or(progress, |within| within.remaining)
    }

    pub(crate) fn advance(&mut self, progress: Progress) {
        self.trace.push((progress.done, progress.residual));
        let before = self.progress.as_ref();
        let asked = |p: &Progress| (p.evaluations + p.again, p.products);
        let (before, now) = (before.map_or((0, 0), asked), asked(&progress));
        let share = Share {
            pixels: progress.pixels,
            evaluations: now.0.saturating_sub(before.0),
            products: now.1.saturating_sub(before.1),
        };
        self.work.add(progress.part, share);
        self.progress = Some(progress);
        self.within = None;
    }
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// To its end.
    Finished,
    /// On request.
    Stopped,
    /// With an error, in words.
    Failed(String),
}

/// The last run that ended.
#[derive(Clone, Debug)]
pub struct LastRun {
    /// How.
    pub ending: Ending,
    /// What was done; `None` when it failed or was stopped before the first step.
    pub report: Option<Report>,
    /// Residual after each step.
    pub trace: Vec<(usize, f64)>,
    /// The recipe's noise level.
    pub noise: f64,
}

impl LastRun {
    /// A run that is known from its report alone.
    #[must_use]
    pub fn of(report: Report) -> Self {
        let steps = report.residuals.iter().enumerate();
        Self {
            ending: if report.stopped {
                Ending::Stopped
            } else {
                Ending::Finished
            },
            trace: steps.map(|(index, r)| (index + 1, *r)).collect(),
            noise: report.recipe.noise,
            report: Some(report),
        }
    }
}

/// A duration as a person says it: `8 s`, `2 min 05 s`, `1 h 20 min`.
#[must_use]
pub fn spoken(duration: Duration) -> String {
    let seconds = duration.as_secs_f64().round() as u64;
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min {:02} s", seconds / 60, seconds % 60),
        _ => format!("{} h {:02} min", seconds / 3600, seconds / 60 % 60),
    }
}

/// Seconds per step in the unit that reads best.
#[must_use]
pub fn pace(seconds_per_step: f64) -> String {
    if seconds_per_step < 0.0995 {
        format!("{:.0} ms/step", seconds_per_step * 1e3)
    } else {
        format!("{seconds_per_step:.2} s/step")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_said_as_people_say_them() {
        assert_eq!(spoken(Duration::from_millis(7600)), "8 s");
        assert_eq!(spoken(Duration::from_secs(125)), "2 min 05 s");
        assert_eq!(spoken(Duration::from_secs(4800)), "1 h 20 min");
        assert_eq!(pace(0.0123), "12 ms/step");
        assert_eq!(pace(1.5), "1.50 s/step");
    }

    #[test]
    fn a_long_step_counts_by_what_is_done_of_it() {
        let mut run = Run::new(JobId(3), 0.02);
        run.within = Some(Within {
            job: JobId(3),
            done: 1,
            total: 4,
            fraction: 0.5,
            remaining: Some(Duration::from_secs(9)),
        });
        assert_eq!(run.steps(), (1, 4));
        assert_eq!(run.fraction(), 0.375);
        assert_eq!(run.remaining(), Some(Duration::from_secs(9)));
    }

    #[test]
    fn a_run_without_a_plan_has_made_no_progress() {
        let run = Run::new(JobId(3), 0.02);
        assert_eq!(run.steps(), (0, 0));
        assert_eq!(run.fraction(), 0.0);
    }
}
