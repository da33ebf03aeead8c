//! Unsaved work: what counts as such, who asks about it, and when it is saved by itself.

use super::*;

#[test]
fn what_is_worth_saving_is_what_a_person_made() {
    let mut state = open_state();
    assert!(!state.is_unsaved(), "nothing was done");
    let _ = state.apply(Command::Recipe(RecipeCommand::ChooseTask(Task::Enlarge)));
    assert!(!state.is_unsaved(), "settings alone are no work");
    let mut state = painted();
    assert!(state.is_unsaved());
    let _ = state.apply(Command::Undo);
    assert!(!state.is_unsaved(), "it is as it was");
    let _ = state.apply(Command::Redo);
    assert!(state.is_unsaved());
}

#[test]
fn quitting_asks_and_every_answer_does_what_it_says() {
    let mut state = painted();
    assert!(state.apply(Command::Quit).is_empty());
    assert!(question(&state).contains("old.png"));
    // Cancel.
    assert!(
        state
            .apply(Command::Session(SessionCommand::Answer(2)))
            .is_empty()
    );
    assert!(state.question.is_none() && !state.kept.leaving);
    // Don't save.
    let _ = state.apply(Command::Quit);
    let requests = state.apply(Command::Session(SessionCommand::Answer(1)));
    assert!(requests.last().is_some_and(BoxedRequest::is::<Quit>));
    assert!(state.kept.leaving);
    // Save, which asks for a name, writes, and then closes.
    let mut state = painted();
    let _ = state.apply(Command::Quit);
    assert!(
        state
            .apply(Command::Session(SessionCommand::Answer(0)))
            .is_empty()
    );
    let dialog = state.dialog.as_ref().expect("it asks where");
    assert_eq!(dialog.purpose, Purpose::SaveSession);
    assert_eq!(dialog.full_path(), Path::new("/photos/old.tweedie"));
    let requests = state.apply(Command::Session(SessionCommand::DialogAccept));
    let SaveSession { snapshot, path } = only(&requests);
    let requests = state.session_saved(path.clone(), snapshot.mark);
    assert!(
        requests.last().is_some_and(BoxedRequest::is::<Quit>),
        "{requests:?}"
    );
    assert!(state.dialog.is_none() && !state.is_unsaved());
}

#[test]
fn cancelling_the_name_cancels_the_closing() {
    let mut state = painted();
    let _ = state.apply(Command::Quit);
    let _ = state.apply(Command::Session(SessionCommand::Answer(0)));
    let _ = state.apply(Command::Session(SessionCommand::DialogCancel));
    let _ = state.apply(session(SessionCommand::Save));
    let requests = state.apply(Command::Session(SessionCommand::DialogAccept));
    let SaveSession { snapshot, path } = only(&requests);
    let requests = state.session_saved(path.clone(), snapshot.mark);
    assert!(!requests.iter().any(BoxedRequest::is::<Quit>));
}

#[test]
fn a_save_that_fails_neither_closes_nor_forgets() {
    let mut state = painted();
    state.kept.path = Some("/photos/old.tweedie".into());
    let _ = state.apply(Command::Quit);
    let requests = state.apply(Command::Session(SessionCommand::Answer(0)));
    assert!(is_only::<SaveSession>(&requests));
    let mark = state.mark();
    state.session_not_saved(&"the disk is full");
    assert!(state.is_unsaved() && !state.kept.leaving);
    assert!(state.notice.as_ref().is_some_and(|n| n.tone == Tone::Error));
    // A later save is only a save.
    let requests = state.session_saved("/photos/old.tweedie".into(), mark);
    assert!(!requests.iter().any(BoxedRequest::is::<Quit>));
}

#[test]
fn what_was_painted_while_saving_is_still_unsaved() {
    let mut state = painted();
    let mark = state.mark();
    draw(&mut state, &[(40.0, 40.0)]);
    let _ = state.session_saved("/a.tweedie".into(), mark);
    assert!(state.is_unsaved());
}

#[test]
fn another_photo_waits_until_unsaved_work_is_seen_to() {
    let mut state = painted();
    let _ = state.arrived(another());
    assert_eq!(shown(&state), Some(Path::new("/photos/old.png")));
    assert!(!question(&state).is_empty());
    let _ = state.apply(Command::Session(SessionCommand::Answer(2)));
    assert_eq!(shown(&state), Some(Path::new("/photos/old.png")));
    let _ = state.arrived(another());
    let _ = state.apply(Command::Session(SessionCommand::Answer(1)));
    assert_eq!(shown(&state), Some(Path::new("/photos/new.png")));
    assert!(!state.is_unsaved());
    // Nothing to ask about: it is shown at once.
    let _ = state.arrived(opened());
    assert_eq!(shown(&state), Some(Path::new("/photos/old.png")));
}

/// An export is a copy: mask and runs would still be lost. The question says that the result is safe.
#[test]
fn an_export_saves_the_result_and_nothing_else() {
    let mut state = painted();
    let run = outcome(false, 3);
    if let Some(document) = &mut state.document {
        document.result = Some(Restored {
            photo: run.photo,
            report: run.report,
        });
    }
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("old-restored.png");
    let export = |state: &mut State| {
        let _ = state.apply(Command::Session(SessionCommand::ShowDialog(
            Purpose::ExportPhoto,
        )));
        let _ = state.apply(Command::Session(SessionCommand::DialogPath(
            path.display().to_string(),
        )));
        let requests = state.apply(Command::Session(SessionCommand::DialogAccept));
        assert!(is_only::<SaveFile>(&requests), "{requests:?}");
    };
    let asked = |state: &mut State| {
        let _ = state.apply(Command::Quit);
        let prompt = state.question.take().expect("a question");
        let _ = state.apply(Command::Session(SessionCommand::Answer(2)));
        state.question = None;
        prompt.text
    };
    assert!(asked(&mut state).contains("the result and all runs"));
    export(&mut state);
    // It asks for nothing: what is there to recover stays.
    state.exported_as(&path, Ok::<_, Broken>(()));
    assert!(state.is_unsaved());
    assert!(asked(&mut state).starts_with("The result is exported"));
    // What happens while the file is written is not in it.
    export(&mut state);
    state.log.ran(&outcome(false, 3).report);
    state.exported_as(&path, Ok::<_, Broken>(()));
    assert!(!asked(&mut state).contains("exported"));
}

#[test]
fn of_a_session_that_has_a_file_only_the_changes_since_are_lost() {
    let mut state = painted();
    let _ = state.apply(Command::Quit);
    let asked = |state: &State| state.question.clone().expect("a question").text;
    assert!(asked(&state).contains("the mask and the settings are lost"));
    let _ = state.apply(Command::Session(SessionCommand::Answer(2)));
    let mark = state.mark();
    let _ = state.session_saved("/a.tweedie".into(), mark);
    draw(&mut state, &[(40.0, 40.0)]);
    let _ = state.apply(Command::Quit);
    let text = "Otherwise the changes since the session was saved are lost.";
    assert_eq!(asked(&state), text);
}

#[test]
fn work_is_saved_by_itself_once_it_rests_long_enough() {
    let at = Duration::from_secs;
    let mut state = open_state();
    assert!(state.tick(at(100)).is_empty(), "there is nothing to save");
    draw(&mut state, &[(10.0, 10.0)]);
    assert!(state.tick(at(101)).is_empty());
    assert_eq!(state.next_tick(at(111)), Some(at(20)));
    let requests = state.tick(at(131));
    let snapshot = &only::<AutosaveSession>(&requests).0;
    let mark = snapshot.mark;
    assert!(state.tick(at(200)).is_empty(), "one at a time");
    let _ = state.autosaved(mark, Ok::<_, Broken>(()));
    assert!(state.tick(at(300)).is_empty(), "it is saved");
    assert_eq!(state.next_tick(at(300)), None);
    draw(&mut state, &[(40.0, 40.0)]);
    assert!(state.tick(at(301)).is_empty());
    assert_eq!(state.tick(at(331)).len(), 1);
    let never = Preferences {
        autosave_seconds: 0,
        ..Preferences::default()
    };
    let _ = state.apply(Command::Overlay(OverlayCommand::Prefer(Box::new(never))));
    state.kept.autosaving = false;
    assert!(state.tick(at(999)).is_empty());
}

#[test]
fn a_run_that_ends_is_saved_at_once() {
    let (mut state, job) = crate::fixtures::running();
    let outcome = outcome(false, 3);
    let _ = state.tick(Duration::ZERO);
    let _ = state.hear(engine::Event::Finished { job, outcome });
    let requests = state.tick(Duration::from_secs(1));
    let snapshot = &only::<AutosaveSession>(&requests).0;
    assert!(snapshot.result.is_some() && snapshot.reports.len() == 1);
}
