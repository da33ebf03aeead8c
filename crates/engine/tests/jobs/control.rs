//! Stopping, pausing, waiting in turn, timing.

use std::time::Duration;

use engine::{DeviceChoice, Engine, Event, Outcome, PriorChoice, Spec, Timed, TimingRequest};

use super::{engine, finished, inpainting, listen, mask, recipe};

/// Stops a run of 400 steps a window once `done` of them are.
fn stopped_after(engine: &Engine, done: usize) -> Option<Outcome> {
    let mut long = inpainting();
    long.recipe.steps = 400;
    long.recipe.sampler = Spec::named("ca-dps").with("covariance", "krylov:20");
    let id = engine.submit(long);
    loop {
        match engine.wait_event(Duration::from_secs(10)) {
            Some(Event::Progress(progress)) if progress.done >= done => break,
            Some(event) if !event.is_terminal() => {}
            other => panic!("no progress: {other:?}"),
        }
    }
    engine.stop(id);
    match listen(engine).pop() {
        Some(Event::Stopped { outcome, .. }) => outcome,
        other => panic!("not stopped: {other:?}"),
    }
}

#[test]
fn stopping_keeps_the_best_so_far_and_the_next_job_runs() {
    let engine = engine();
    let outcome = stopped_after(&engine, 310).expect("the first window is kept");
    assert!(outcome.report.stopped);
    engine.submit(inpainting());
    finished(&listen(&engine));
}

#[test]
fn stopping_early_keeps_nothing() {
    let engine = engine();
    for done in [1, 150] {
        assert!(stopped_after(&engine, done).is_none(), "{done} steps");
    }
}

#[test]
fn a_queued_job_can_be_stopped_before_it_starts() {
    let engine = engine();
    engine.submit(inpainting());
    let waiting = engine.submit(inpainting());
    engine.stop(waiting);
    finished(&listen(&engine));
    assert!(matches!(
        listen(&engine).last(),
        Some(Event::Stopped { outcome: None, .. })
    ));
}

#[test]
fn pausing_holds_the_run_and_resuming_ends_it() {
    let engine = engine();
    engine.set_paused(true);
    engine.submit(inpainting());
    let mut steps = 0;
    while let Some(event) = engine.wait_event(Duration::from_millis(400)) {
        steps += usize::from(matches!(event, Event::Progress(_)));
    }
    assert_eq!(steps, 0, "a paused run takes no steps");
    engine.set_paused(false);
    finished(&listen(&engine));
}

#[test]
fn a_prior_is_timed_and_gives_way() {
    let engine = engine();
    let request = || TimingRequest {
        prior: PriorChoice::BuiltIn("gaussian".to_owned()),
        device: DeviceChoice::Cpu,
        operator: recipe().operator,
        photo: (120, 90),
        mask: Some(mask(120, 90)),
    };
    let id = engine.time(request());
    let events = listen(&engine);
    let Some(Event::Timed { job, pace }) = events.last() else {
        panic!("{events:?}")
    };
    assert_eq!(*job, id);
    let sound = |size: &Timed| size.evaluation > 0.0 && size.product >= 0.0;
    assert!(
        !pace.sizes.is_empty() && pace.sizes.iter().all(sound) && pace.stride >= 1,
        "{pace:?}"
    );
    // One that is stopped before it began does nothing.
    let mut long = inpainting();
    long.recipe.steps = 900;
    let run = engine.submit(long);
    let id = engine.time(request());
    engine.stop(id);
    engine.stop(run);
    let _ = listen(&engine);
    let events = listen(&engine);
    assert!(matches!(events.last(), Some(Event::Stopped { job, outcome: None }) if *job == id));
}
