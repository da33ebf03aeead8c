//! How long a restoration will take, before it has begun: what the prior takes for a pixel on this
//! device, times how often the sampler asks it, times the pixels of all windows.
//!
//! The first is timed once when nothing else is to be done, remembered, and corrected by every run.
//! The others are counted beside the window's thread whenever the mask or the sampler changes.

use std::sync::{Arc, Weak};
use std::time::Duration;

use engine::{Event, JobId, Pace, Spec, StepCost, planned_pixels, step_cost};
use imaging::Mask;

use super::effect::Effect;
use super::run::Run;
use super::state::{PriorCard, State};

/// Steps of a run below which it says little of how long steps take.
const TELLING: usize = 3;

/// What is known of how long things take, besides what is remembered.
#[derive(Clone, Debug, Default)]
pub struct Foresight {
    /// The prior that is being timed.
    pub timing: Option<JobId>,
    /// What has been timed in this window, whether that could be done or not.
    tried: Vec<String>,
    /// What is being found out.
    asked: Option<Question>,
    /// What was found out last.
    known: Option<(Question, Option<(f64, StepCost)>)>,
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
    sampler: Spec,
    mask: Option<Weak<Mask>>,
    pixels: usize,
    stride: usize,
}

impl PartialEq for Question {
    fn eq(&self, other: &Self) -> bool {
        let mask = match (&self.mask, &other.mask) {
            (Some(a), Some(b)) => Weak::ptr_eq(a, b),
            (None, None) => true,
            _ => false,
        };
        let rest = (self.pixels, self.stride) == (other.pixels, other.stride);
        mask && rest && self.sampler == other.sampler
    }
}

impl Foreseen {
    /// Pixels that are sampled, and what a step costs. Reads the mask once or twice.
    #[must_use]
    pub fn answer(&self) -> Option<(f64, StepCost)> {
        let Question {
            sampler,
            pixels,
            stride,
            ..
        } = &self.question;
        let pixels = match &self.mask {
            Some(mask) => planned_pixels(mask, *stride)?,
            None => *pixels,
        };
        Some((pixels as f64, step_cost(sampler)?))
    }
}

impl State {
    /// How long so many steps will take, if that can be told.
    #[must_use]
    pub fn expected(&self, steps: usize) -> Option<Duration> {
        const MOST: f64 = 1e8;
        let pace = self.remembered.paces.get(&self.pace_name()?)?;
        let (question, answer) = self.pace.known.as_ref()?;
        // A moment ago is near enough while a stroke is drawn.
        let same = *question == self.question(pace)? || self.pace.asked.is_some();
        let (pixels, cost) = answer.filter(|_| same)?;
        let each = cost.evaluations * pace.evaluation + cost.products * pace.product;
        let seconds = pixels * steps as f64 * each;
        (seconds.is_finite() && seconds >= 0.0).then(|| Duration::from_secs_f64(seconds.min(MOST)))
    }

    /// Finds out what is not known yet. Call it every frame.
    pub fn foresee(&mut self) -> Option<Effect> {
        let name = self.pace_name()?;
        let Some(pace) = self.remembered.paces.get(&name).copied() else {
            return self.time_prior(name);
        };
        let question = self.question(&pace)?;
        let document = self.document.as_ref()?;
        let known = self
            .pace
            .known
            .as_ref()
            .is_some_and(|(known, _)| *known == question);
        if known || self.pace.asked.is_some() || document.is_drawing() {
            return None;
        }
        let mask = question.mask.is_some().then(|| Arc::clone(&document.mask));
        self.pace.asked = Some(question.clone());
        Some(Effect::Foresee(Box::new(Foreseen { question, mask })))
    }

    pub(super) fn foreseen(&mut self, asked: Foreseen, answer: Option<(f64, StepCost)>) {
        self.pace.asked = None;
        self.pace.known = Some((asked.question, answer));
    }

    fn question(&self, pace: &Pace) -> Option<Question> {
        let document = self.document.as_ref()?;
        let masked = self.settings.needs_mask();
        let operator = self.settings.operator();
        let factor = operator.factor().ok()?;
        let photo = &document.photo;
        Some(Question {
            sampler: engine::suited(&self.settings.sampler_now(), &operator),
            mask: masked.then(|| Arc::downgrade(&document.mask)),
            pixels: photo.width() * photo.height() * factor * factor,
            stride: pace.stride,
        })
    }

    /// Under which name the pace of the chosen prior on the chosen device is remembered; `None` while
    /// either is not known, and for priors that take no time.
    fn pace_name(&self) -> Option<String> {
        let PriorCard::Known(prior) = &self.prior else {
            return None;
        };
        let device = self.chosen_device()?;
        (prior.parameters > 0).then(|| format!("{device} · {} {}", prior.name, prior.sha256))
    }

    /// Times the prior if there is nothing else to do.
    fn time_prior(&mut self, name: String) -> Option<Effect> {
        let idle = self.run.is_none() && self.runs.queue.is_empty() && self.importing.is_none();
        let pending = self.runs.pending.is_some() || self.pace.timing.is_some();
        // A processor that plays a graphics card takes minutes to begin.
        let slow = self.chosen_device()?.software;
        if !idle || pending || slow || self.document.is_none() || self.pace.tried.contains(&name) {
            return None;
        }
        self.pace.tried.push(name);
        let masked = self
            .document
            .as_ref()
            .filter(|_| self.settings.needs_mask());
        let mask = masked.map(|document| Arc::clone(&document.mask));
        let (prior, device) = (self.settings.prior.clone(), self.settings.device);
        Some(Effect::Time(prior, device, mask))
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
        if self.pace.tried.last() != Some(&name) {
            return Vec::new();
        }
        self.remembered.pace(name, *pace);
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
        let (evaluations, products) = run.work;
        let known = self.remembered.paces.get(&name).copied();
        let usual = Pace {
            evaluation: 1.0,
            product: 1.0,
            stride: known.map_or(8, |pace| pace.stride),
        };
        let pace = known.unwrap_or(usual);
        let ratio = measured / (evaluations * pace.evaluation + products * pace.product);
        if !ratio.is_finite() || ratio <= 0.0 {
            return None;
        }
        let pace = Pace {
            evaluation: pace.evaluation * ratio,
            product: pace.product * ratio,
            ..pace
        };
        self.remembered.pace(name, pace);
        Some(self.remember())
    }
}

#[cfg(test)]
mod tests {
    use engine::{PriorSummary, Progress};

    use super::*;
    use crate::document::fixtures::{cpu, draw, open_state, outcome, progress, running, started};
    use crate::document::{Command, Message};

    const PACE: Pace = Pace {
        evaluation: 1e-6,
        product: 2e-6,
        stride: 8,
    };

    fn known(state: &mut State) {
        state.prior = PriorCard::Known(Box::new(PriorSummary {
            name: "p".into(),
            resolution: 64,
            trained_on: String::new(),
            licence: String::new(),
            parameters: 5,
            sha256: "ab".into(),
        }));
        let _ = state.receive(Message::Devices(vec![cpu()]));
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
        let Some(Effect::Time(_, _, Some(_))) = state.foresee() else {
            panic!("it is timed under the mask")
        };
        state.pace.timing = Some(JobId(3));
        assert!(state.foresee().is_none() && state.expected(50).is_none());
        let job = JobId(3);
        let effects = state.hear(Event::Timed { job, pace: PACE });
        assert!(matches!(&effects[..], [Effect::StoreRemembered(_)]));
        answer(&mut state);
        // One window of 64 × 48 pixels: the photo is no higher.
        let expected = state.expected(50).expect("known").as_secs_f64();
        assert!(
            (expected - 50.0 * 3e-6 * 64.0 * 48.0).abs() < 1e-9,
            "{expected}"
        );
        assert!(state.foresee().is_none(), "all is known");
        draw(&mut state, &[(50.0, 40.0)]);
        assert!(state.expected(50).is_none(), "another mask");
        answer(&mut state);
        assert!(state.expected(50).is_some());
        let _ = state.apply(Command::ClearMask);
        answer(&mut state);
        assert!(state.expected(50).is_none(), "there is nothing to do");
    }

    #[test]
    fn a_timing_that_gave_way_is_not_asked_for_again() {
        let mut state = open_state();
        known(&mut state);
        assert!(matches!(state.foresee(), Some(Effect::Time(..))));
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
        let expected = state.expected(100).expect("learnt").as_secs_f64();
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
