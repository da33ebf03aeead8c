//! Simulated damage in a session: the photo is the truth, and the damage is done again.

use engine::{Recipe, Simulated};
use imaging::{Depth, Planar};

use super::*;
use crate::Damage;

fn truth(width: usize, height: usize) -> Arc<Photo> {
    let value = |i: usize| 0.2 + 0.6 * ((i * 37 % 101) as f32 / 101.0);
    let data = (0..3 * width * height).map(value).collect();
    let picture = Planar::from_data(width, height, data).expect("it fits");
    Arc::new(Photo::from_planar(&picture, Depth::Eight))
}

fn damage(operator: &str) -> Damage {
    let operator: engine::Chain = operator.parse().expect("valid");
    let mask = operator
        .contains("inpaint")
        .then(|| Arc::new(square(64, 64)));
    Damage {
        truth: truth(64, 64),
        mask,
        recipe: Recipe {
            operator,
            noise: 0.05,
            seed: 9,
            ..Recipe::default()
        },
    }
}

/// A session of this damage.
fn kept(damage: &Damage) -> (Snapshot, Simulated) {
    let made = damage.simulate().expect("it can be done");
    let (width, height) = (made.photo.width(), made.photo.height());
    let snapshot = Snapshot {
        photo: Arc::clone(&made.photo),
        mask: Arc::new(square(width, height)),
        result: None,
        simulation: Some(damage.clone()),
        ..full()
    };
    (snapshot, made)
}

fn version(bytes: &[u8]) -> u64 {
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a zip");
    let entry = zip.by_name("session.json").expect("there");
    let json: serde_json::Value = serde_json::from_reader(entry).expect("JSON");
    json["version"].as_u64().expect("a number")
}

#[test]
fn the_truth_is_referred_to_and_the_damage_is_done_again_to_the_last_bit() {
    for operator in [
        "inpaint",
        "gaussian-blur:size=9,std=2",
        "bicubic:factor=4",
        "strokes-mask",
        "mri:acceleration=4",
        "phase-retrieval",
    ] {
        let damage = damage(operator);
        let (snapshot, made) = kept(&damage);
        let bytes = written(&snapshot);
        assert_eq!(
            version(&bytes),
            3,
            "an earlier program takes no truth for damage"
        );
        let stored = read(&bytes).expect("whole");
        assert_eq!(stored.size, (64, 64), "{operator}: of the truth");
        let PhotoReference::File { sha256, .. } = &stored.photo else {
            panic!("{operator}: the truth stays where it is")
        };
        assert_eq!(*sha256, snapshot.sha256);
        let simulation = stored.simulation.expect("kept");
        let (again, remade) = simulation.on(&damage.truth).expect("it can be done again");
        assert_eq!(again.recipe, damage.recipe);
        assert_eq!(again.mask, damage.mask);
        assert!(remade.photo.pixels_equal(&made.photo), "{operator}");
        assert_eq!(remade.spectrum, made.spectrum);
    }
}

#[test]
fn damage_that_cannot_be_done_again_is_said_in_words() {
    let (snapshot, _) = kept(&damage("bicubic:factor=4"));
    let stored = read(&written(&snapshot)).expect("whole");
    let simulation = stored.simulation.expect("kept");
    let reason = simulation
        .on(&truth(66, 66))
        .expect_err("four divides no 66")
        .to_string();
    assert!(reason.contains("done again"), "{reason}");
    let larger = simulation.on(&truth(128, 128));
    let larger = larger.expect_err("of another size").to_string();
    assert!(larger.contains("size"));
    // A photo of another size has no place for the mask.
    let mut lost = damage("inpaint");
    lost.mask = Some(Arc::new(square(32, 32)));
    let (snapshot, _) = kept(&damage("inpaint"));
    let snapshot = Snapshot {
        simulation: Some(lost),
        ..snapshot
    };
    assert!(matches!(
        read(&written(&snapshot)),
        Err(SessionError::Damaged { .. })
    ));
}

#[test]
fn sessions_without_a_simulation_are_what_they_were() {
    let plain = written(&full());
    assert_eq!(version(&plain), 2, "the program before can read them");
    assert!(read(&plain).expect("whole").simulation.is_none());
    // So version 2 kept a simulation: its damage as a picture of its own, without the truth.
    let old = Snapshot {
        source: Source::Clipboard,
        ..full()
    };
    let stored = read(&written(&old)).expect("whole");
    assert!(stored.simulation.is_none());
    assert!(matches!(stored.photo, PhotoReference::Embedded(_)));
}

/// Written by the program before, in a simulation of blur, with a finished run.
const VERSION_2: &[u8] = include_bytes!("../../../tests/data/version-2.tweedie");

#[test]
fn a_file_of_the_version_before_opens_with_all_that_was_in_it() {
    assert_eq!(version(VERSION_2), 2);
    let stored = read(VERSION_2).expect("whole");
    assert_eq!((stored.size, stored.remark), ((64, 64), None));
    assert_eq!(stored.settings.task, Task::Deblur);
    assert!(stored.simulation.is_none(), "its truth was not kept");
    let PhotoReference::Embedded(photo) = stored.photo else {
        panic!("its damage is a picture of its own")
    };
    let (run, scores) = stored.runs[0].clone().on(&photo);
    assert!(run.content.is_some() && run.report.is_some());
    assert!(scores.is_some(), "measured while the truth was known");
    assert!(stored.result.is_some());
}

/// A state in the simulation of this damage, opened from a session.
fn reopened(damage: Damage) -> (State, Simulated) {
    let made = damage.simulate().expect("it can be done");
    let mut state = State::default();
    let opened = Opened {
        photo: Arc::clone(&made.photo),
        session: Some(Box::new(Resumed {
            result: None,
            simulation: Some((damage, made.clone())),
            ..resumed()
        })),
        ..opened()
    };
    let _ = state.arrived(opened);
    (state, made)
}

#[test]
fn an_opened_simulation_knows_its_truth_and_is_left_for_it() {
    let (mut state, made) = reopened(damage("gaussian-blur:size=9,std=2"));
    let known = state.truth().expect("it is known");
    assert!(Arc::ptr_eq(known, &made.truth));
    assert!(!state.is_unsaved());
    assert_eq!(state.runs.simulation_seed, 9);
    let snapshot = state.snapshot().expect("open");
    assert_eq!(snapshot.source, Source::File("/photos/old.png".into()));
    assert_eq!(snapshot.sha256, opened().sha256);
    let requests = state.apply(Command::Session(SessionCommand::LeaveSimulation));
    assert!(state.question.is_none(), "nothing is lost");
    assert!(
        requests
            .iter()
            .any(|r| r.downcast() == Some(&ForgetAutosave::Simulation))
    );
    let open = &state.document.as_ref().expect("open").photo;
    assert!(Arc::ptr_eq(open, &made.truth));
    assert!(state.kept.path.is_none() && !state.is_unsaved());
}

#[test]
fn another_damage_is_saved_by_itself_again() {
    let mut state = painted();
    for (round, from) in [(0, 0), (1, 1000)] {
        state.runs.simulation_seed = round;
        let requests = state.apply(Command::Session(SessionCommand::Simulate));
        let damage = &the::<SimulateDamage>(requests.first()).0;
        let made = damage.simulate();
        let _ = state.damaged(Damage::clone(damage), made);
        assert!(state.tick(Duration::from_secs(from)).is_empty());
        let requests = state.tick(Duration::from_secs(from + 60));
        let kept = &only::<AutosaveSession>(&requests).0;
        let recipe = kept.simulation.as_ref().map(|damage| &damage.recipe);
        assert_eq!(recipe.map(|recipe| recipe.seed), Some(round));
        let _ = state.autosaved(kept.mark, Ok::<_, Broken>(()));
        assert!(state.tick(Duration::from_secs(from + 200)).is_empty());
    }
}

#[test]
fn a_simulation_is_saved_by_itself_beside_the_work_that_waits_for_its_end() {
    let mut state = painted();
    assert!(state.tick(Duration::ZERO).is_empty(), "not yet");
    let requests = state.apply(Command::Session(SessionCommand::Simulate));
    let damage = &only::<SimulateDamage>(&requests).0;
    let made = damage.simulate();
    let requests = state.damaged(Damage::clone(damage), made);
    let waiting = &only::<AutosaveSession>(&requests).0;
    assert!(waiting.simulation.is_none());
    let _ = state.autosaved(waiting.mark, Ok::<_, Broken>(()));
    assert!(state.tick(Duration::from_secs(1)).is_empty());
    let requests = state.tick(Duration::from_secs(60));
    let simulated = &only::<AutosaveSession>(&requests).0;
    let kept = simulated.simulation.as_ref().expect("it is one");
    assert_eq!(kept.recipe, damage.recipe);
    assert_eq!(simulated.source, Source::File("/photos/old.png".into()));
    // Left while it is being written: the next save does not wait for it for ever.
    let _ = state.apply(Command::Session(SessionCommand::LeaveSimulation));
    assert!(state.truth().is_none());
    let _ = state.autosaved(simulated.mark, Ok::<_, Broken>(()));
    assert!(state.tick(Duration::from_secs(61)).is_empty());
    let requests = state.tick(Duration::from_secs(120));
    assert!(only::<AutosaveSession>(&requests).0.simulation.is_none());
}
