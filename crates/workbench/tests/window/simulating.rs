//! Simulated damage through the window: a spectrum that is measured and restored, a simulation that
//! is kept in a session, and one that a crash has left behind.

use desk::MaskCommand;
use desk::RecipeCommand;
use desk::session::SessionCommand;
use std::path::Path;

use desk::{
    Command, Gesture, OverlayCommand, Page, Preferences, Purpose, RunCommand, Settings, Task,
};
use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use imaging::Photo;
use workbench::{Folders, Options};

use super::harness::{SIDE, Window, click, command, state, until, window, window_on, write_bitmap};

fn adjust(window: &mut Window, change: impl FnOnce(&mut Settings)) {
    let mut next = state(window).settings.clone();
    next.prior = "gaussian".to_owned().into();
    next.steps = 6;
    change(&mut next);
    let next = Box::new(next);
    let gesture = Gesture::Once;
    command(
        window,
        Command::Recipe(RecipeCommand::Adjust { next, gesture }),
    );
}

/// A photo on disk.
fn written(folder: &Path) -> std::path::PathBuf {
    let path = folder.join("clean.bmp");
    write_bitmap(&path, |x, y| 200 - (x + y) as u8);
    path
}

fn simulate(window: &mut Window) {
    command(window, Command::Session(SessionCommand::Simulate));
    until(window, "it is simulated", |s| {
        s.truth().is_some() && !s.runs.simulating
    });
}

fn restore(window: &mut Window) {
    let before = state(window).runs.archive.all().len();
    window.get_by_label("Restore").click();
    until(window, "it is restored and studied", |s| {
        let all = s.runs.archive.all();
        s.run.is_none() && all.len() > before && all.iter().all(|run| run.study.is_some())
    });
    let notice = state(window).notice.as_ref();
    assert!(notice.is_none(), "{notice:?}");
}

#[test]
fn spectra_are_measured_on_the_photo_and_restored_from_what_was_measured() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut window = window_on(&written(folder.path()));
    for operator in ["mri", "mri-magnitude", "phase-retrieval"] {
        adjust(&mut window, |next| {
            next.task = Task::Custom;
            next.custom = operator.parse().expect("valid");
        });
        until(&mut window, "its pictures are there", |s| {
            let pictures = s.glimpse.pictures.as_ref();
            pictures.is_some_and(|pictures| pictures.spectrum.is_some())
        });
        for name in ["Spectrum, log", "Zero-filled"] {
            let shown = window.query_all_by_label(name).count();
            assert_eq!(shown, 2, "the picture {name} and its name below");
        }
        let button = window.get_by_label("Restore");
        assert!(button.accesskit_node().is_disabled(), "no photo is one");
        let measure = window.get_by_role_and_label(Role::Button, "Measure it on this photo");
        measure.click_accesskit();
        window.run_steps(2);
        until(&mut window, "it is measured", |s| s.truth().is_some());
        assert!(
            state(&window)
                .stand_in()
                .is_some_and(|text| text.contains("Not a photo"))
        );
        command(&mut window, Command::Runs(RunCommand::Turn(Page::Quality)));
        let _ = window.get_by_label("The measured spectrum");
        restore(&mut window);
        let run = &state(&window).runs.archive.all()[0];
        let scores = run.study.as_ref().and_then(|study| study.scores);
        assert!(
            scores.is_some(),
            "{operator}: it is measured against the truth"
        );
        let last = state(&window)
            .last_run
            .as_ref()
            .and_then(|l| l.report.clone());
        let residuals = last.expect("it ended").residuals;
        assert!(residuals.iter().all(|r| r.is_finite()), "{residuals:?}");
        command(
            &mut window,
            Command::Session(SessionCommand::LeaveSimulation),
        );
        click(&mut window, Role::Button, "Leave without saving");
        assert!(state(&window).truth().is_none());
    }
}

#[test]
fn a_simulation_is_kept_in_a_session_with_its_truth() {
    let folder = tempfile::tempdir().expect("a folder");
    let photo = written(folder.path());
    let session = folder.path().join("work.tweedie");
    for operator in ["gaussian-blur:size=9,std=2+bicubic:factor=2", "mri"] {
        let mut window = window_on(&photo);
        adjust(&mut window, |next| {
            next.task = Task::Custom;
            next.custom = operator.parse().expect("valid");
        });
        command(&mut window, Command::Runs(RunCommand::SimulationSeed(77)));
        simulate(&mut window);
        restore(&mut window);
        let scores = |window: &Window| {
            let run = &state(window).runs.archive.all()[0];
            run.study.as_ref().and_then(|study| study.scores)
        };
        let damaged = |window: &Window| {
            let photo = &state(window).document.as_ref().expect("open").photo;
            photo.rgba8(photo.bounds())
        };
        let before = (scores(&window), damaged(&window));
        assert!(before.0.is_some());
        command(
            &mut window,
            Command::Session(SessionCommand::ShowDialog(Purpose::SaveSession)),
        );
        command(
            &mut window,
            Command::Session(SessionCommand::DialogPath(session.display().to_string())),
        );
        command(
            &mut window,
            Command::Session(SessionCommand::DialogReplace(true)),
        );
        command(&mut window, Command::Session(SessionCommand::DialogAccept));
        until(&mut window, "it is saved", |s| s.dialog.is_none());

        let mut again = window_on(&session);
        until(&mut again, "its run is studied", |s| {
            let all = s.runs.archive.all();
            all.len() == 1 && all[0].study.is_some()
        });
        assert!(damaged(&again) == before.1, "{operator}: to the last bit");
        let (was, now) = (before.0.expect("measured"), scores(&again));
        let now = now.expect("they are kept");
        // Text keeps all but the last bit of a number.
        assert!((was.psnr - now.psnr).abs() < 1e-9, "{was:?} {now:?}");
        assert!((was.ssim - now.ssim).abs() < 1e-9, "{was:?} {now:?}");
        let truth = state(&again).truth().expect("it is known again");
        let clean = Photo::open(&photo).expect("readable");
        assert!(truth.pixels_equal(&clean), "{operator}");
        assert_eq!(state(&again).runs.simulation_seed, 77);
        assert!(!state(&again).is_unsaved());
        // It can be gone on with, and left for the photo itself.
        restore(&mut again);
        assert_eq!(state(&again).runs.archive.all().len(), 2);
        command(
            &mut again,
            Command::Session(SessionCommand::LeaveSimulation),
        );
        click(&mut again, Role::Button, "Leave without saving");
        let open = &state(&again).document.as_ref().expect("open").photo;
        assert!(open.pixels_equal(&clean) && open.width() == SIDE);
    }
}

#[test]
fn a_simulation_survives_a_crash_beside_the_work_that_waited_for_its_end() {
    let root = tempfile::tempdir().expect("a folder");
    let photo = written(root.path());
    let folders = || Folders {
        config: root.path().join("config"),
        state: root.path().join("state"),
    };
    let kept = |photo: Option<&Path>| {
        window(Options {
            photo: photo.map(Path::to_owned),
            folders: Some(folders()),
            ..Options::default()
        })
    };
    let mut lost = kept(Some(&photo));
    command(&mut lost, Command::Overlay(OverlayCommand::EndTour));
    let soon = Preferences {
        autosave_seconds: 1,
        ..state(&lost).preferences.clone()
    };
    let prefer = OverlayCommand::Prefer(Box::new(soon));
    command(&mut lost, Command::Overlay(prefer));
    command(&mut lost, Command::Mask(MaskCommand::Invert));
    adjust(&mut lost, |next| next.task = Task::Deblur);
    simulate(&mut lost);
    let files = || {
        let folder = folders().state.join("recovery");
        let entries = std::fs::read_dir(folder).expect("there").flatten();
        let paths = entries.map(|entry| entry.path());
        let sessions = paths.filter(|path| path.extension().is_some_and(|end| end == "tweedie"));
        sessions.collect::<Vec<_>>()
    };
    until(&mut lost, "both are saved by themselves", |_| {
        files().len() == 2
    });
    let (simulated, work): (Vec<_>, Vec<_>) = files()
        .into_iter()
        .partition(|path| path.to_string_lossy().contains("simulation"));
    drop(lost);

    // The latest first; what waited is offered the next time.
    let mut first = kept(Some(&photo));
    until(&mut first, "it is offered", |s| s.question.is_some());
    first.get_by_label("Recover").click();
    until(&mut first, "it is back", |s| s.truth().is_some());
    assert!(state(&first).is_unsaved());
    until(&mut first, "it is safe in its own file", |_| {
        !simulated[0].exists()
    });
    assert!(work[0].exists(), "what waited is still to be recovered");
    assert_eq!(
        files().len(),
        2,
        "and the simulation has a file of this window"
    );
    drop(first);
}
