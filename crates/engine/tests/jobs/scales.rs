//! Wide holes at coarser scales first.

use std::sync::Arc;

use engine::{Event, Job, Progress};
use imaging::{Mask, Rect, Value};

use super::{engine, finished, inpainting, listen, photo};

/// A hole of 30 × 30, which has two coarser scales, and a run that starts from noise: one that starts
/// low takes all its steps at every scale.
fn wide() -> Job {
    let mut mask = Mask::new(200, 160);
    let _ = mask.fill_rect(Rect::new(70, 50, 30, 30), Value::Paint);
    let mut job = Job {
        photo: photo(200, 160),
        mask: Some(Arc::new(mask)),
        ..inpainting()
    };
    job.recipe.sampler = "ca-dps".parse().expect("valid");
    job
}

fn progress(events: &[Event]) -> Vec<&Progress> {
    let mut all = Vec::new();
    for event in events {
        if let Event::Progress(progress) = event {
            all.push(progress);
        }
    }
    all
}

#[test]
fn a_wide_hole_is_drawn_from_coarse_to_fine() {
    let engine = engine();
    let job = wide();
    engine.submit(job.clone());
    let events = listen(&engine);
    let plan = events.iter().find_map(|event| match event {
        Event::Started { plan, .. } => Some(plan),
        _ => None,
    });
    let plan = plan.expect("started");
    assert_eq!(plan.windows.len(), 1);
    let progress = progress(&events);
    let last = progress.last().expect("steps");
    assert_eq!((last.done, last.total), (plan.steps, plan.steps));
    assert_eq!((last.part, last.window), (2, 0));
    assert!(progress.is_sorted_by_key(|p| p.pixels) && progress[0].pixels < last.pixels);
    assert_eq!(last.pixels, plan.windows[0].area());
    // All steps at the coarsest scale, and fewer from there on.
    let steps = |part| progress.iter().filter(|p| p.part == part).count();
    assert_eq!(steps(0), job.recipe.steps);
    assert!(steps(1) < steps(0) && steps(1) == steps(2));

    let outcome = finished(&events);
    assert_eq!(outcome.report.evaluations, plan.steps);
    let mask = job.mask.expect("masked");
    for (x, y) in (0..160).flat_map(|y| (0..200).map(move |x| (x, y))) {
        let at = Rect::new(x, y, 1, 1);
        let same = outcome.photo.planar(at) == job.photo.planar(at);
        assert!(same || mask.get(x, y) > 0, "({x}, {y})");
    }
}

#[test]
fn one_scale_where_it_is_asked_for_or_where_the_sampler_starts_at_noise() {
    let engine = engine();
    let mut asked = wide();
    asked.recipe.coarse_to_fine = false;
    let mut cannot = wide();
    cannot.recipe.sampler = "ca-dps:start=noise".parse().expect("valid");
    for job in [asked, cannot] {
        engine.submit(job.clone());
        let events = listen(&engine);
        let last = *progress(&events).last().expect("steps");
        assert_eq!((last.part, last.total), (0, job.recipe.steps));
    }
}

#[test]
fn a_run_stopped_past_its_coarsest_scale_keeps_what_that_gave() {
    let engine = engine();
    let mut job = wide();
    job.recipe.steps = 400;
    let id = engine.submit(job.clone());
    let outcome = loop {
        match engine.wait_event(std::time::Duration::from_secs(60)) {
            Some(Event::Progress(progress)) if progress.part == 1 => engine.stop(id),
            Some(Event::Stopped { outcome, .. }) => break outcome,
            Some(event) => assert!(!event.is_terminal(), "{event:?}"),
            None => panic!("nothing heard for a minute"),
        }
    };
    let outcome = outcome.expect("the coarsest scale was done");
    assert!(outcome.report.stopped);
    let hole = Rect::new(80, 60, 1, 1);
    assert_ne!(outcome.photo.planar(hole), job.photo.planar(hole));
}
