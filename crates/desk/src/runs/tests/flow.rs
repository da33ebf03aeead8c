//! From Restore through the queue to the current result and back.

use super::*;
use crate::fixtures::{progress, started};
use crate::mask::command::MaskCommand;
use crate::photo::command::ViewCommand;
use crate::runs::RunCommand;
use crate::session::SessionCommand;
use crate::{Ending, Purpose, Show};

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

#[test]
fn a_rerun_has_the_same_recipe_and_the_same_mask() {
    let mut state = state();
    let requests = state.apply(Command::Runs(RunCommand::Restore));
    let first = submit(&mut state, &requests, 1);
    let outcome = drawn(&state, 0.5);
    let _ = state.hear(Event::Finished {
        job: JobId(1),
        outcome,
    });
    draw(&mut state, &[(30.0, 30.0)]);
    state.settings.steps = 200;
    let id = state.runs.archive.all()[0].id;
    let requests = apply(&mut state, RunCommand::Rerun(id));
    let again = submit(&mut state, &requests, 2);
    assert_eq!(again.recipe, first.recipe);
    assert_eq!(again.mask, first.mask);
}

#[test]
fn a_feather_is_kept_with_the_run_and_its_mask_is_not_widened() {
    let mut state = state();
    state.settings.feather = 2;
    let requests = state.apply(Command::Runs(RunCommand::Restore));
    let first = submit(&mut state, &requests, 1);
    let near = first.mask.as_ref().expect("masked").grown(2);
    // Two pixels beyond the mask are blended, as the engine does.
    let mut photo = Photo::clone(&first.photo);
    let mut flat = Planar::new(64, 48);
    flat.data.fill(0.5);
    photo.write_masked(photo.bounds(), &flat, &near);
    let blended = Outcome {
        photo: Arc::new(photo),
        ..outcome(false, 4)
    };
    let photo = Arc::clone(&blended.photo);
    let _ = state.hear(Event::Finished {
        job: JobId(1),
        outcome: blended,
    });
    let run = &state.runs.archive.all()[0];
    let content = run.content.as_ref().expect("a picture");
    assert!(content.to_photo().pixels_equal(&photo));
    let id = run.id;
    let requests = apply(&mut state, RunCommand::Rerun(id));
    assert_eq!(submit(&mut state, &requests, 2).mask, first.mask);
}

#[test]
fn painting_puts_an_inspected_moment_away() {
    let mut state = state();
    let requests = state.apply(Command::Runs(RunCommand::Restore));
    let _ = submit(&mut state, &requests, 1);
    let _ = state.see(&engine::Preview {
        job: JobId(1),
        window: Rect::new(0, 0, 64, 48),
        rgba: vec![7; 64 * 48 * 4],
        exact: Some(Arc::new(imaging::Planar::new(64, 48))),
        done: 1,
        made: std::time::Instant::now(),
        level: 1.0,
    });
    let _ = state.hear(Event::Stopped {
        job: JobId(1),
        outcome: None,
    });
    let _ = apply(&mut state, RunCommand::Inspect(Some(0)));
    assert_eq!(state.runs.inspected, Some(0));
    draw(&mut state, &[(30.0, 30.0)]);
    assert_eq!(state.runs.inspected, None);
    let _ = apply(&mut state, RunCommand::Inspect(Some(0)));
    let _ = state.apply(Command::View(ViewCommand::ChooseShow(Show::Original)));
    assert_eq!(state.runs.inspected, None);
}

#[test]
fn a_recipe_is_copied_as_json_that_reads_back() {
    let mut state = state();
    let [id] = run_all(&mut state, &[0.5])[..] else {
        panic!()
    };
    let requests = apply(&mut state, RunCommand::CopyRecipe(id));
    let text = &only::<CopyText>(&requests).0;
    let seed = format!("\"seed\": {}", state.settings.seed);
    assert!(text.starts_with('{') && text.contains(&seed), "{text}");
}

#[test]
fn a_run_that_is_not_the_result_can_be_exported() {
    let mut state = state();
    let ids = run_all(&mut state, &[0.2, 0.6]);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("run.png").display().to_string();
    let mut saved = |command: Command| {
        let _ = state.apply(command);
        let _ = state.apply(Command::Session(SessionCommand::DialogPath(path.clone())));
        match &only::<SaveFile>(&state.apply(Command::Session(SessionCommand::DialogAccept))).export
        {
            Export::Photo(photo, _) => photo.rgba8(Rect::new(10, 10, 1, 1))[0],
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(
        saved(Command::Session(SessionCommand::ExportRun(ids[1]))),
        153
    );
    assert_eq!(
        saved(Command::Session(SessionCommand::ShowDialog(
            Purpose::ExportPhoto
        ))),
        51
    );
}

#[test]
fn a_patch_of_a_candidate_can_be_accepted_alone() {
    let mut state = state();
    let ids = run_all(&mut state, &[0.2, 0.6]);
    assert!(
        obstacle(&state, RunCommand::Blend(true)).is_some(),
        "nothing else is shown"
    );
    let _ = apply(&mut state, RunCommand::Show(ids[1]));
    let _ = apply(&mut state, RunCommand::Blend(true));
    assert!(state.runs.blending && state.view.side_by_side);
    let target = state.blend_target((50.0, 40.0)).expect("a patch");
    assert!(target.len() < state.document.as_ref().map_or(0, crate::Document::masked));
    let _ = apply(&mut state, RunCommand::BlendAt((50.0, 40.0)));
    assert_eq!(result_at(&state, 50, 40), Some(153));
    assert_eq!(result_at(&state, 10, 10), Some(51), "the other patch stays");
    assert_eq!(state.runs.accepted(), None, "it is neither of them");
    let before = state.history.len();
    let _ = apply(&mut state, RunCommand::BlendAt((30.0, 5.0)));
    assert_eq!(
        state.history.len(),
        before,
        "a click beside all patches does nothing"
    );
    let _ = state.apply(Command::Undo);
    assert_eq!(result_at(&state, 50, 40), Some(51));
    let _ = state.apply(Command::Redo);
    assert_eq!(result_at(&state, 50, 40), Some(153));
}

/// Bit for bit the photo outside of the mask, and undone like any other result.
#[test]
fn the_average_of_the_candidates_can_be_the_result() {
    let mut state = state();
    assert!(
        obstacle(&state, RunCommand::Average).is_some(),
        "there are none"
    );
    state.settings.candidates = 2;
    let mut requests = state.apply(Command::Runs(RunCommand::Restore));
    for (number, level) in [(1, 0.2), (2, 0.6)] {
        let _ = submit(&mut state, &requests, number);
        let outcome = drawn(&state, level);
        requests = state.hear(Event::Finished {
            job: JobId(number),
            outcome,
        });
    }
    assert_eq!(result_at(&state, 10, 10), Some(51));
    assert_eq!(obstacle(&state, RunCommand::Average), None);
    let _ = apply(&mut state, RunCommand::Average);
    assert_eq!(result_at(&state, 10, 10), Some(102), "(51 + 153) / 2");
    assert_eq!(result_at(&state, 50, 40), Some(102));
    assert_eq!(state.runs.accepted(), None, "it is neither of them");
    let document = state.document.as_ref().expect("open");
    let restored = &document.result.as_ref().expect("a result").photo;
    let untouched = Rect::new(25, 20, 10, 10);
    assert_eq!(restored.rgba8(untouched), document.photo.rgba8(untouched));
    let _ = state.apply(Command::Undo);
    assert_eq!(result_at(&state, 10, 10), Some(51));
}

#[test]
fn old_runs_make_room_but_the_accepted_one_stays() {
    let mut archive = Archive::default();
    let mut state = state();
    let [id] = run_all(&mut state, &[0.5])[..] else {
        panic!()
    };
    let template = state.runs.archive.get(id).expect("kept").clone();
    for number in 1..=150 {
        let run = Kept {
            id: RunId(number),
            ..template.clone()
        };
        archive.keep(run, Some(RunId(3)));
    }
    assert_eq!(archive.all().len(), Archive::MAX_RUNS);
    assert_eq!(archive.dropped(), 50);
    assert!(archive.get(RunId(3)).is_some() && archive.get(RunId(4)).is_none());
    assert!(archive.get(RunId(150)).is_some());
}

#[test]
fn a_deleted_run_leaves_the_screen_but_the_result_stays() {
    let mut state = state();
    let ids = run_all(&mut state, &[0.2, 0.6]);
    let _ = apply(&mut state, RunCommand::Show(ids[1]));
    let _ = apply(&mut state, RunCommand::Left(Side::Run(ids[0])));
    for id in ids {
        let _ = apply(&mut state, RunCommand::Delete(id));
    }
    assert_eq!(state.runs.comparison, Comparison::default());
    assert_eq!(result_at(&state, 10, 10), Some(51));
    assert_eq!(state.view.show, Show::Restored);
}

#[test]
fn opening_another_photo_forgets_all_runs_and_late_answers_about_them() {
    let mut state = state();
    let ids = run_all(&mut state, &[0.2, 0.6]);
    let opened = crate::fixtures::opened();
    let _ = state.arrived(opened);
    // What was made on the first photo is asked about.
    let discard = crate::session::SessionCommand::Discard;
    let _ = state.apply(crate::Command::Session(discard));
    assert!(state.runs.archive.all().is_empty());
    draw(&mut state, &[(10.0, 10.0)]);
    let fresh = run_all(&mut state, &[0.3]);
    assert!(fresh[0] > ids[1], "numbers go on: {fresh:?}");
}

#[test]
fn live_frames_belong_to_the_run_under_way() {
    let mut state = state();
    let requests = state.apply(Command::Runs(RunCommand::Restore));
    let _ = submit(&mut state, &requests, 1);
    let _ = state.hear(started(JobId(1), 4));
    let _ = state.hear(progress(JobId(1), 1, 4));
    let preview = |job: u64, done: usize| engine::Preview {
        job: JobId(job),
        window: Rect::new(0, 0, 64, 48),
        rgba: vec![7; 64 * 48 * 4],
        exact: Some(Arc::new(imaging::Planar::new(64, 48))),
        done,
        made: std::time::Instant::now(),
        level: 1.0,
    };
    let _ = state.see(&preview(1, 1));
    let _ = state.see(&preview(9, 2));
    assert_eq!(state.runs.frames.all().len(), 1);
    assert_eq!(
        state.runs.frames.all()[0].live,
        None,
        "the truth is not known"
    );
    let _ = apply(&mut state, RunCommand::Inspect(Some(5)));
    assert_eq!(state.runs.inspected, Some(0));
    let _ = apply(&mut state, RunCommand::Inspect(None));
    assert_eq!(state.runs.inspected, None);
}
