//! Runs of the history: rerun, exported, accepted in part, averaged, deleted.

use super::*;
use crate::fixtures::{progress, started};
use crate::photo::command::ViewCommand;
use crate::session::SessionCommand;
use crate::{Purpose, Show};

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
