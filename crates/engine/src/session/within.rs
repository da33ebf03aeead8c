//! How far a step is while its evaluations take many tiles.
//!
//! A large picture takes a minute for one evaluation, and a run may be a single step. The denoiser asks
//! after every batch of tiles whether to go on; what it says there becomes [`Event::Within`], at most ten
//! times a second. A picture of one tile never gets here and pays nothing.
//!
//! A step is a sequence of sweeps over all tiles: evaluations, then vector-Jacobian products. Their
//! numbers are those of a run on a tiny picture ([`work::cost_of`]). A sweep with gradients that runs
//! the network again counts [`PRODUCT`] evaluations. The fraction never falls within a step.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::detail::Pass;
use super::{Session, WindowProblem};
use crate::event::{Event, JobId, Within};
use crate::work;

/// Events come at most this often.
const INTERVAL: Duration = Duration::from_millis(100);
/// Evaluations that a sweep of products takes the time of: once forwards, about twice as long back.
const PRODUCT: f64 = 3.0;
/// Before a step has run this long, the first steps of a run give no estimate of the time left.
const TELLING: Duration = Duration::from_millis(700);

/// Where the run stood when the step began.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Before {
    /// Steps done, and steps in all.
    pub(super) steps: (usize, usize),
    /// Seconds that the steps before took.
    pub(super) seconds: f64,
    /// Pixels times steps, done and planned.
    pub(super) work: (f64, f64),
    /// Pixels of this step.
    pub(super) area: f64,
}

/// The step under way, shared with whoever is asked between its tiles. Clones are the same.
#[derive(Clone, Default)]
pub(super) struct Step(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    before: Before,
    /// What each sweep of the step weighs.
    sweeps: Vec<f64>,
    /// The sweep under way, and its tiles that are done.
    at: (usize, usize),
    began: Option<Instant>,
    waited: Duration,
    told: Option<Instant>,
}

impl State {
    /// The part of the step that is done once `done` of `tiles` are, 0 to 1.
    fn fraction(&mut self, done: usize, tiles: usize) -> f64 {
        if done <= self.at.1 {
            self.at.0 += 1;
        }
        self.at.1 = done;
        let all: f64 = self.sweeps.iter().sum();
        let before: f64 = self.sweeps.iter().take(self.at.0).sum();
        let this = self.sweeps.get(self.at.0).copied().unwrap_or(0.0);
        let part = done as f64 / tiles.max(1) as f64;
        ((before + this * part) / all.max(1e-9)).clamp(0.0, 0.99)
    }

    fn remaining(&self, fraction: f64) -> Option<Duration> {
        let taken = self.began?.elapsed().saturating_sub(self.waited);
        let Before { work, seconds, .. } = self.before;
        if self.before.steps.0 == 0 && taken < TELLING {
            return None;
        }
        let done = work.0 + fraction * self.before.area;
        let left = (seconds + taken.as_secs_f64()) / done * (work.1 - done).max(0.0);
        Duration::try_from_secs_f64(left).ok()
    }
}

impl Step {
    fn state(&self) -> MutexGuard<'_, State> {
        // Every critical section only assigns, so a poisoned lock still holds a whole value.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A step begins.
    pub(super) fn begin(&self, before: Before, sweeps: Vec<f64>) {
        let mut state = self.state();
        let told = state.told;
        *state = State {
            before,
            sweeps,
            began: Some(Instant::now()),
            told,
            ..State::default()
        };
    }

    /// How long the step has computed: pauses between its tiles do not count.
    pub(super) fn taken(&self) -> Duration {
        let state = self.state();
        let since = state.began.map_or(Duration::ZERO, |began| began.elapsed());
        since.saturating_sub(state.waited)
    }

    fn waited(&self, pause: Duration) {
        self.state().waited += pause;
    }

    /// So many tiles of a sweep are done: what to say, if it is time to.
    fn advance(&self, job: JobId, (done, tiles): (usize, usize)) -> Option<Within> {
        let mut state = self.state();
        let fraction = state.fraction(done, tiles);
        if state.told.is_some_and(|told| told.elapsed() < INTERVAL) {
            return None;
        }
        state.told = Some(Instant::now());
        Some(Within {
            job,
            done: state.before.steps.0,
            total: state.before.steps.1,
            fraction,
            remaining: state.remaining(fraction),
        })
    }
}

impl Session<'_> {
    /// Has the denoiser ask between two tiles: it waits while the run is paused, ends when it is
    /// stopped, and says how far it is.
    pub(super) fn watch_tiles(&self) {
        let (control, id, outbox) = (self.control.clone(), self.id, self.outbox.clone());
        let step = self.step.clone();
        self.prior.denoiser.watch(Some(Arc::new(move |done, tiles| {
            if let Some(within) = step.advance(id, (done, tiles)) {
                outbox.event(Event::Within(within));
            }
            if control.is_paused() {
                let since = Instant::now();
                control.wait_while_paused(id);
                step.waited(since.elapsed());
            }
            !control.is_stopped(id)
        })));
    }

    /// What the sweeps of one step of a pass weigh; nothing where a picture is one tile.
    pub(super) fn sweeps(&self, pass: &Pass, shape: [usize; 4]) -> Vec<f64> {
        if self
            .prior
            .denoiser
            .tiling()
            .is_one_tile((shape[2], shape[3]))
        {
            return Vec::new();
        }
        let cost = work::cost_of(pass.sampler.as_ref(), &pass.schedule).unwrap_or_default();
        let steps = pass.sampler.steps(&pass.schedule).max(1);
        let (evaluations, products) = (
            cost.evaluations.div_ceil(steps),
            cost.products.div_ceil(steps),
        );
        let again = self.prior.shown(self.job.recipe.tiles).recomputes(shape);
        // Products that keep their graphs run back without asking: they end the step.
        let product = if again { PRODUCT } else { PRODUCT - 1.0 };
        let sweeps = std::iter::repeat_n(1.0, evaluations.max(1));
        sweeps
            .chain(std::iter::repeat_n(product, products))
            .collect()
    }

    /// A step of a window begins.
    pub(super) fn begin_step(&self, window: &WindowProblem<'_>, sweeps: &[f64]) {
        if sweeps.is_empty() {
            self.step.begin(Before::default(), Vec::new());
            return;
        }
        let (width, height) = window.size();
        let tally = &self.tally;
        let before = Before {
            steps: (tally.steps, tally.steps_planned),
            seconds: tally.seconds,
            work: (tally.work_done, tally.work_planned),
            area: (width * height) as f64,
        };
        self.step.begin(before, sweeps.to_vec());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(sweeps: &[f64]) -> Step {
        let step = Step::default();
        let before = Before {
            steps: (1, 3),
            seconds: 10.0,
            work: (100.0, 300.0),
            area: 100.0,
        };
        step.begin(before, sweeps.to_vec());
        step
    }

    #[test]
    fn a_fraction_grows_over_all_sweeps_of_a_step_and_never_reaches_the_end() {
        let step = step(&[1.0, 3.0]);
        let at = |done| step.state().fraction(done, 4);
        let seen: Vec<f64> = [1, 2, 4, 1, 3, 4].into_iter().map(at).collect();
        assert_eq!(
            seen,
            [1.0, 2.0, 4.0, 7.0, 13.0, 15.84].map(|part| part / 16.0)
        );
        // A sweep more than was expected holds it there.
        assert_eq!(step.state().fraction(1, 4), 0.99);
    }

    #[test]
    fn it_speaks_at_most_ten_times_a_second() {
        let step = step(&[1.0]);
        let first = step.advance(JobId(5), (1, 400)).expect("the first is said");
        assert_eq!((first.job, first.done, first.total), (JobId(5), 1, 3));
        assert!(first.remaining.is_some());
        assert!((2..50).all(|done| step.advance(JobId(5), (done, 400)).is_none()));
        step.state().told = Some(Instant::now() - INTERVAL);
        let next = step.advance(JobId(5), (50, 400)).expect("it is time to");
        assert!((next.fraction - 0.125).abs() < 1e-12);
    }

    #[test]
    fn time_left_follows_from_what_was_done_and_pauses_do_not_count() {
        let step = step(&[1.0]);
        step.waited(Duration::from_secs(3600));
        assert_eq!(step.taken(), Duration::ZERO);
        // A step and a half of three took ten seconds.
        let left = step.state().remaining(0.5).expect("steps were done");
        assert!((left.as_secs_f64() - 10.0).abs() < 0.1, "{left:?}");
        step.begin(
            Before {
                area: 1.0,
                work: (0.0, 1.0),
                ..Before::default()
            },
            vec![1.0],
        );
        assert_eq!(step.state().remaining(0.01), None, "too early to tell");
    }
}
