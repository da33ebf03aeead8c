//! Building on a result.

use super::*;
use crate::Source;
use crate::runs::RunCommand;

fn photo(state: &State) -> Arc<Photo> {
    Arc::clone(&state.document.as_ref().expect("open").photo)
}

fn masked(state: &State) -> usize {
    state.document.as_ref().map_or(0, crate::Document::masked)
}

/// Two squares restored.
fn restored() -> State {
    let mut state = state();
    let requests = state.apply(Command::Runs(RunCommand::Restore));
    let _ = submit(&mut state, &requests, 1);
    let outcome = drawn(&state, 0.5);
    let _ = state.hear(Event::Finished {
        job: JobId(1),
        outcome,
    });
    state
}

#[test]
fn the_next_restoration_starts_from_the_result() {
    let mut state = state();
    assert!(
        obstacle(&state, RunCommand::BuildOn).is_some(),
        "nothing yet"
    );
    state = restored();
    let (before, marked) = (photo(&state), masked(&state));
    let result = state.document.as_ref().and_then(|d| d.result.clone());
    let _ = apply(&mut state, RunCommand::BuildOn);
    assert!(photo(&state).pixels_equal(&result.expect("restored").photo));
    assert_eq!(masked(&state), 0);
    assert!(state.document.as_ref().is_some_and(|d| d.result.is_none()));
    assert!(obstacle(&state, RunCommand::BuildOn).is_some());

    draw(&mut state, &[(30.0, 30.0)]);
    let requests = state.apply(Command::Runs(RunCommand::Restore));
    let job = submit(&mut state, &requests, 2);
    assert!(Arc::ptr_eq(&job.photo, &photo(&state)), "not the old photo");
    // Under a run the photo stays what it is: first the stroke is undone, then nothing.
    let _ = state.apply(Command::Undo);
    assert!(state.obstacle(&Command::Undo).is_some());
    let _ = state.apply(Command::TravelTo(0));
    assert!(Arc::ptr_eq(&job.photo, &photo(&state)));
    let _ = state.hear(Event::Stopped {
        job: JobId(2),
        outcome: None,
    });

    // Back to the photo as it was, with mask, result and runs; and here again.
    let _ = state.apply(Command::Undo);
    assert!(Arc::ptr_eq(&before, &photo(&state)));
    assert_eq!(masked(&state), marked);
    assert!(state.document.as_ref().is_some_and(|d| d.result.is_some()));
    assert_eq!(state.runs.archive.all().len(), 1);
    let _ = state.apply(Command::Redo);
    assert!(Arc::ptr_eq(&job.photo, &photo(&state)));
    assert!(state.runs.archive.all().is_empty());
}

#[test]
fn a_run_after_undoing_has_a_number_of_its_own() {
    let mut state = restored();
    let _ = apply(&mut state, RunCommand::BuildOn);
    draw(&mut state, &[(30.0, 30.0)]);
    let requests = state.apply(Command::Runs(RunCommand::Restore));
    let _ = submit(&mut state, &requests, 2);
    let outcome = drawn(&state, 0.7);
    let _ = state.hear(Event::Finished {
        job: JobId(2),
        outcome,
    });
    let late = state.runs.archive.all()[0].id;
    let _ = state.apply(Command::TravelTo(0));
    draw(&mut state, &[(40.0, 20.0)]);
    let requests = state.apply(Command::Runs(RunCommand::Restore));
    let _ = submit(&mut state, &requests, 3);
    let outcome = drawn(&state, 0.1);
    let _ = state.hear(Event::Finished {
        job: JobId(3),
        outcome,
    });
    assert!(state.runs.archive.all().iter().all(|run| run.id != late));
}

/// The file does not hold what was built, so a session does.
#[test]
fn a_session_holds_the_photo_that_was_built() {
    let mut state = restored();
    assert!(matches!(
        state.snapshot().expect("open").source,
        Source::File(_)
    ));
    let _ = apply(&mut state, RunCommand::BuildOn);
    assert!(state.is_unsaved());
    let snapshot = state.snapshot().expect("open");
    assert_eq!(snapshot.source, Source::Clipboard);
    let _ = state.apply(Command::Undo);
    assert!(matches!(
        state.snapshot().expect("open").source,
        Source::File(_)
    ));
}
