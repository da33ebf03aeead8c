//! Going on from a moment of a run.

use crate::runs::RunCommand;
use engine::{Estimate, Picture, Plan, Preview};

use super::*;
use crate::fixtures::cpu;

const LEFT: Rect = Rect::new(0, 0, 32, 48);
const RIGHT: Rect = Rect::new(32, 0, 32, 48);

fn preview(job: u64, window: Rect, done: usize, level: f64) -> Preview {
    Preview {
        job: JobId(job),
        window,
        rgba: vec![done as u8; 4 * window.area()],
        exact: Some(exact(window, done as f32 / 7.0)),
        done,
        made: std::time::Instant::now(),
        level,
    }
}

/// A window of one value, which 8 bits do not hold.
fn exact(window: Rect, value: f32) -> Arc<Planar> {
    let mut picture = Planar::new(window.width, window.height);
    picture.data.fill(value);
    Arc::new(picture)
}

fn done(job: u64, window: Rect, steps: usize) -> Event {
    Event::Window {
        job: JobId(job),
        done: steps,
        estimate: Estimate {
            window,
            picture: Picture::Exact(exact(window, 0.123_456_7)),
            level: 0.0,
        },
    }
}

/// Windows, levels, and the first value of each estimate.
fn told(job: &engine::Job) -> Vec<(Rect, f64, f32)> {
    let start = job.start.as_ref().expect("it goes on");
    let first = |estimate: &Estimate| match &estimate.picture {
        Picture::Exact(picture) => picture.data[0],
        Picture::Eight(_) => panic!("8 bits are not what was computed"),
    };
    let estimates = start.estimates.iter();
    estimates.map(|e| (e.window, e.level, first(e))).collect()
}

/// A run over two windows of which the first is done and the second has begun.
fn half_done() -> State {
    let mut state = state();
    let requests = state.apply(Command::Runs(RunCommand::Restore));
    let _ = submit(&mut state, &requests, 1);
    let plan = Plan {
        windows: vec![LEFT, RIGHT],
        size: (64, 48),
        steps: 4,
        device: cpu(),
    };
    let _ = state.hear(Event::Started {
        job: JobId(1),
        plan,
    });
    for (window, steps, level) in [(LEFT, 1, 1.5), (LEFT, 2, 0.0), (RIGHT, 3, 1.5)] {
        if level == 0.0 {
            let _ = state.hear(done(1, window, steps));
        }
        let _ = state.see(&preview(1, window, steps, level));
    }
    state
}

fn stop(state: &mut State) {
    let job = JobId(1);
    let _ = state.hear(Event::Stopped { job, outcome: None });
}

fn here() -> RunCommand {
    RunCommand::GoOn(None)
}

#[test]
fn a_frame_is_gone_on_from_with_every_window_as_far_as_it_was() {
    let mut state = half_done();
    assert!(obstacle(&state, here()).is_some(), "nothing is looked at");
    stop(&mut state);
    let _ = apply(&mut state, RunCommand::Inspect(Some(0)));
    let requests = apply(&mut state, here());
    let job = submit(&mut state, &requests, 2);
    let start = job.start.clone().expect("it goes on");
    assert_eq!(job.recipe.from, Some(start.sha256()));
    assert_eq!(job.recipe.seed, 1, "not the noise that is in the estimate");
    let expected = [(LEFT, 1.5, 1.0 / 7.0)];
    assert_eq!(told(&job), expected, "the right window had not begun");
}

#[test]
fn a_stopped_run_is_gone_on_from_where_it_stood_and_can_be_drawn_again() {
    let mut state = half_done();
    stop(&mut state);
    let stopped = state.runs.archive.all()[0].id;
    assert_eq!(obstacle(&state, here()), None);
    let requests = apply(&mut state, RunCommand::GoOn(Some(stopped)));
    let job = submit(&mut state, &requests, 2);
    // The window that was done is handed over as it was computed, not as it was shown.
    let expected = [(LEFT, 0.0, 0.123_456_7), (RIGHT, 1.5, 3.0 / 7.0)];
    assert_eq!(told(&job), expected);
    let outcome = drawn(&state, 0.5);
    let _ = state.hear(Event::Finished {
        job: JobId(2),
        outcome,
    });
    let id = state.runs.archive.all()[1].id;
    assert!(obstacle(&state, RunCommand::GoOn(Some(id))).is_some_and(|r| r.contains("its end")));
    let requests = apply(&mut state, RunCommand::Rerun(id));
    let again = submit(&mut state, &requests, 3);
    assert_eq!((again.start, again.recipe), (job.start, job.recipe));
}

#[test]
fn what_cannot_be_gone_on_from_says_why() {
    let mut state = half_done();
    let _ = state.hear(done(1, RIGHT, 4));
    let _ = state.see(&preview(1, RIGHT, 4, 0.0));
    let _ = apply(&mut state, RunCommand::Inspect(Some(9)));
    let reason = obstacle(&state, here()).expect("the run was done");
    assert!(reason.contains("end of the run"), "{reason}");
    stop(&mut state);
    let first = state.runs.archive.all()[0].id;
    let reason = obstacle(&state, RunCommand::GoOn(Some(first))).expect("nothing is left");
    assert!(reason.contains("before there was anything"), "{reason}");
}

/// Frames are shown small, but what is gone on from is what was computed.
#[test]
fn a_picture_larger_than_its_frames_is_gone_on_from_in_full() {
    let mut state = half_done();
    let large = Rect::new(0, 0, 2 * Frames::SIDE, 8);
    let _ = state.see(&preview(1, large, 4, 1.0));
    let _ = apply(&mut state, RunCommand::Inspect(Some(9)));
    assert_eq!(obstacle(&state, here()), None);
    let requests = apply(&mut state, here());
    assert!(requests.is_empty(), "it waits for the run that is on");
    let job = state.runs.queue[0].job.clone();
    assert_eq!(told(&job)[1], (large, 1.0, 4.0 / 7.0));
}

/// Previews may be lost, results of windows are not.
#[test]
fn a_run_that_is_stopped_between_two_windows_is_gone_on_from_the_first() {
    let mut state = half_done();
    let requests = state.apply(Command::Runs(RunCommand::Restore));
    assert!(requests.is_empty());
    stop(&mut state);
    state.submitted(JobId(2));
    let plan = Plan {
        windows: vec![LEFT, RIGHT],
        size: (64, 48),
        steps: 4,
        device: cpu(),
    };
    let job = JobId(2);
    let _ = state.hear(Event::Started { job, plan });
    let _ = state.see(&preview(2, LEFT, 1, 1.5));
    let _ = state.hear(done(2, LEFT, 2));
    let _ = state.hear(Event::Stopped { job, outcome: None });
    let id = state.runs.archive.all()[1].id;
    let requests = apply(&mut state, RunCommand::GoOn(Some(id)));
    let job = submit(&mut state, &requests, 3);
    assert_eq!(told(&job), [(LEFT, 0.0, 0.123_456_7)]);
}
