//! Sessions: what is written is read, whatever else is read does no harm, and nothing is lost
//! without a question.

mod runs;
mod simulation;
mod unsaved;

use crate::recipe::command::RecipeCommand;
use crate::session::SessionCommand;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::fixtures::requests::*;
use crate::fixtures::{draw, open_state, opened, outcome, photo, square};
use crate::{
    Command, OverlayCommand, Preferences, Purpose, Restored, Settings, ShellState as State, Source,
    Task, Tone,
};

fn session(command: SessionCommand) -> Command {
    Command::Session(command)
}

fn full() -> Snapshot {
    let run = outcome(false, 4);
    Snapshot {
        source: Source::File("/photos/old.png".into()),
        photo: photo(64, 48),
        sha256: Some("ab".repeat(32)),
        mask: Arc::new(square(64, 48)),
        settings: Settings {
            task: Task::Deblur,
            steps: 77,
            seed: 12,
            ..Settings::default()
        },
        result: Some(Restored {
            photo: run.photo,
            report: run.report.clone(),
        }),
        reports: vec![run.report.clone(), run.report],
        taken: None,
        runs: Vec::new(),
        path: Some("/elsewhere/kept.tweedie".into()),
        simulation: None,
        mark: Mark::default(),
    }
}

fn written(snapshot: &Snapshot) -> Vec<u8> {
    let path = Path::new("/photos/work.tweedie");
    snapshot.to_bytes(path).expect("it can be written")
}

fn read(bytes: &[u8]) -> Result<Stored, SessionError> {
    Stored::read(bytes, Path::new("/moved/work.tweedie"))
}

#[test]
fn what_is_written_is_read() {
    let snapshot = full();
    let stored = read(&written(&snapshot)).expect("whole");
    assert_eq!(stored.mask, *snapshot.mask);
    assert_eq!(stored.settings, snapshot.settings);
    assert_eq!(stored.reports, snapshot.reports);
    assert_eq!(stored.size, (64, 48));
    assert_eq!(stored.kept_at, snapshot.path);
    let (before, after) = (snapshot.result.expect("set"), stored.result.expect("kept"));
    let StoredPicture::Whole(after_photo) = &after.picture else {
        panic!("nobody knows what differs")
    };
    assert!(before.photo.pixels_equal(after_photo) && before.report == after.report);
    let PhotoReference::File { places, sha256 } = stored.photo else {
        panic!("it is a file")
    };
    // Where it was, and beside the session, with which it may have moved.
    let expected = ["/photos/old.png", "/moved/old.png"].map(PathBuf::from);
    assert_eq!(places, expected);
    assert_eq!(sha256, snapshot.sha256);
}

#[test]
fn a_pasted_photo_is_kept_inside_and_the_demo_by_name() {
    let mut snapshot = full();
    snapshot.source = Source::Clipboard;
    let stored = read(&written(&snapshot)).expect("whole");
    let PhotoReference::Embedded(inside) = stored.photo else {
        panic!("it is inside")
    };
    assert!(inside.pixels_equal(&snapshot.photo));
    snapshot.source = Source::Demo;
    let stored = read(&written(&snapshot)).expect("whole");
    assert!(matches!(stored.photo, PhotoReference::Demo));
}

#[test]
fn a_file_cut_short_anywhere_is_refused() {
    let whole = written(&full());
    for length in (0..whole.len()).step_by(whole.len() / 199 + 1) {
        assert!(read(&whole[..length]).is_err(), "{length} bytes");
    }
}

#[test]
fn a_file_with_wrong_bytes_never_panics() {
    let whole = written(&full());
    // A fixed linear congruential generator: the same places every time.
    let mut seed = 1_u64;
    let mut next = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 33) as usize
    };
    for _ in 0..300 {
        let mut bytes = whole.clone();
        for _ in 0..3 {
            let (at, value) = (next() % bytes.len(), next() as u8);
            bytes[at] = value;
        }
        let _ = read(&bytes);
    }
}

#[test]
fn other_files_are_named_for_what_they_are() {
    for foreign in [
        &b""[..],
        b"\x89PNG\r\n",
        b"{\"format\": \"tweedie session\"}",
    ] {
        assert!(matches!(read(foreign), Err(SessionError::Foreign { .. })));
    }
    let archive = |json: &str| {
        use std::io::Write;
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file(file::MANIFEST, options).expect("begun");
        zip.write_all(json.as_bytes()).expect("written");
        zip.finish().expect("finished").into_inner()
    };
    let other = archive(r#"{"format": "another program's"}"#);
    assert!(matches!(read(&other), Err(SessionError::Foreign { .. })));
    let later = archive(r#"{"format": "tweedie session", "version": 9, "new": []}"#);
    let error = read(&later).expect_err("later").to_string();
    assert!(
        error.contains("format 9") && error.contains("Update"),
        "{error}"
    );
    let half = archive(r#"{"format": "tweedie session", "version": 1}"#);
    assert!(matches!(read(&half), Err(SessionError::Damaged { .. })));
}

#[test]
fn settings_out_of_range_are_brought_into_it() {
    let mut snapshot = full();
    snapshot.settings.steps = 1_000_000;
    snapshot.settings.noise = -4.0;
    snapshot.settings.blur.std = 1e9;
    snapshot.settings.enlarge.factor = 0;
    let settings = read(&written(&snapshot)).expect("whole").settings;
    assert_eq!(settings.steps, *Settings::STEPS.end());
    assert_eq!((settings.noise, settings.blur.std), (0.0, 10.0));
    assert_eq!(settings.enlarge.factor, 4);
}

fn painted() -> State {
    let mut state = open_state();
    draw(&mut state, &[(10.0, 10.0), (20.0, 20.0)]);
    state
}

fn question(state: &State) -> &str {
    state.question.as_ref().map_or("", |q| q.title.as_str())
}

fn another() -> Opened {
    Opened {
        source: Source::File("/photos/new.png".into()),
        ..opened()
    }
}

fn shown(state: &State) -> Option<&Path> {
    state.document.as_ref().and_then(|d| d.source.path())
}

fn leftover(age: u64) -> Leftover {
    Leftover {
        path: format!("/state/{age}.tweedie").into(),
        name: "old.png".into(),
        age,
    }
}

#[test]
fn the_latest_leftover_is_offered() {
    let mut state = State::default();
    state.offer(vec![leftover(900), leftover(60)]);
    assert!(question(&state).contains("closed unexpectedly"));
    let requests = state.apply(Command::Session(SessionCommand::Answer(0)));
    let request = &only::<OpenSession>(&requests).0;
    assert!(request.recovery && request.session == Path::new("/state/60.tweedie"));
    state.offer(vec![leftover(60)]);
    let requests = state.apply(Command::Session(SessionCommand::Answer(1)));
    assert!(is_only::<ForgetAutosave>(&requests));
    state.offer(vec![leftover(60)]);
    assert!(
        state
            .apply(Command::Session(SessionCommand::Answer(2)))
            .is_empty()
    );
    state.offer(Vec::new());
    assert!(state.question.is_none());
}

fn resumed() -> Resumed {
    let stored = read(&written(&full())).expect("whole");
    Resumed {
        path: Some("/photos/work.tweedie".into()),
        recovered: None,
        settings: stored.settings,
        result: full().result,
        taken: None,
        runs: Vec::new(),
        reports: stored.reports,
        remark: None,
        simulation: None,
    }
}

fn resume(state: &mut State, resumed: Resumed) -> Requests {
    let opened = Opened {
        mask: Some(square(64, 48)),
        session: Some(Box::new(resumed)),
        ..opened()
    };
    state.arrived(opened)
}

#[test]
fn a_session_goes_on_where_it_stopped() {
    let mut state = State::default();
    let _ = resume(&mut state, resumed());
    let document = state.document.as_ref().expect("open");
    assert_eq!(document.masked(), 100);
    assert!(document.result.is_some());
    assert_eq!(state.settings.steps, 77);
    assert!(
        state
            .last_run
            .as_ref()
            .is_some_and(|run| run.trace.len() == 4)
    );
    assert_eq!(
        state.remembered.files,
        [PathBuf::from("/photos/work.tweedie")]
    );
    assert!(!state.is_unsaved());
    // In a session settings count.
    let _ = state.apply(Command::Recipe(RecipeCommand::ChooseTask(Task::Inpaint)));
    assert!(state.is_unsaved());
    let requests = state.apply(session(SessionCommand::Save));
    let path = &only::<SaveSession>(&requests).path;
    assert_eq!(path, Path::new("/photos/work.tweedie"));
}

#[test]
fn recovered_work_is_unsaved_and_its_leftover_stays_until_it_is_safe() {
    let mut state = State::default();
    let old = PathBuf::from("/state/60.tweedie");
    let recovered = Resumed {
        recovered: Some(old.clone()),
        path: None,
        result: None,
        ..resumed()
    };
    let requests = resume(&mut state, recovered);
    assert!(
        !requests
            .iter()
            .any(|r| matches!(r.downcast(), Some(ForgetAutosave::Leftover(_))))
    );
    assert!(state.is_unsaved());
    let requests = state.tick(Duration::ZERO);
    assert!(is_only::<AutosaveSession>(&requests), "at once");
    let mark = state.mark();
    let requests = state.autosaved(mark, Ok::<_, Broken>(()));
    assert_eq!(
        *only::<ForgetAutosave>(&requests),
        ForgetAutosave::Leftover(old)
    );
    assert!(state.is_unsaved(), "only the person can save it for good");
}

/// Undo changes nothing of a session by a step that was made on another photo.
#[test]
fn a_session_begins_with_an_empty_history() {
    let mut state = open_state();
    let _ = state.apply(Command::Recipe(RecipeCommand::ChooseTask(Task::Deblur)));
    // A slider is still held.
    let next = Box::new(Settings {
        steps: 31,
        ..state.settings.clone()
    });
    let gesture = crate::Gesture::Ongoing;
    let _ = state.apply(Command::Recipe(RecipeCommand::Adjust { next, gesture }));
    let _ = resume(&mut state, resumed());
    assert_eq!(state.history.titles(), Vec::<String>::new());
    assert!(state.obstacle(&Command::Undo).is_some() && !state.history.can_redo());
    let kept = state.settings.clone();
    let _ = state.apply(Command::Recipe(RecipeCommand::EndGesture));
    let _ = state.apply(Command::Undo);
    assert_eq!((&state.settings, state.settings.steps), (&kept, 77));
    assert!(!state.is_unsaved(), "it is as it was saved");
}

/// What was set on one photo goes on for the next, and can be taken back there.
#[test]
fn another_photo_keeps_what_was_set_and_how_to_take_it_back() {
    let mut state = open_state();
    let steps = state.settings.steps;
    let next = Box::new(Settings {
        steps: 31,
        ..state.settings.clone()
    });
    let gesture = crate::Gesture::Ongoing;
    let _ = state.apply(Command::Recipe(RecipeCommand::Adjust { next, gesture }));
    let _ = state.arrived(another());
    assert_eq!(state.history.titles(), ["31 steps"]);
    let _ = state.apply(Command::Undo);
    assert_eq!(state.settings.steps, steps);
}

#[test]
fn a_missing_or_changed_photo_is_said_with_a_way_out() {
    let request = SessionRequest::new("/photos/work.tweedie".into());
    let mut state = open_state();
    state.refused(Refusal::Missing {
        request: request.clone(),
        photo: "/photos/gone.png".into(),
    });
    let asked = state.question.clone().expect("it asks");
    assert!(asked.text.contains("/photos/gone.png") && asked.answers.len() == 2);
    let _ = state.apply(Command::Session(SessionCommand::Answer(0)));
    let _ = state.apply(Command::Session(SessionCommand::DialogPath(
        "/found/it.png".into(),
    )));
    let requests = state.apply(Command::Session(SessionCommand::DialogAccept));
    let again = &only::<OpenSession>(&requests).0;
    assert_eq!(again.photo.as_deref(), Some(Path::new("/found/it.png")));

    let changed = |sizes| Refusal::Changed {
        request: request.clone(),
        photo: "/photos/old.png".into(),
        sizes,
    };
    state.refused(changed(None));
    let requests = state.apply(Command::Session(SessionCommand::Answer(1)));
    assert!(
        only::<OpenSession>(&requests).0.accept_changed,
        "{requests:?}"
    );
    // Where the mask does not fit there is no “anyway”.
    let sizes = Some([(10, 10), (64, 48)]);
    state.refused(changed(sizes));
    let asked = state.question.as_ref().expect("it asks");
    assert!(asked.text.contains("10 × 10") && asked.answers.len() == 2);
}

#[test]
fn a_session_is_opened_like_a_photo_and_saved_under_its_own_ending() {
    let mut state = open_state();
    let requests = state.apply(Command::Session(SessionCommand::OpenFile(
        "/photos/work.Tweedie".into(),
    )));
    assert!(is_only::<OpenSession>(&requests));
    let _ = state.apply(Command::Session(SessionCommand::ShowDialog(
        Purpose::SaveSession,
    )));
    let _ = state.apply(Command::Session(SessionCommand::DialogPath(
        "/photos/work.png".into(),
    )));
    assert!(
        state
            .apply(Command::Session(SessionCommand::DialogAccept))
            .is_empty()
    );
    let obstacle = state.dialog.as_ref().and_then(crate::Dialog::obstacle);
    assert!(obstacle.is_some_and(|reason| reason.contains(".tweedie")));
}
