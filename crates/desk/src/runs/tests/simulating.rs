//! Simulated damage, and the truth behind it.

use crate::recipe::command::RecipeCommand;
use crate::runs::RunCommand;
use engine::Simulated;

use super::*;
use crate::session::SessionCommand;
use crate::{Show, Task};

fn apply_session(state: &mut State, command: SessionCommand) -> Requests {
    state.apply(Command::Session(command))
}

/// Everything is lost.
fn black(truth: &Arc<Photo>) -> Simulated {
    let photo = Photo::from_planar(&Planar::new(64, 48), imaging::Depth::Eight);
    Simulated {
        truth: Arc::clone(truth),
        photo: Arc::new(photo),
        spectrum: None,
    }
}

/// A simulation of lost pixels, with the damaged photo in place.
fn simulated() -> (State, Arc<Photo>) {
    let mut state = state();
    let truth = Arc::clone(&state.document.as_ref().expect("open").photo);
    let requests = apply_session(&mut state, SessionCommand::Simulate);
    let damage = &only::<SimulateDamage>(&requests).0;
    assert!(Arc::ptr_eq(&damage.truth, &truth) && damage.mask.is_some());
    assert!(
        state
            .obstacle(&Command::Session(SessionCommand::Simulate))
            .is_some(),
        "one at a time"
    );
    assert!(
        state
            .obstacle(&Command::Runs(RunCommand::Restore))
            .is_some(),
        "the photo is about to change"
    );
    let made = black(&damage.truth);
    let _ = state.damaged(Damage::clone(damage), Ok::<_, Broken>(made));
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
    let requests = state.apply(Command::Runs(RunCommand::Restore));
    let _ = submit(&mut state, &requests, 1);
    let mut preview = engine::Preview {
        job: JobId(1),
        window: Rect::new(0, 0, 64, 48),
        rgba: truth.rgba8(truth.bounds()),
        exact: Some(Arc::new(truth.planar(truth.bounds()))),
        done: 1,
        made: std::time::Instant::now(),
        level: 1.0,
    };
    for byte in &mut preview.rgba {
        *byte = byte.saturating_add(if *byte < 200 { 10 } else { 0 });
    }
    let asked = state.see(&preview);
    let gauge = &the::<MeasureEstimate>(asked.as_ref()).0;
    preview.done = 2;
    assert!(state.see(&preview).is_none(), "one at a time");
    let requests = state.gauged(gauge.place, gauge.measure());
    assert_eq!(only::<MeasureEstimate>(&requests).0.place.1, 2);
    let frames = state.runs.frames.all();
    let live = frames[0].live.expect("the truth is known");
    assert!(
        (live.psnr - 28.13).abs() < 0.2 && live.ssim.is_some_and(|ssim| (0.0..1.0).contains(&ssim)),
        "10 levels off are 28.13 dB: {live:?}"
    );
    assert_eq!(frames[1].live, None, "not yet");
    let _ = state.gauged((0, 1, Rect::new(0, 0, 64, 48)), None);
    let stale = (u64::MAX, 2, Rect::new(0, 0, 64, 48));
    let _ = state.gauged(stale, Some(live));
    assert_eq!(state.runs.frames.all()[1].live, None, "of another run");
    let outcome = Outcome {
        photo: Arc::clone(&truth),
        ..outcome(false, 2)
    };
    let requests = state.hear(Event::Finished {
        job: JobId(1),
        outcome,
    });
    let question = &the::<Summarise>(requests.first()).0[0];
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
    let masked = state.document.as_ref().map(crate::Document::masked);
    let steps = state.history.len();
    let requests = apply_session(&mut state, SessionCommand::Simulate);
    let damage = &only::<SimulateDamage>(&requests).0;
    let made = black(&damage.truth);
    let _ = state.damaged(Damage::clone(damage), Ok::<_, Broken>(made));
    assert!(state.runs.archive.all().is_empty() && !state.can_undo());
    assert_eq!(state.view.show, Show::Original);
    let inside = run_all(&mut state, &[0.9]);
    draw(&mut state, &[(30.0, 30.0)]);
    leave(&mut state);
    assert!(state.truth().is_none());
    assert_eq!(state.runs.archive.all().len(), 1);
    assert_eq!(state.runs.accepted(), Some(ids[0]));
    assert_eq!(state.document.as_ref().map(crate::Document::masked), masked);
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
    let _ = state.apply(Command::Recipe(RecipeCommand::ChooseTask(Task::Deblur)));
    let requests = apply_session(&mut state, SessionCommand::Simulate);
    let damage = &only::<SimulateDamage>(&requests).0;
    assert!(Arc::ptr_eq(&damage.truth, &truth) && damage.mask.is_none());
    let _ = state.damaged(Damage::clone(damage), Err("no kernel"));
    assert!(state.notice.is_some() && state.truth().is_some());
    assert_eq!(
        state.obstacle(&Command::Session(SessionCommand::Simulate)),
        None
    );
}

#[test]
fn damage_to_a_photo_that_was_closed_meanwhile_is_old_news() {
    let mut state = state();
    let requests = apply_session(&mut state, SessionCommand::Simulate);
    let damage = &only::<SimulateDamage>(&requests).0;
    let opened = crate::fixtures::opened();
    let photo = Arc::clone(&opened.photo);
    let _ = state.arrived(opened);
    // What was made on the first photo is asked about.
    let discard = crate::session::SessionCommand::Discard;
    let _ = state.apply(crate::Command::Session(discard));
    let made = black(&damage.truth);
    let _ = state.damaged(Damage::clone(damage), Ok::<_, Broken>(made));
    let open = &state.document.as_ref().expect("still open").photo;
    assert!(Arc::ptr_eq(open, &photo) && state.truth().is_none());
}

#[test]
fn a_simulation_is_not_saved_over_the_session_that_waits_for_its_end() {
    let mut state = state();
    let session = std::path::PathBuf::from("/photos/work.tweedie");
    state.kept.path = Some(session.clone());
    state.kept.saved = state.mark();
    let requests = apply_session(&mut state, SessionCommand::Simulate);
    let damage = &only::<SimulateDamage>(&requests).0;
    let made = black(&damage.truth);
    let _ = state.damaged(Damage::clone(damage), Ok::<_, Broken>(made));
    let save = Command::Session(crate::session::SessionCommand::Save);
    assert!(state.apply(save).is_empty(), "it asks for a name first");
    assert!(state.dialog.is_some());
    let _ = state.apply(Command::Session(SessionCommand::DialogCancel));
    let _ = apply_session(&mut state, SessionCommand::LeaveSimulation);
    assert_eq!(state.kept.path, Some(session));
    assert!(!state.is_unsaved(), "nothing was changed");
}

#[test]
fn unsaved_work_that_waits_for_the_end_of_a_simulation_is_asked_about() {
    let (mut state, _) = simulated();
    state.kept.saved = state.mark();
    assert!(state.is_unsaved(), "its mask was painted and never saved");
    let _ = apply_session(&mut state, SessionCommand::LeaveSimulation);
    assert!(state.is_unsaved());
}

/// Leaves, and loses the runs of the simulation.
fn leave(state: &mut State) {
    let _ = apply_session(state, SessionCommand::LeaveSimulation);
    assert!(state.truth().is_some(), "it is asked first");
    let _ = state.apply(Command::Session(SessionCommand::Answer(1)));
}

#[test]
fn leaving_asks_when_runs_would_be_lost_and_only_then() {
    let (mut state, _) = simulated();
    let _ = apply_session(&mut state, SessionCommand::LeaveSimulation);
    assert!(state.question.is_none() && state.truth().is_none());
    // A run that is on, and one that is kept.
    let (mut state, _) = simulated();
    let requests = state.apply(Command::Runs(RunCommand::Restore));
    let _ = submit(&mut state, &requests, 1);
    let _ = apply_session(&mut state, SessionCommand::LeaveSimulation);
    let text = state.question.as_ref().expect("it asks").text.clone();
    assert!(
        text.contains("will be stopped") && !text.contains("lost"),
        "{text}"
    );
    let _ = state.apply(Command::Session(SessionCommand::Answer(2)));
    assert!(state.truth().is_some() && state.run.is_some(), "it stays");
    let outcome = drawn(&state, 0.5);
    let _ = state.hear(Event::Finished {
        job: JobId(1),
        outcome,
    });
    let _ = apply_session(&mut state, SessionCommand::LeaveSimulation);
    let text = state.question.as_ref().expect("it asks").text.clone();
    assert!(text.contains("Its run") && text.contains("lost"), "{text}");
    let _ = state.apply(Command::Session(SessionCommand::Answer(1)));
    assert!(state.truth().is_none());
}

#[test]
fn saving_first_keeps_the_simulation_and_then_leaves_it() {
    let (mut state, _) = simulated();
    let _ = run_all(&mut state, &[0.4]);
    let _ = apply_session(&mut state, SessionCommand::LeaveSimulation);
    let _ = state.apply(Command::Session(SessionCommand::Answer(0)));
    let _ = state.apply(Command::Session(SessionCommand::DialogPath(
        "/photos/simulated.tweedie".into(),
    )));
    let requests = state.apply(Command::Session(SessionCommand::DialogAccept));
    let SaveSession { snapshot, path } = only(&requests);
    assert_eq!(snapshot.runs.len(), 1);
    let (saved, mark) = (path.clone(), snapshot.mark);
    let _ = state.session_saved(saved.clone(), mark);
    assert!(state.truth().is_none() && state.question.is_none());
    assert_eq!(
        state.kept.path, None,
        "the photo from before has no session"
    );
    // An answer that comes too late is about the simulation.
    let _ = state.session_saved(saved, mark);
    assert_eq!(state.kept.path, None);
    assert!(state.is_unsaved(), "its mask was never saved");
}

#[test]
fn a_saved_simulation_is_left_without_a_question() {
    let (mut state, _) = simulated();
    let _ = run_all(&mut state, &[0.4]);
    state.kept.saved = state.mark();
    let _ = apply_session(&mut state, SessionCommand::LeaveSimulation);
    assert!(state.truth().is_none() && state.question.is_none());
}

/// A state whose settings measure this, on a photo of a size that can be cut.
fn measuring(operator: &str) -> State {
    let mut state = state();
    state.settings.task = Task::Custom;
    state.settings.custom = operator.parse().expect("valid");
    state
}

#[test]
fn a_spectrum_is_restored_only_from_what_was_measured() {
    let mut state = measuring("mri:acceleration=4");
    let reason = state
        .obstacle(&Command::Runs(RunCommand::Restore))
        .expect("no photo is one");
    assert!(reason.contains("No photo holds a spectrum"), "{reason}");
    let requests = apply_session(&mut state, SessionCommand::Simulate);
    let damage = requests.iter().find_map(BoxedRequest::downcast);
    let damage = damage.map(|SimulateDamage(damage)| damage.clone());
    let damage = damage.expect("it is measured");
    let made = damage.simulate().expect("it can be measured");
    let _ = state.damaged(*damage, Ok::<_, Broken>(made.clone()));
    let open = state.document.as_ref().expect("open");
    assert!(Arc::ptr_eq(&open.photo, &made.photo));
    assert_eq!((open.photo.width(), open.photo.height()), (64, 32), "cut");
    assert_eq!(state.side_name(Side::Original), "Zero-filled");
    assert!(
        state
            .stand_in()
            .is_some_and(|text| text.contains("Not a photo"))
    );
    assert_eq!(state.obstacle(&Command::Runs(RunCommand::Restore)), None);
    let requests = state.apply(Command::Runs(RunCommand::Restore));
    let job = requests.iter().find_map(BoxedRequest::downcast);
    let job = job.map(|submit: &Submit| &submit.job);
    let scene = job
        .and_then(|job| job.scene.clone())
        .expect("it goes along");
    assert!(Arc::ptr_eq(&scene.truth, &made.truth));
    assert_eq!(
        job.map(|job| job.recipe.sampler.name.as_str()),
        Some("ca-dps")
    );

    // Another spectrum was not measured; what is no spectrum is a picture like any other.
    state.settings.custom = "phase-retrieval".parse().expect("valid");
    assert!(
        state
            .obstacle(&Command::Runs(RunCommand::Restore))
            .is_some_and(|r| r.contains("Another"))
    );
    assert_eq!(state.settings.sampler_now().name, "daps");
    state.settings.task = Task::Denoise;
    assert_eq!(state.obstacle(&Command::Runs(RunCommand::Restore)), None);
    let job = state.scene_for(&state.settings.operator());
    assert!(job.is_none());
}

#[test]
fn the_whole_photo_is_measured_again_and_comes_back() {
    let mut state = measuring("mri");
    let whole = Arc::clone(&state.document.as_ref().expect("open").photo);
    for operator in ["mri", "gaussian-blur:size=5,std=1"] {
        state.settings.custom = operator.parse().expect("valid");
        let requests = apply_session(&mut state, SessionCommand::Simulate);
        let damage = &the::<SimulateDamage>(requests.first()).0;
        assert!(
            Arc::ptr_eq(&damage.truth, &whole),
            "{operator}: not the cut one"
        );
        let made = damage.simulate();
        let _ = state.damaged(Damage::clone(damage), made);
    }
    assert!(
        state
            .truth()
            .is_some_and(|truth| Arc::ptr_eq(truth, &whole))
    );
    assert_eq!(state.stand_in(), None);
    let _ = apply_session(&mut state, SessionCommand::LeaveSimulation);
    let open = &state.document.as_ref().expect("open").photo;
    assert!(Arc::ptr_eq(open, &whole));
}
