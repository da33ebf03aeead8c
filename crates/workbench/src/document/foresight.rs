//! How long a restoration will take, before it has begun: how often the sampler asks the prior on every
//! window, times what the prior takes for windows of that size on this device.
//!
//! The second is timed when nothing else is to be done, remembered, and corrected by every run. The
//! first is counted beside the window's thread whenever the mask, the steps or the sampler change.

use std::sync::{Arc, Weak};
use std::time::Duration;

use engine::{Chain, Draw, Event, JobId, Pace, Preset, Process, Timed, TimingRequest, Work};
use imaging::Mask;

use super::effect::Effect;
use super::run::Run;
use super::state::{PriorCard, State};

/// Steps of a run below which it says little of how long steps take.
const TELLING: usize = 3;

/// Windows of so many times the pixels of the largest that was timed are timed by themselves.
const FAR: f64 = 2.0;
/// The largest window that is timed has so many pixels.
const MOST: f64 = 256.0 * 256.0;

/// What is known of how long things take, besides what is remembered.
#[derive(Clone, Debug, Default)]
pub struct Foresight {
    /// The prior that is being timed.
    pub timing: Option<JobId>,
    /// What has been timed in this window, whether that could be done or not: the prior on its device,
    /// and which power of two its largest window had pixels.
    tried: Vec<(String, u32)>,
    /// What is being found out.
    asked: Option<Question>,
    /// What was found out last: the work of each way to draw.
    known: Option<(Question, Vec<(Draw, Work)>)>,
}

/// How much work a restoration is.
#[derive(Clone, Debug)]
pub struct Foreseen {
    question: Question,
    mask: Option<Arc<Mask>>,
}

/// Decides the answer. A mask is named by a weak reference: it keeps the memory, but lets the owner
/// change the mask without copying it, which gives it another place.
#[derive(Clone, Debug)]
struct Question {
    operator: Chain,
    draws: Vec<Draw>,
    mask: Option<Weak<Mask>>,
    photo: (usize, usize),
    stride: usize,
    process: Process,
}

impl PartialEq for Question {
    fn eq(&self, other: &Self) -> bool {
        let mask = match (&self.mask, &other.mask) {
            (Some(a), Some(b)) => Weak::ptr_eq(a, b),
            (None, None) => true,
            _ => false,
        };
        mask && (self.photo, self.stride) == (other.photo, other.stride)
            && self.draws == other.draws
            && self.operator == other.operator
            && self.process == other.process
    }
}

impl Foreseen {
    /// What each way to draw asks of the denoiser; empty where that cannot be told. Reads the mask
    /// a few times, and takes about a millisecond for every step.
    #[must_use]
    pub fn answer(&self) -> Vec<(Draw, Work)> {
        let question = &self.question;
        let mask = self.mask.as_deref();
        let (operator, photo) = (&question.operator, question.photo);
        let Some(windows) = engine::planned(operator, photo, mask, question.stride) else {
            return Vec::new();
        };
        let work = |draw: &Draw| {
            let sampler = engine::suited(&draw.sampler, operator);
            let cost = engine::cost(&sampler, draw.steps, &question.process)?;
            Some((draw.clone(), Work::of(cost, &windows)))
        };
        question.draws.iter().filter_map(work).collect()
    }
}

impl State {
    /// How long a restoration with these settings will take, if that can be told.
    #[must_use]
    pub fn expected_now(&self) -> Option<Duration> {
        self.expected(&self.draw_now())
    }

    /// How long a restoration will take that is drawn like this, if that can be told.
    #[must_use]
    pub fn expected(&self, draw: &Draw) -> Option<Duration> {
        const MOST: f64 = 1e8;
        let pace = self.remembered.paces.get(&self.pace_name()?)?;
        let (question, answer) = self.pace.known.as_ref()?;
        // A moment ago is near enough while a stroke is drawn, or the steps are.
        let same = *question == self.question(pace)? || self.pace.asked.is_some();
        let alike = |known: &&(Draw, Work)| same && known.0.sampler == draw.sampler;
        let known = answer.iter().filter(alike);
        let (nearest, work) = known.min_by_key(|(known, _)| known.steps.abs_diff(draw.steps))?;
        let seconds = pace.seconds(work)? * draw.steps as f64 / nearest.steps as f64;
        (seconds.is_finite() && seconds >= 0.0).then(|| Duration::from_secs_f64(seconds.min(MOST)))
    }

    /// Finds out what is not known yet. Call it every frame.
    pub fn foresee(&mut self) -> Option<Effect> {
        let name = self.pace_name()?;
        let Some(pace) = self.remembered.paces.get(&name) else {
            return self.time_prior(name, 0);
        };
        let question = self.question(pace)?;
        let document = self.document.as_ref()?;
        let known = self.pace.known.as_ref();
        if let Some((_, works)) = known.filter(|(known, _)| *known == question) {
            let shares = works.iter().flat_map(|(_, work)| &work.0);
            let largest = shares.map(|share| share.pixels).max()?;
            let far = (largest as f64).min(MOST) > FAR * pace.largest();
            return far
                .then(|| self.time_prior(name, largest.ilog2()))
                .flatten();
        }
        if self.pace.asked.is_some() || document.is_drawing() {
            return None;
        }
        let mask = question.mask.is_some().then(|| Arc::clone(&document.mask));
        self.pace.asked = Some(question.clone());
        Some(Effect::Foresee(Box::new(Foreseen { question, mask })))
    }

    pub(super) fn foreseen(&mut self, asked: Foreseen, answer: Vec<(Draw, Work)>) {
        self.pace.asked = None;
        self.pace.known = Some((asked.question, answer));
    }

    fn question(&self, pace: &Pace) -> Option<Question> {
        let (document, prior) = (self.document.as_ref()?, self.known_prior()?);
        let operator = self.settings.operator();
        let mut draws: Vec<Draw> = Preset::ALL.iter().map(|p| p.draw(&operator)).collect();
        draws.push(self.draw_now());
        draws.dedup();
        let masked = self.settings.needs_mask();
        Some(Question {
            operator,
            draws,
            mask: masked.then(|| Arc::downgrade(&document.mask)),
            photo: (document.photo.width(), document.photo.height()),
            stride: pace.stride,
            process: prior.process.clone(),
        })
    }

    /// The sampler and the steps that are chosen.
    fn draw_now(&self) -> Draw {
        Draw {
            sampler: self.settings.sampler_now(),
            steps: self.settings.steps,
        }
    }

    fn known_prior(&self) -> Option<&engine::PriorSummary> {
        match &self.prior {
            PriorCard::Known(prior) => Some(prior),
            _ => None,
        }
    }

    /// Under which name the pace of the chosen prior on the chosen device is remembered; `None` while
    /// either is not known, and for priors that take no time.
    fn pace_name(&self) -> Option<String> {
        let prior = self.known_prior()?;
        let device = self.chosen_device()?;
        (prior.parameters > 0).then(|| format!("{device} · {} {}", prior.name, prior.sha256))
    }

    /// Times the prior if there is nothing else to do, on windows of about so many pixels (a power of
    /// two; 0 when that is not known).
    fn time_prior(&mut self, name: String, power: u32) -> Option<Effect> {
        let idle = self.run.is_none() && self.runs.queue.is_empty() && self.importing.is_none();
        let pending = self.runs.pending.is_some() || self.pace.timing.is_some();
        // A processor that plays a graphics card takes minutes to begin.
        let slow = self.chosen_device()?.software;
        let again = (name, power);
        if !idle || pending || slow || self.pace.tried.contains(&again) {
            return None;
        }
        let document = self.document.as_ref()?;
        let masked = self.settings.needs_mask();
        let request = TimingRequest {
            prior: self.settings.prior.clone(),
            device: self.settings.device,
            operator: self.settings.operator(),
            photo: (document.photo.width(), document.photo.height()),
            mask: masked.then(|| Arc::clone(&document.mask)),
        };
        self.pace.tried.push(again);
        Some(Effect::Time(Box::new(request)))
    }

    pub(super) fn hear_timing(&mut self, event: &Event) -> Vec<Effect> {
        if !event.is_terminal() {
            return Vec::new();
        }
        self.pace.timing = None;
        let (Event::Timed { pace, .. }, Some(name)) = (event, self.pace_name()) else {
            return Vec::new();
        };
        // The choice may have changed while it was timed; then nobody knows whose pace it is.
        if self
            .pace
            .tried
            .last()
            .is_none_or(|(tried, _)| *tried != name)
        {
            return Vec::new();
        }
        let before = self
            .remembered
            .paces
            .get(&name)
            .cloned()
            .unwrap_or_default();
        self.remembered.pace(name, before.with(pace.clone()));
        vec![self.remember()]
    }

    /// Corrects the pace by a run that has ended: the work that was done and the time it took.
    pub(super) fn learn_pace(&mut self, run: &Run) -> Option<Effect> {
        let progress = run.progress.as_ref().filter(|p| p.done >= TELLING)?;
        let measured = progress.seconds_per_step * progress.done as f64;
        let name = self.pace_name()?;
        // Of another prior or device than the one that is chosen now nothing is learnt.
        let recipe = &self.runs.active.as_ref()?.job.recipe;
        if recipe.prior != self.settings.prior || recipe.device != self.settings.device {
            return None;
        }
        let known = self.remembered.paces.get(&name).cloned();
        let pace = known.unwrap_or_else(|| unknown(&run.work));
        let ratio = measured / pace.seconds(&run.work)?;
        if !ratio.is_finite() || ratio <= 0.0 {
            return None;
        }
        self.remembered.pace(name, pace.scaled(ratio));
        Some(self.remember())
    }
}

/// The pace of a prior of which nothing is known but this run: a second for a pixel of its windows.
fn unknown(work: &Work) -> Pace {
    let pixels = work.0.iter().map(|share| share.pixels).max();
    let pixels = pixels.unwrap_or(1).max(1) as f64;
    Pace {
        sizes: vec![Timed {
            pixels,
            evaluation: pixels,
            product: pixels,
        }],
        stride: 8,
    }
}

#[cfg(test)]
mod tests {
    use engine::{PriorSummary, Progress, Spec};

    use super::*;
    use crate::document::fixtures::{cpu, draw, open_state, outcome, progress, running, started};
    use crate::document::{Command, Message, Settings, Task};

    /// A millionth of a second for a pixel, and twice that for a product.
    fn pace(pixels: f64) -> Pace {
        Pace {
            sizes: vec![Timed {
                pixels,
                evaluation: pixels * 1e-6,
                product: pixels * 2e-6,
            }],
            stride: 8,
        }
    }

    fn known(state: &mut State) {
        state.prior = PriorCard::Known(Box::new(PriorSummary {
            name: "p".into(),
            resolution: 64,
            trained_on: String::new(),
            licence: String::new(),
            parameters: 5,
            sha256: "ab".into(),
            process: Process::default(),
        }));
        let _ = state.receive(Message::Devices(vec![cpu()]));
    }

    /// How long so many steps of the chosen sampler take.
    fn told(state: &State, steps: usize) -> Option<Duration> {
        let sampler = state.settings.sampler_now();
        state.expected(&Draw { sampler, steps })
    }

    fn answer(state: &mut State) {
        let Some(Effect::Foresee(asked)) = state.foresee() else {
            panic!("it wants to know")
        };
        assert!(state.foresee().is_none(), "one at a time");
        let found = asked.answer();
        let _ = state.receive(Message::Foreseen(asked, found));
    }

    #[test]
    fn a_prior_is_timed_once_and_remembered() {
        let mut state = open_state();
        assert!(state.foresee().is_none(), "nothing is known");
        known(&mut state);
        draw(&mut state, &[(10.0, 10.0)]);
        let Some(Effect::Time(request)) = state.foresee() else {
            panic!("it is timed")
        };
        assert!(request.mask.is_some() && request.photo == (64, 48));
        state.pace.timing = Some(JobId(3));
        assert!(state.foresee().is_none() && told(&state, 50).is_none());
        let job = JobId(3);
        let effects = state.hear(Event::Timed {
            job,
            pace: pace(3072.0),
        });
        assert!(matches!(&effects[..], [Effect::StoreRemembered(_)]));
        answer(&mut state);
        // One window of 64 × 48 pixels: the photo is no higher.
        let expected = told(&state, 50).expect("known").as_secs_f64();
        assert!(
            (expected - 50.0 * 3e-6 * 64.0 * 48.0).abs() < 1e-9,
            "{expected}"
        );
        assert!(state.foresee().is_none(), "all is known");
        draw(&mut state, &[(50.0, 40.0)]);
        assert!(told(&state, 50).is_none(), "another mask");
        answer(&mut state);
        assert!(told(&state, 50).is_some());
        let _ = state.apply(Command::ClearMask);
        answer(&mut state);
        assert!(told(&state, 50).is_none(), "there is nothing to do");
    }

    /// The settings name what is told: the steps, the sampler with the level it starts at, the operator.
    #[test]
    fn what_is_told_follows_the_settings() {
        let mut state = open_state();
        known(&mut state);
        state
            .remembered
            .paces
            .insert(state.pace_name().expect("known"), pace(64.0 * 48.0));
        state.settings.task = Task::Denoise;
        let mut asked = |change: &dyn Fn(&mut Settings)| {
            change(&mut state.settings);
            answer(&mut state);
            assert!(state.foresee().is_none(), "all is known");
            let steps = state.settings.steps;
            told(&state, steps).expect("known").as_secs_f64() / (64.0 * 48.0 * 1e-6)
        };
        let sampler = |text: &str| {
            let spec: Spec = text.parse().expect("valid");
            move |settings: &mut Settings| settings.set_sampler(spec.clone())
        };
        // In evaluations; a product takes as long as two.
        let close = |found: f64, expected: f64| {
            assert!((found - expected).abs() < 1e-6, "{found}, {expected}");
        };
        close(asked(&sampler("ca-dps")), 150.0);
        close(asked(&sampler("diffpir")), 50.0);
        close(asked(&sampler("ca-dps:covariance=krylov:2")), 300.0);
        close(asked(&|settings| settings.steps = 33), 198.0);
        assert!(asked(&sampler("ca-dps:start=0.2")) < 60.0);
    }

    #[test]
    fn windows_far_larger_than_any_that_was_timed_are_timed_by_themselves() {
        let mut state = open_state();
        known(&mut state);
        let name = state.pace_name().expect("known");
        state.remembered.paces.insert(name.clone(), pace(1000.0));
        draw(&mut state, &[(10.0, 10.0)]);
        answer(&mut state);
        assert!(matches!(state.foresee(), Some(Effect::Time(_))));
        state.pace.timing = Some(JobId(3));
        assert!(state.foresee().is_none(), "once");
        let (job, later) = (JobId(3), pace(3072.0).scaled(3.0));
        let _ = state.hear(Event::Timed { job, pace: later });
        let sizes = &state.remembered.paces[&name].sizes;
        assert_eq!(sizes.len(), 2, "{sizes:?}");
        assert!(state.foresee().is_none(), "all is known");
    }

    #[test]
    fn a_timing_that_gave_way_is_not_asked_for_again() {
        let mut state = open_state();
        known(&mut state);
        assert!(matches!(state.foresee(), Some(Effect::Time(_))));
        let job = JobId(3);
        state.pace.timing = Some(job);
        let effects = state.hear(Event::Stopped { job, outcome: None });
        assert!(effects.is_empty() && state.pace.timing.is_none());
        assert!(state.foresee().is_none(), "a run will tell");
    }

    #[test]
    fn every_run_corrects_the_pace_also_one_that_was_stopped() {
        let (mut state, job) = running();
        known(&mut state);
        let _ = state.hear(started(job, 100));
        for done in 1..=10 {
            let _ = state.hear(progress(job, done, 100));
        }
        let outcome = outcome(true, 10);
        let _ = state.hear(Event::Stopped {
            job,
            outcome: Some(outcome),
        });
        // Half a second for a step, of one evaluation and one product on 64 × 48 pixels.
        answer(&mut state);
        let expected = told(&state, 100).expect("learnt").as_secs_f64();
        assert!((expected - 50.0).abs() < 1e-6, "{expected}");
    }

    #[test]
    fn two_steps_say_nothing() {
        let (mut state, job) = running();
        known(&mut state);
        let _ = state.hear(started(job, 100));
        let Event::Progress(first) = progress(job, 2, 100) else {
            panic!("progress")
        };
        let _ = state.hear(Event::Progress(Progress {
            seconds_per_step: 9.0,
            ..first
        }));
        let _ = state.hear(Event::Stopped { job, outcome: None });
        assert!(state.remembered.paces.is_empty());
    }
}
