//! A folder without a disk: what is asked of the outside world, and what is made of its answers.

use crate::recipe::command::RecipeCommand;
use crate::runs::RunCommand;
use crate::session::SessionCommand;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use engine::{EngineError, Event, JobId, Masks};

use engine::Pair;

use super::*;
use crate::fixtures::requests::*;
use crate::fixtures::{open_state, outcome, photo, progress, square};
use crate::{Command, ShellState as State, Task, Tone};

fn batch(state: &mut State, command: BatchCommand) -> Requests {
    state.apply(Command::Batch(command))
}

fn pair(name: &str, obstacle: Option<&str>) -> Pair {
    Pair {
        photo: Path::new("/photos").join(name),
        mask: Some(Path::new("/masks").join(name)),
        given: None,
        output: Path::new("/results").join(name),
        obstacle: obstacle.map(str::to_owned),
        ..Pair::default()
    }
}

/// A dialog on a folder that is there, looked over with this outcome.
fn surveyed(folder: &Path, pairs: Vec<(Pair, bool)>) -> State {
    let mut state = open_state();
    let _ = batch(&mut state, BatchCommand::Show);
    let path = folder.display().to_string();
    let requests = batch(&mut state, BatchCommand::Path(BatchPath::Photos, path));
    let SurveyFolder { asked, request } = only(&requests);
    assert_eq!(request.photos, [folder]);
    assert_eq!(request.masks, Masks::At(folder.join("masks")));
    assert_eq!(request.output, folder.join("restored"));
    let _ = state.surveyed(*asked, Ok::<_, Broken>(pairs));
    state
}

/// Four photos: two to restore, one whose result is there, one without a mask.
fn four() -> Vec<(Pair, bool)> {
    vec![
        (pair("a.png", None), false),
        (pair("b.png", None), true),
        (pair("c.png", Some("no mask c.* in /masks")), false),
        (pair("d.png", None), false),
    ]
}

/// The turn of the photo that is to be read.
fn opening(requests: &[BoxedRequest]) -> (Turn, String) {
    let OpenPair { turn, pair } = only(requests);
    (*turn, pair.photo.display().to_string())
}

/// Reads a photo and hands it to the worker under this number.
fn submit(state: &mut State, turn: Turn, job: u64) {
    let mask = Arc::new(square(64, 48));
    let opened = Ok::<_, Broken>((photo(64, 48), Some(mask)));
    let requests = state.pair_opened(turn, opened);
    let asked = &only::<SubmitPair>(&requests).job;
    assert!(asked.mask.is_some());
    assert_eq!(asked.recipe, state.settings.recipe());
    state.pair_submitted(JobId(job));
}

fn finish(state: &mut State, job: u64) -> Requests {
    state.hear(Event::Finished {
        job: JobId(job),
        outcome: outcome(false, 4),
    })
}

/// Stores the result that is asked to be stored.
fn store(state: &mut State, requests: &[BoxedRequest], result: Result<(), String>) -> Requests {
    let StorePair { turn, seconds, .. } = only(requests);
    state.pair_stored(*turn, *seconds, result)
}

#[test]
fn what_pairs_and_what_does_not_is_known_before_anything_begins() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut state = surveyed(folder.path(), four());
    let tally = Tally {
        ready: 2,
        there: 1,
        obstructed: 1,
    };
    assert_eq!(state.batches.form.tally(), Some(tally));
    let start = Command::Batch(BatchCommand::Start);
    assert_eq!(state.obstacle(&start), None);
    let _ = batch(&mut state, BatchCommand::Again(true));
    let again = state.batches.form.tally().expect("known");
    assert_eq!((again.ready, again.there), (3, 0));

    let nothing = vec![(pair("b.png", None), true)];
    let state = surveyed(folder.path(), nothing);
    let reason = state.obstacle(&start).expect("nothing is left to do");
    assert!(reason.contains("already"), "{reason}");
}

#[test]
fn photos_are_restored_one_after_another_and_a_bad_one_stops_nobody() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut state = surveyed(folder.path(), four());
    let (turn, name) = opening(&batch(&mut state, BatchCommand::Start));
    assert_eq!(name, "/photos/a.png");
    submit(&mut state, turn, 5);
    let run = |state: &State| state.batches.run.clone().expect("it runs");
    assert_eq!(run(&state).place(), (1, 2));
    let _ = state.hear(progress(JobId(5), 5, 10));
    assert!((run(&state).fraction() - 0.25).abs() < 1e-6);
    let one = run(&state).progress.expect("heard");
    let whole = one.remaining.as_secs_f64() + one.seconds_per_step * one.done as f64;
    let left = run(&state).remaining().expect("it can be told");
    let expected = one.remaining + Duration::from_secs_f64(whole);
    assert!(
        left.abs_diff(expected) < Duration::from_millis(1),
        "{left:?}"
    );

    let stored = finish(&mut state, 5);
    let StorePair { path, .. } = only(&stored);
    assert_eq!(path, Path::new("/results/a.png"));
    let (turn, name) = opening(&store(&mut state, &stored, Ok(())));
    assert_eq!(name, "/photos/d.png");
    assert_eq!(run(&state).place(), (2, 2));
    let requests = state.pair_opened(turn, Err("it is damaged"));
    assert!(requests.is_empty(), "{requests:?}");
    let run = run(&state);
    assert!(run.ended);
    assert_eq!(
        run.summary(),
        "4 photos: 1 restored, 1 there already, 2 failed"
    );
    let notice = state.notice.clone().expect("it is said");
    assert_eq!(notice.tone, Tone::Error);
    let failures: Vec<_> = run
        .photos
        .iter()
        .filter(|photo| matches!(photo.fate, Fate::Failed(_)))
        .map(|photo| photo.name.as_str())
        .collect();
    assert_eq!(failures, ["c.png", "d.png"]);
}

#[test]
fn stopping_keeps_what_is_done_and_throws_the_half_drawn_away() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut state = surveyed(folder.path(), four());
    let (turn, _) = opening(&batch(&mut state, BatchCommand::Start));
    submit(&mut state, turn, 5);
    let stored = finish(&mut state, 5);
    let (turn, _) = opening(&store(&mut state, &stored, Ok(())));
    submit(&mut state, turn, 6);
    let requests = batch(&mut state, BatchCommand::Stop);
    assert_eq!(only::<Stop>(&requests).0, JobId(6));
    let stop = Command::Batch(BatchCommand::Stop);
    assert!(state.obstacle(&stop).is_some(), "it is stopping already");
    let half = Some(outcome(true, 4));
    let requests = state.hear(Event::Stopped {
        job: JobId(6),
        outcome: half,
    });
    assert!(
        requests.is_empty(),
        "nothing half drawn is stored: {requests:?}"
    );
    let run = state.batches.run.as_ref().expect("it is told of");
    assert!(run.ended);
    assert_eq!(
        run.summary(),
        "4 photos: 1 restored, 1 there already, 1 failed, 1 left for next time"
    );
    // An answer that comes late changes nothing.
    let late = state.pair_stored(turn, 1.0, Ok::<_, Broken>(()));
    assert!(late.is_empty());
    let requests = batch(&mut state, BatchCommand::SetUp);
    assert!(is_only::<SurveyFolder>(&requests), "it goes on there");
}

#[test]
fn stopping_while_a_photo_is_read_or_stored_waits_for_that_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut state = surveyed(folder.path(), four());
    let (turn, _) = opening(&batch(&mut state, BatchCommand::Start));
    assert!(batch(&mut state, BatchCommand::Stop).is_empty());
    let requests = state.pair_opened(turn, Ok::<_, Broken>((photo(64, 48), None)));
    assert!(requests.is_empty() && !state.batches.is_running());

    let mut state = surveyed(folder.path(), four());
    let (turn, _) = opening(&batch(&mut state, BatchCommand::Start));
    submit(&mut state, turn, 5);
    let stored = finish(&mut state, 5);
    assert!(batch(&mut state, BatchCommand::Stop).is_empty());
    assert!(store(&mut state, &stored, Ok(())).is_empty());
    let run = state.batches.run.as_ref().expect("it is told of");
    assert!(matches!(run.photos[0].fate, Fate::Restored(_)) && run.ended);
}

#[test]
fn the_window_restores_its_own_photo_meanwhile() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut state = surveyed(folder.path(), four());
    let (turn, _) = opening(&batch(&mut state, BatchCommand::Start));
    submit(&mut state, turn, 5);
    let _ = batch(&mut state, BatchCommand::Close);
    assert!(!state.is_covered() && state.batches.is_running());
    let _ = state.apply(Command::Recipe(RecipeCommand::ChooseTask(Task::Denoise)));
    let requests = state.apply(Command::Runs(RunCommand::Restore));
    assert!(requests.iter().any(BoxedRequest::is::<Submit>));
    state.submitted(JobId(6));
    // Each hears of its own alone.
    let _ = state.hear(progress(JobId(5), 3, 10));
    assert!(state.run.as_ref().is_some_and(|run| run.progress.is_none()));
    let _ = state.hear(progress(JobId(6), 4, 10));
    let told = state.batches.run.as_ref().and_then(|r| r.progress.clone());
    assert_eq!(told.map(|progress| progress.done), Some(3));
    let stored = finish(&mut state, 5);
    let next = store(&mut state, &stored, Ok(()));
    let (turn, _) = opening(&next);
    // The settings have changed; the folder is restored as it was begun.
    let opened = Ok::<_, Broken>((photo(64, 48), Some(Arc::new(square(64, 48)))));
    let requests = state.pair_opened(turn, opened);
    let job = &only::<SubmitPair>(&requests).job;
    assert_eq!(job.recipe.operator.to_string(), "inpaint");
}

#[test]
fn what_the_worker_cannot_do_is_told_by_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut state = surveyed(folder.path(), vec![(pair("a.png", None), false)]);
    let (turn, _) = opening(&batch(&mut state, BatchCommand::Start));
    submit(&mut state, turn, 5);
    let error = Arc::new(EngineError::Recipe("too large".to_owned()));
    let _ = state.hear(Event::Failed {
        job: JobId(5),
        error,
    });
    let run = state.batches.run.as_ref().expect("it is told of");
    assert_eq!(run.photos[0].fate, Fate::Failed("too large".to_owned()));
    assert!(run.ended);
}

#[test]
fn one_look_at_a_time_and_the_latest_in_the_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut state = open_state();
    let _ = batch(&mut state, BatchCommand::Show);
    let path = folder.path().display().to_string();
    let photos = |path: &str| BatchCommand::Path(BatchPath::Photos, path.to_owned());
    let requests = batch(&mut state, photos(&path));
    let SurveyFolder { asked: first, .. } = only(&requests);
    let suffix = BatchCommand::Suffix("_m".to_owned());
    assert!(batch(&mut state, suffix).is_empty(), "one at a time");
    let again = state.surveyed(*first, Ok::<_, Broken>(four()));
    let SurveyFolder {
        asked: second,
        request,
    } = only(&again);
    assert_eq!(request.suffix, "_m");
    let why = Err("cannot be read".to_owned());
    let _ = state.surveyed(*second, why);
    let refused = Survey::Refused("Cannot be read.".to_owned());
    assert_eq!(state.batches.form.survey, refused);
    let _ = batch(&mut state, photos("/nowhere at all"));
    assert!(matches!(&state.batches.form.survey, Survey::Refused(r) if r.contains("no such")));
}

#[test]
fn masks_are_asked_for_only_where_they_are_needed() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut state = open_state();
    let _ = batch(&mut state, BatchCommand::Show);
    let path = folder.path().display().to_string();
    let _ = batch(&mut state, BatchCommand::Path(BatchPath::Photos, path));
    let asked = state.batches.asked;
    let _ = state.surveyed(asked, Ok::<_, Broken>(Vec::new()));
    let requests = batch(&mut state, BatchCommand::Masks(MaskChoice::Painted));
    assert!(requests.is_empty(), "nothing is painted");
    assert!(matches!(&state.batches.form.survey, Survey::Refused(r) if r.contains("painted")));
    let _ = batch(&mut state, BatchCommand::Close);
    let _ = state.apply(Command::Recipe(RecipeCommand::ChooseTask(Task::Denoise)));
    let requests = batch(&mut state, BatchCommand::Show);
    let SurveyFolder { request, .. } = only(&requests);
    assert_eq!(request.masks, Masks::Without);
}

#[test]
fn closing_the_window_asks_while_a_folder_is_restored() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut state = surveyed(folder.path(), four());
    let _ = batch(&mut state, BatchCommand::Start);
    let _ = batch(&mut state, BatchCommand::Close);
    assert!(state.apply(Command::Quit).is_empty());
    assert!(state.question.is_some());
    let _ = state.apply(Command::Session(SessionCommand::Answer(0)));
    assert!(state.batches.is_running(), "it stays");
    let _ = state.apply(Command::Quit);
    let requests = state.apply(Command::Session(SessionCommand::Answer(1)));
    assert!(requests.iter().any(BoxedRequest::is::<Quit>));
}
