//! Simulated damage, and the truth behind it.

use super::*;
use crate::document::{Message, Show, Task};

/// A simulation of lost pixels, with the damaged photo in place.
fn simulated() -> (State, Arc<Photo>) {
    let mut state = state();
    let truth = Arc::clone(&state.document.as_ref().expect("open").photo);
    let effects = apply(&mut state, RunCommand::Simulate);
    let [Effect::Damage(damage)] = &effects[..] else {
        panic!("{effects:?}")
    };
    assert!(Arc::ptr_eq(&damage.truth, &truth) && damage.mask.is_some());
    assert!(
        obstacle(&state, RunCommand::Simulate).is_some(),
        "one at a time"
    );
    assert!(
        state.obstacle(&Command::Restore).is_some(),
        "the photo is about to change"
    );
    let damaged = Arc::new(Photo::from_planar(
        &Planar::new(64, 48),
        imaging::Depth::Eight,
    ));
    let _ = state.receive(Message::Damaged(damage.clone(), Ok(damaged)));
    (state, truth)
}

#[test]
fn a_simulation_knows_the_truth_and_measures_runs_against_it() {
    let (mut state, truth) = simulated();
    assert!(
        state
            .truth()
            .is_some_and(|known| Arc::ptr_eq(known, &truth))
    );
    assert!(state.document.as_ref().is_some_and(|d| d.masked() > 0));
    let effects = state.apply(Command::Restore);
    let _ = submit(&mut state, &effects, 1);
    let mut preview = engine::Preview {
        job: JobId(1),
        window: Rect::new(0, 0, 64, 48),
        rgba: truth.rgba8(truth.bounds()),
        done: 1,
    };
    for byte in &mut preview.rgba {
        *byte = byte.saturating_add(if *byte < 200 { 10 } else { 0 });
    }
    state.see(&preview);
    let live = state.runs.frames.all()[0].psnr.expect("the truth is known");
    assert!(
        (live - 28.13).abs() < 0.2,
        "10 levels off are 28.13 dB: {live}"
    );
    let outcome = Outcome {
        photo: Arc::clone(&truth),
        ..outcome(false, 2)
    };
    let effects = state.hear(Event::Finished {
        job: JobId(1),
        outcome,
    });
    let Some(Effect::Study(question)) = effects.first() else {
        panic!("{effects:?}")
    };
    let scores = study(question).scores.expect("the truth is known");
    assert_eq!(scores.masked, Some(f64::INFINITY), "drawn as it was");
    assert!(
        scores.psnr < 20.0,
        "outside the mask it is still black: {scores:?}"
    );
}

#[test]
fn leaving_a_simulation_brings_everything_back() {
    let mut state = state();
    let ids = run_all(&mut state, &[0.2]);
    let masked = state
        .document
        .as_ref()
        .map(crate::document::Document::masked);
    let steps = state.history.len();
    let effects = apply(&mut state, RunCommand::Simulate);
    let [Effect::Damage(damage)] = &effects[..] else {
        panic!("{effects:?}")
    };
    let damaged = Arc::new(Photo::from_planar(
        &Planar::new(64, 48),
        imaging::Depth::Eight,
    ));
    let _ = state.receive(Message::Damaged(damage.clone(), Ok(damaged)));
    assert!(state.runs.archive.all().is_empty() && !state.history.can_undo());
    assert_eq!(state.view.show, Show::Original);
    let inside = run_all(&mut state, &[0.9]);
    draw(&mut state, &[(30.0, 30.0)]);
    let _ = apply(&mut state, RunCommand::LeaveSimulation);
    assert!(state.truth().is_none());
    assert_eq!(state.runs.archive.all().len(), 1);
    assert_eq!(state.runs.accepted(), Some(ids[0]));
    assert_eq!(
        state
            .document
            .as_ref()
            .map(crate::document::Document::masked),
        masked
    );
    assert_eq!(
        (state.history.len(), result_at(&state, 10, 10)),
        (steps, Some(51))
    );
    let after = run_all(&mut state, &[0.4]);
    assert!(after[0] > inside[0], "no number means two runs");
}

#[test]
fn another_damage_is_done_to_the_truth_and_not_on_top() {
    let (mut state, truth) = simulated();
    let _ = state.apply(Command::ChooseTask(Task::Deblur));
    let effects = apply(&mut state, RunCommand::Simulate);
    let [Effect::Damage(damage)] = &effects[..] else {
        panic!("{effects:?}")
    };
    assert!(Arc::ptr_eq(&damage.truth, &truth) && damage.mask.is_none());
    let _ = state.receive(Message::Damaged(damage.clone(), Err("no kernel".into())));
    assert!(state.notice.is_some() && state.truth().is_some());
    assert_eq!(obstacle(&state, RunCommand::Simulate), None);
}

#[test]
fn damage_to_a_photo_that_was_closed_meanwhile_is_old_news() {
    let mut state = state();
    let effects = apply(&mut state, RunCommand::Simulate);
    let [Effect::Damage(damage)] = &effects[..] else {
        panic!("{effects:?}")
    };
    let opened = crate::document::fixtures::opened();
    let photo = Arc::clone(&opened.photo);
    let _ = state.receive(Message::Opened(Ok(opened)));
    // What was made on the first photo is asked about.
    let discard = crate::document::session::SessionCommand::Discard;
    let _ = state.apply(crate::document::Command::Session(discard));
    let _ = state.receive(Message::Damaged(
        damage.clone(),
        Ok(Arc::clone(&damage.truth)),
    ));
    let open = &state.document.as_ref().expect("still open").photo;
    assert!(Arc::ptr_eq(open, &photo) && state.truth().is_none());
}

#[test]
fn a_simulation_is_not_saved_over_the_session_that_waits_for_its_end() {
    let mut state = state();
    let session = std::path::PathBuf::from("/photos/work.tweedie");
    state.kept.path = Some(session.clone());
    state.kept.saved = state.mark();
    let effects = apply(&mut state, RunCommand::Simulate);
    let [Effect::Damage(damage)] = &effects[..] else {
        panic!("{effects:?}")
    };
    let damaged = Photo::from_planar(&Planar::new(64, 48), imaging::Depth::Eight);
    let _ = state.receive(Message::Damaged(damage.clone(), Ok(Arc::new(damaged))));
    let save = Command::Session(crate::document::session::SessionCommand::Save);
    assert!(state.apply(save).is_empty(), "it asks for a name first");
    assert!(state.dialog.is_some());
    let _ = state.apply(Command::DialogCancel);
    let _ = apply(&mut state, RunCommand::LeaveSimulation);
    assert_eq!(state.kept.path, Some(session));
    assert!(!state.is_unsaved(), "nothing was changed");
}

#[test]
fn unsaved_work_that_waits_for_the_end_of_a_simulation_is_asked_about() {
    let (mut state, _) = simulated();
    state.kept.saved = state.mark();
    assert!(state.is_unsaved(), "its mask was painted and never saved");
    let _ = apply(&mut state, RunCommand::LeaveSimulation);
    assert!(state.is_unsaved());
}
