//! From Restore through the queue to the current result and back.

use super::*;
use crate::fixtures::{progress, started};
use crate::mask::command::MaskCommand;
use crate::{Ending, Show};

#[test]
fn a_finished_run_is_kept_and_its_result_can_be_undone() {
    let mut state = state();
    let [id] = run_all(&mut state, &[0.5])[..] else {
        panic!()
    };
    assert_eq!(state.view.show, Show::Restored);
    assert_eq!(result_at(&state, 10, 10), Some(128));
    assert_eq!(state.runs.accepted(), Some(id));
    let run = state.runs.archive.get(id).expect("kept");
    assert_eq!(run.ending, Ending::Finished);
    let _ = state.apply(Command::Undo);
    assert_eq!(result_at(&state, 10, 10), None);
    assert_eq!(state.view.show, Show::Original);
    assert_eq!(state.runs.accepted(), None);
    let _ = state.apply(Command::Redo);
    assert_eq!(result_at(&state, 10, 10), Some(128));
    assert_eq!(state.runs.accepted(), Some(id));
}

#[test]
fn the_picture_of_a_run_is_studied_beside_the_window() {
    let mut state = state();
    let requests = state.apply(Command::Runs(RunCommand::Restore));
    let _ = submit(&mut state, &requests, 7);
    let outcome = drawn(&state, 0.5);
    let job = JobId(7);
    let requests = state.hear(Event::Finished { job, outcome });
    let question = &only::<Summarise>(&requests).0[0];
    let answer = study(question);
    assert!(answer.scores.is_none() && answer.thumbnail.size.0 > 0);
    let run = question.run;
    state.studied(run, answer.clone());
    let kept = state.runs.archive.get(run).expect("kept");
    assert_eq!(kept.study.as_deref(), Some(&answer));
}

#[test]
fn candidates_are_drawn_one_after_another_and_the_first_is_the_result() {
    let mut state = state();
    state.settings.candidates = 3;
    let seed = state.settings.seed;
    let mut requests = state.apply(Command::Runs(RunCommand::Restore));
    let mut seeds = Vec::new();
    for number in 1..=3 {
        seeds.push(submit(&mut state, &requests, number).recipe.seed);
        assert_eq!(state.runs.queue.len(), 3 - number as usize);
        let outcome = drawn(&state, 0.2 * number as f32);
        let job = JobId(number);
        requests = state.hear(Event::Finished { job, outcome });
    }
    assert_eq!(seeds, [seed, seed + 1, seed + 2]);
    assert!(state.run.is_none() && state.runs.queue.is_empty());
    assert_eq!(result_at(&state, 10, 10), Some(51));
    assert_eq!(state.history.len(), 3, "two strokes and one result");

    let third = state.runs.archive.all()[2].id;
    let _ = apply(&mut state, RunCommand::Show(third));
    assert_eq!(result_at(&state, 10, 10), Some(51), "shown, not accepted");
    assert_eq!(state.runs.shown().map(|run| run.id), Some(third));
    let _ = apply(&mut state, RunCommand::Accept(third));
    assert_eq!(result_at(&state, 10, 10), Some(153));
    assert!(obstacle(&state, RunCommand::Accept(third)).is_some());
    let _ = state.apply(Command::Undo);
    assert_eq!(result_at(&state, 10, 10), Some(51));
}

#[test]
fn restore_while_one_runs_waits_its_turn() {
    let mut state = state();
    let requests = state.apply(Command::Runs(RunCommand::Restore));
    let _ = submit(&mut state, &requests, 1);
    state.settings.steps = 77;
    assert_eq!(state.obstacle(&Command::Runs(RunCommand::Restore)), None);
    assert!(
        state.apply(Command::Runs(RunCommand::Restore)).is_empty(),
        "it waits"
    );
    state.settings.steps = 5;
    let outcome = drawn(&state, 0.5);
    let requests = state.hear(Event::Finished {
        job: JobId(1),
        outcome,
    });
    let job = submit(&mut state, &requests, 2);
    assert_eq!(job.recipe.steps, 77, "as it was when it was asked for");
}

#[test]
fn waiting_runs_can_be_taken_off_and_are_bounded() {
    let mut state = state();
    state.settings.candidates = 8;
    let requests = state.apply(Command::Runs(RunCommand::Restore));
    let _ = submit(&mut state, &requests, 1);
    let second = state.runs.queue[0].id;
    let _ = apply(&mut state, RunCommand::Unqueue(second));
    assert!(state.runs.queue.iter().all(|ticket| ticket.id != second));
    while state
        .obstacle(&Command::Runs(RunCommand::Restore))
        .is_none()
    {
        let _ = state.apply(Command::Runs(RunCommand::Restore));
    }
    assert!(state.runs.queue.len() <= Runs::MOST_WAITING);
    let _ = apply(&mut state, RunCommand::ClearQueue);
    assert!(state.runs.queue.is_empty());
    assert!(obstacle(&state, RunCommand::ClearQueue).is_some());
}

#[test]
fn stopping_one_candidate_stops_its_batch_but_not_what_else_waits() {
    let mut state = state();
    state.settings.candidates = 3;
    let requests = state.apply(Command::Runs(RunCommand::Restore));
    let _ = submit(&mut state, &requests, 1);
    state.settings.candidates = 1;
    state.settings.steps = 99;
    let _ = state.apply(Command::Runs(RunCommand::Restore));
    let requests = state.apply(Command::Runs(RunCommand::Stop));
    assert_eq!(only::<Stop>(&requests).0, JobId(1));
    let requests = state.hear(Event::Stopped {
        job: JobId(1),
        outcome: None,
    });
    assert_eq!(submit(&mut state, &requests, 2).recipe.steps, 99);
    assert!(state.runs.queue.is_empty());
    let ended = &state.runs.archive.all()[0];
    assert_eq!(ended.ending, Ending::Stopped);
    assert!(obstacle(&state, RunCommand::Show(ended.id)).is_some());
    assert_eq!(obstacle(&state, RunCommand::Rerun(ended.id)), None);
}

#[test]
fn a_stopped_run_is_the_result_only_where_there_is_none() {
    let mut state = state();
    let mut stop = |number: u64, level: Option<f32>| {
        let requests = state.apply(Command::Runs(RunCommand::Restore));
        let _ = submit(&mut state, &requests, number);
        let job = JobId(number);
        let _ = state.hear(started(job, 9));
        let _ = state.hear(progress(job, 2, 9));
        let outcome = level.map(|level| drawn(&state, level));
        let _ = state.hear(Event::Stopped { job, outcome });
        let said = state.notice.clone().expect("it says so").text;
        let shown = if level.is_some() {
            Show::Restored
        } else {
            Show::Original
        };
        assert_eq!(state.view.show, shown);
        let accepted = state.runs.accepted();
        let place = state.runs.archive.all().iter();
        let place = place.map(|run| run.id).position(|id| Some(id) == accepted);
        (said, result_at(&state, 10, 10), place)
    };
    let (said, level, place) = stop(1, None);
    let early = "Stopped after 2 of 9 steps, too early to keep anything.";
    assert_eq!((said.as_str(), level, place), (early, None, None));
    let (said, level, place) = stop(2, Some(0.2));
    let kept = "Stopped after 2 of 9 steps. The best so far is kept.";
    assert_eq!((said.as_str(), level, place), (kept, Some(51), Some(1)));
    let (said, level, place) = stop(3, Some(0.6));
    assert!(
        said.ends_with("in the history; the result from before stays."),
        "{said}"
    );
    assert_eq!((level, place), (Some(51), Some(1)));
    let (said, ..) = stop(4, None);
    assert_eq!(said, early);

    // It is there all the same, and can be taken.
    let third = state.runs.archive.all()[2].id;
    let _ = apply(&mut state, RunCommand::Accept(third));
    assert_eq!(result_at(&state, 10, 10), Some(153));
}

#[test]
fn a_finished_run_is_the_result_whatever_there_was() {
    let mut state = state();
    let _ = run_all(&mut state, &[0.2]);
    let [second] = run_all(&mut state, &[0.6])[..] else {
        panic!()
    };
    assert_eq!(result_at(&state, 10, 10), Some(153));
    assert_eq!(state.runs.accepted(), Some(second));
}

#[test]
fn a_batch_that_breaks_off_shows_what_there_is() {
    let mut state = state();
    state.settings.candidates = 3;
    let requests = state.apply(Command::Runs(RunCommand::Restore));
    let _ = submit(&mut state, &requests, 1);
    let outcome = drawn(&state, 0.2);
    let requests = state.hear(Event::Finished {
        job: JobId(1),
        outcome,
    });
    let _ = submit(&mut state, &requests, 2);
    assert_eq!(state.view.show, Show::Original, "the next one is watched");
    let error = Arc::new(engine::EngineError::Recipe("it broke".into()));
    let _ = state.hear(Event::Failed {
        job: JobId(2),
        error,
    });
    assert!(state.run.is_none() && state.runs.queue.is_empty());
    assert_eq!(state.view.show, Show::Restored);
    assert_eq!(result_at(&state, 10, 10), Some(51));
}

#[test]
fn painting_while_a_run_is_on_asks_and_then_stops_it() {
    let mut state = state();
    let requests = state.apply(Command::Runs(RunCommand::Restore));
    let _ = submit(&mut state, &requests, 1);
    let _ = state.apply(Command::Runs(RunCommand::Restore));
    let stroke = Command::Mask(MaskCommand::BeginStroke {
        at: (30.0, 30.0),
        opposite: false,
        straight: false,
    });
    assert!(state.obstacle(&stroke).is_some());
    let _ = apply(&mut state, RunCommand::AskToEdit);
    assert!(state.runs.asking);
    let _ = apply(&mut state, RunCommand::KeepRunning);
    assert!(!state.runs.asking && state.run.as_ref().is_some_and(|run| !run.stopping));
    let _ = apply(&mut state, RunCommand::AskToEdit);
    let requests = apply(&mut state, RunCommand::StopAndEdit);
    assert_eq!(only::<Stop>(&requests).0, JobId(1));
    assert!(state.runs.queue.is_empty(), "nothing else starts meanwhile");
    // The worker may take a second to look up; painting does not wait for it.
    draw(&mut state, &[(30.0, 30.0)]);
    let outcome = drawn(&state, 0.5);
    let requests = state.hear(Event::Stopped {
        job: JobId(1),
        outcome: Some(outcome),
    });
    assert!(!requests.iter().any(BoxedRequest::is::<Submit>));
    assert_eq!(state.view.show, Show::Original, "the mask stays in sight");
    assert!(state.document.as_ref().is_some_and(|d| d.result.is_none()));
    assert_eq!(state.runs.archive.all().len(), 1, "kept, not accepted");
    assert!(state.obstacle(&stroke).is_none());
}

/// Two squares are being restored, and a third is marked meanwhile. What the run will end with.
fn marking(state: &mut State) -> Outcome {
    let requests = state.apply(Command::Runs(RunCommand::Restore));
    let _ = submit(state, &requests, 1);
    let outcome = drawn(state, 0.5);
    let _ = apply(state, RunCommand::AskToEdit);
    let requests = apply(state, RunCommand::MarkMeanwhile);
    assert!(requests.is_empty() && !state.runs.asking);
    draw(state, &[(30.0, 30.0)]);
    outcome
}

fn masked(state: &State) -> usize {
    state.document.as_ref().expect("open").masked()
}

#[test]
fn marks_made_while_a_run_is_on_are_for_the_next_one() {
    let mut state = state();
    let before = masked(&state);
    let outcome = marking(&mut state);
    let more = masked(&state) - before;
    assert!(more > 0 && state.run.as_ref().is_some_and(|run| !run.stopping));
    let restored = state.runs.marked_before().expect("a mask of its own");
    assert_eq!(restored.count(), before);
    let undisturbed = outcome.photo.rgba8(Rect::new(30, 30, 1, 1))[0];
    let job = JobId(1);
    let _ = state.hear(Event::Finished { job, outcome });
    assert_eq!(result_at(&state, 10, 10), Some(128), "taken as ever");
    assert_eq!(result_at(&state, 30, 30), Some(undisturbed));
    assert_eq!(state.view.show, Show::Original, "the marks stay in sight");
    assert!(state.notice.is_some() && !state.runs.marking);
    // What was restored is built on; what was not is still marked.
    let _ = apply(&mut state, RunCommand::BuildOn);
    assert_eq!(masked(&state), more);
}

#[test]
fn marks_made_while_a_run_is_on_can_be_queued_and_marking_goes_on() {
    let mut state = state();
    let outcome = marking(&mut state);
    let all = masked(&state);
    assert!(
        state.apply(Command::Runs(RunCommand::Restore)).is_empty(),
        "it waits"
    );
    let job = JobId(1);
    let requests = state.hear(Event::Finished { job, outcome });
    let next = submit(&mut state, &requests, 2);
    assert_eq!(next.mask.expect("masked").count(), all);
    assert!(state.runs.marking, "nobody is asked twice");
    draw(&mut state, &[(40.0, 10.0)]);
    assert!(masked(&state) > all);
    // Who draws nothing sees the result at once.
    let _ = state.apply(Command::Undo);
    let _ = state.hear(Event::Finished {
        job: JobId(2),
        outcome: drawn(&state, 0.7),
    });
    assert!(!state.runs.marking && state.run.is_none());
}
