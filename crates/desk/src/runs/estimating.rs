//! Finds out how long a restoration will take: times the prior when nothing else is to be done, and
//! learns from every run.

use std::sync::Arc;
use std::time::Duration;

use engine::{Draw, Event, Pace, Preset, Timed, TimingRequest, Work};

use super::active::Run;
use super::state::RunsState;
use super::time_estimate::{Foreseen, Question};
use super::{EstimateWork, TimePrior};
use crate::recipe::prior::PriorCard;
use crate::request::{BoxedRequest, Requests};

/// Steps of a run below which it says little of how long steps take.
const TELLING: usize = 3;
/// Windows of so many times the pixels of the largest that was timed are timed by themselves.
const FAR: f64 = 2.0;
/// The largest window that is timed has so many pixels.
const MOST: f64 = 256.0 * 256.0;

impl RunsState {
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
    pub(crate) fn foresee(&mut self) -> Option<BoxedRequest> {
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
        Some(EstimateWork(Box::new(Foreseen { question, mask })).into())
    }

    pub(crate) fn foreseen(&mut self, asked: Foreseen, answer: Vec<(Draw, Work)>) {
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
            noise: self.settings.noise_model(),
            draws,
            mask: masked.then(|| Arc::downgrade(&document.mask)),
            photo: (document.photo.width(), document.photo.height()),
            stride: pace.stride,
            process: prior.process.clone(),
            coarse_to_fine: self.settings.coarse_to_fine,
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
    pub(crate) fn pace_name(&self) -> Option<String> {
        let prior = self.known_prior()?;
        let device = self.chosen_device()?;
        (prior.parameters > 0).then(|| format!("{device} · {} {}", prior.name, prior.sha256))
    }

    /// Times the prior if there is nothing else to do, on windows of about so many pixels (a power of
    /// two; 0 when that is not known).
    fn time_prior(&mut self, name: String, power: u32) -> Option<BoxedRequest> {
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
        Some(TimePrior(Box::new(request)).into())
    }

    pub(crate) fn hear_timing(&mut self, event: &Event) -> Requests {
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
    pub(crate) fn learn_pace(&mut self, run: &Run) -> Option<BoxedRequest> {
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
