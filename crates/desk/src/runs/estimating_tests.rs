//! What is told follows the settings, the mask, and what runs took.

use crate::mask::command::MaskCommand;
use engine::{PriorSummary, Progress, Spec};

use std::time::Duration;

use crate::ShellState as State;
use crate::recipe::prior::PriorCard;
use engine::{Draw, Event, JobId, Pace, Process, Timed};

use super::time_estimate::*;
use crate::fixtures::requests::*;
use crate::fixtures::{cpu, draw, open_state, outcome, progress, running, started};
use crate::{Command, Settings, Task};

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
    state.devices = vec![cpu()];
}

/// How long so many steps of the chosen sampler take.
fn told(state: &State, steps: usize) -> Option<Duration> {
    let sampler = state.settings.sampler_now();
    state.expected(&Draw { sampler, steps })
}

fn answer(state: &mut State) {
    let request = state.foresee();
    let asked = &the::<EstimateWork>(request.as_ref()).0;
    assert!(state.foresee().is_none(), "one at a time");
    let found = asked.answer();
    state.foreseen(Foreseen::clone(asked), found);
}

#[test]
fn a_prior_is_timed_once_and_remembered() {
    let mut state = open_state();
    assert!(state.foresee().is_none(), "nothing is known");
    known(&mut state);
    draw(&mut state, &[(10.0, 10.0)]);
    let request = state.foresee();
    let request = &the::<TimePrior>(request.as_ref()).0;
    assert!(request.mask.is_some() && request.photo == (64, 48));
    state.pace.timing = Some(JobId(3));
    assert!(state.foresee().is_none() && told(&state, 50).is_none());
    let job = JobId(3);
    let requests = state.hear(Event::Timed {
        job,
        pace: pace(3072.0),
    });
    assert!(is_only::<StoreRemembered>(&requests));
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
    let _ = state.apply(Command::Mask(MaskCommand::Clear));
    answer(&mut state);
    assert!(told(&state, 50).is_none(), "there is nothing to do");
}

/// The settings name what is told: the steps, the sampler with the level it starts at, the operator.
#[test]
fn what_is_told_follows_the_settings() {
    let mut state = open_state();
    known(&mut state);
    let name = state.pace_name().expect("known");
    state.remembered.paces.insert(name, pace(64.0 * 48.0));
    state.settings.task = Task::Denoise;
    state.settings.steps = 50;
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
    close(asked(&sampler("ca-dps:start=noise")), 150.0);
    close(asked(&sampler("diffpir:start=noise")), 50.0);
    close(
        asked(&sampler("ca-dps:covariance=krylov:2,start=noise")),
        300.0,
    );
    close(asked(&|settings| settings.steps = 33), 198.0);
    // What is only noisy is started from above its noise.
    assert!(asked(&sampler("ca-dps:start=0.2")) < 60.0);
    let few = asked(&sampler("ca-dps"));
    close(few, asked(&sampler("ca-dps:start=0.16")));
    let _ = asked(&sampler("ca-dps"));
    assert!(asked(&|settings| settings.noise = 0.2) > 2.0 * few);
}

#[test]
fn windows_far_larger_than_any_that_was_timed_are_timed_by_themselves() {
    let mut state = open_state();
    known(&mut state);
    let name = state.pace_name().expect("known");
    state.remembered.paces.insert(name.clone(), pace(1000.0));
    draw(&mut state, &[(10.0, 10.0)]);
    answer(&mut state);
    assert!(state.foresee().is_some_and(|r| r.is::<TimePrior>()));
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
    assert!(state.foresee().is_some_and(|r| r.is::<TimePrior>()));
    let job = JobId(3);
    state.pace.timing = Some(job);
    let requests = state.hear(Event::Stopped { job, outcome: None });
    assert!(requests.is_empty() && state.pace.timing.is_none());
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
