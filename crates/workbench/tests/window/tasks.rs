//! Every task card: chosen by hand, restored, exported.

use desk::RecipeCommand;
use desk::RunCommand;
use desk::ViewCommand;
use std::path::Path;

use desk::{BlurKind, Command, Dialog, Document, Ending, Gesture, Settings, Task};
use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use imaging::Photo;
use workbench::Options;

use super::harness::{SIDE, Window, click, command, state, until, window, window_on, write_bitmap};

fn adjust(window: &mut Window, change: impl FnOnce(&mut Settings)) {
    let mut next = state(window).settings.clone();
    change(&mut next);
    let next = Box::new(next);
    let gesture = Gesture::Once;
    command(
        window,
        Command::Recipe(RecipeCommand::Adjust { next, gesture }),
    );
}

/// A window on a small photo, with the prior that answers at once.
fn opened() -> (Window, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("old.bmp");
    write_bitmap(&path, |x, y| 200 - (x + y) as u8);
    let mut window = window_on(&path);
    adjust(&mut window, |next| {
        next.prior = "gaussian".to_owned().into();
        next.steps = 6;
    });
    (window, folder)
}

/// The same, by the keys and fields a person uses.
fn opened_by_hand() -> (Window, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("old.bmp");
    write_bitmap(&path, |x, y| 200 - (x + y) as u8);
    let mut window = window(Options::default());
    type_path(&mut window, egui::Key::O, &path);
    until(&mut window, "the photo is open", |s| {
        s.document
            .as_ref()
            .is_some_and(|d| d.source.path() == Some(&*path))
    });
    adjust(&mut window, |next| {
        next.prior = "gaussian".to_owned().into();
        next.steps = 6;
    });
    (window, folder)
}

/// Opens a dialog by Ctrl and a key, puts a path in place of the one that is suggested, and accepts.
fn type_path(window: &mut Window, key: egui::Key, path: &Path) {
    window.key_press_modifiers(egui::Modifiers::COMMAND, key);
    window.run_steps(4);
    window.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
    window.run_steps(2);
    let field = window.get_by_role_and_label(Role::TextInput, "Path");
    field.type_text(&path.display().to_string());
    window.run_steps(3);
    let typed = state(window).dialog.as_ref().map(Dialog::full_path);
    assert_eq!(typed.as_deref(), Some(path), "the field has the keyboard");
    window.key_press(egui::Key::Enter);
    window.run_steps(3);
}

/// Presses a button that may have to be scrolled to.
fn press(window: &mut Window, label: &str) {
    let button = window.get_by_role_and_label(Role::Button, label);
    button.click_accesskit();
    window.run_steps(3);
}

/// Ticks a box, or unticks it.
fn tick(window: &mut Window, label: &str) {
    let field = window.get_by_role_and_label(Role::CheckBox, label);
    field.click_accesskit();
    window.run_steps(3);
}

/// Drags the pointer over the canvas, from the middle.
fn drag(window: &mut Window, moves: &[(f32, f32)]) {
    let middle = window.get_by_label("Canvas").rect().center();
    window.hover_at(middle);
    window.step();
    window.drag_at(middle);
    window.step();
    for &(dx, dy) in moves {
        window.hover_at(middle + egui::vec2(dx, dy));
        window.step();
    }
    let last = moves.last().copied().unwrap_or_default();
    window.drop_at(middle + egui::vec2(last.0, last.1));
    window.run_steps(3);
}

fn restore(window: &mut Window) {
    let button = window.get_by_label("Restore");
    assert!(
        !button.accesskit_node().is_disabled(),
        "{:?}",
        state(window).obstacle(&Command::Runs(RunCommand::Restore))
    );
    button.click();
    window.run_steps(2);
    until(window, "the run has ended", |s| {
        s.run.is_none() && s.last_run.is_some()
    });
    let last = state(window).last_run.as_ref().expect("it ended");
    assert_eq!(last.ending, Ending::Finished);
    assert!(
        state(window)
            .notice
            .as_ref()
            .is_none_or(|n| !n.text.contains("linear"))
    );
}

fn export(window: &mut Window, target: &Path) -> Photo {
    type_path(window, egui::Key::E, target);
    until(window, "the dialog is closed", |s| s.dialog.is_none());
    Photo::open(target).expect("the export can be read")
}

/// Something was done, and where there is a mask nothing outside of it.
fn changed_where_it_should(task: Task, document: &Document, after: &Photo) {
    let before = document.photo.rgba8(document.photo.bounds());
    let after = after.rgba8(after.bounds());
    let pixels = before.chunks_exact(4).zip(after.chunks_exact(4));
    let changed: Vec<bool> = pixels.map(|(before, after)| before != after).collect();
    // This photo has no noise to remove.
    let clean = task == Task::Denoise;
    assert!(
        clean || changed.contains(&true),
        "{task:?}: it was restored"
    );
    if task == Task::Inpaint {
        let mask = document.mask.data().iter();
        let outside = changed
            .iter()
            .zip(mask)
            .any(|(changed, m)| *changed && *m == 0);
        assert!(!outside, "what is not painted stays bit for bit");
    }
}

#[test]
fn every_card_leads_from_open_to_export() {
    for task in Task::ALL {
        let (mut window, folder) = opened_by_hand();
        click(&mut window, Role::RadioButton, task.title());
        assert_eq!(state(&window).settings.task, task);
        let mut factor = 1;
        match task {
            Task::Inpaint => drag(&mut window, &[(20.0, 0.0), (40.0, 10.0)]),
            Task::Enlarge => {
                click(&mut window, Role::RadioButton, "× 2");
                factor = 2;
            }
            Task::Denoise => until(&mut window, "the noise is measured", |s| !s.measuring_noise),
            Task::Custom => factor = 2,
            Task::Deblur | Task::Colours | Task::Jpeg | Task::Highlights => {}
        }
        restore(&mut window);
        let report = state(&window)
            .last_run
            .as_ref()
            .and_then(|last| last.report.clone());
        let report = report.expect("it finished");
        assert_eq!(report.recipe.operator, state(&window).settings.operator());
        let sampler = match task {
            Task::Jpeg => "red-diff",
            Task::Highlights => "diffpir",
            _ => "ca-dps",
        };
        assert_eq!(report.recipe.sampler.name, sampler, "{task:?}");
        let photo = export(&mut window, &folder.path().join("new.png"));
        assert_eq!(
            (photo.width(), photo.height()),
            (factor * SIDE, factor * SIDE),
            "{task:?}"
        );
        let document = state(&window).document.as_ref().expect("open");
        let result = document.result.as_ref().expect("restored");
        assert!(photo.pixels_equal(&result.photo), "{task:?}: what was seen");
        if factor == 1 {
            changed_where_it_should(task, document, &photo);
        }
    }
}

#[test]
fn going_back_to_a_linear_task_gives_the_sampler_back() {
    let (mut window, _folder) = opened();
    adjust(&mut window, |next| {
        next.set_sampler("diffpir".parse().expect("valid"));
    });
    click(&mut window, Role::RadioButton, Task::Jpeg.title());
    let line = "This is not linear, so RED-diff draws it. For what is, your choice stays DiffPIR.";
    let _ = window.get_by_label(line);
    click(&mut window, Role::RadioButton, Task::Denoise.title());
    assert_eq!(state(&window).settings.sampler_now().name, "diffpir");
    assert!(window.query_by_label(line).is_none());
}

#[test]
fn a_path_is_drawn_on_the_photo_restored_and_cleared() {
    let (mut window, _folder) = opened();
    click(&mut window, Role::RadioButton, Task::Deblur.title());
    click(&mut window, Role::RadioButton, "Drawn");
    assert_eq!(state(&window).settings.blur.kind, BlurKind::Path);
    assert!(
        window
            .get_by_label("Restore")
            .accesskit_node()
            .is_disabled()
    );
    drag(&mut window, &[(30.0, 0.0), (40.0, 20.0)]);
    let zoom = state(&window).view.scale();
    let path = state(&window).settings.blur.path.clone();
    assert_eq!(path.len(), 3, "{path:?}");
    let length = (path[1].0 - path[0].0) * zoom;
    assert!(
        (length - 30.0).abs() < 0.01,
        "at the photo's scale: {length}"
    );
    until(&mut window, "the kernel is shown", |s| {
        s.glimpse.pictures.is_some()
    });
    assert!(window.query_all_by_label("A point").count() > 0);
    restore(&mut window);
    command(
        &mut window,
        Command::View(ViewCommand::ChooseShow(desk::Show::Original)),
    );
    press(&mut window, "Clear the path");
    assert!(state(&window).settings.blur.path.is_empty());
    window.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::Z);
    window.run_steps(2);
    assert_eq!(
        state(&window).settings.blur.path,
        path,
        "Ctrl+Z brings it back"
    );
}

#[test]
fn a_composition_is_built_by_hand_and_in_writing() {
    let (mut window, _folder) = opened();
    click(&mut window, Role::RadioButton, Task::Custom.title());
    let written = |window: &Window| state(window).settings.custom.to_string();
    assert_eq!(
        written(&window),
        "gaussian-blur:size=9,std=1+bicubic:factor=2"
    );
    press(&mut window, "Add a step");
    press(&mut window, "JPEG");
    assert!(written(&window).ends_with("+jpeg"));
    assert_eq!(state(&window).settings.sampler_now().name, "red-diff");
    press(&mut window, "Move step 3 up");
    assert_eq!(
        written(&window),
        "gaussian-blur:size=9,std=1+jpeg+bicubic:factor=2"
    );
    press(&mut window, "Remove step 1");
    press(&mut window, "Remove step 2");
    assert_eq!(written(&window), "jpeg");
    let last = window.get_by_role_and_label(Role::Button, "Remove step 1");
    assert!(last.accesskit_node().is_disabled(), "one step stays");

    // In writing: what cannot be read is said, and changes nothing.
    let field = window.get_by_label("Written composition");
    field.focus();
    window.run_steps(2);
    window
        .get_by_label("Written composition")
        .type_text("+blur");
    window.run_steps(3);
    assert_eq!(written(&window), "jpeg");
    let unknown = window.query_by_label_contains("no operator called `blur`");
    assert!(unknown.is_some(), "the parser's error is shown in place");
    for _ in 0.."blur".len() {
        window.key_press(egui::Key::Backspace);
        window.step();
    }
    window
        .get_by_label("Written composition")
        .type_text("box:factor=4");
    window.run_steps(3);
    assert_eq!(written(&window), "jpeg+box:factor=4");
}

#[test]
fn steps_that_do_not_go_together_are_said_before_they_are_restored() {
    let (mut window, _folder) = opened();
    adjust(&mut window, |next| {
        next.task = Task::Custom;
        next.custom = "grayscale+jpeg".parse().expect("known names");
    });
    until(&mut window, "the problem is known", |s| {
        s.glimpse.problem(&s.settings).is_some()
    });
    // In place, and below the button that cannot be pressed.
    let said = window.query_all_by_label_contains("one of 3 channels");
    assert_eq!(said.count(), 2);
    assert!(
        window
            .get_by_label("Restore")
            .accesskit_node()
            .is_disabled()
    );
}

#[test]
fn every_sampler_and_all_its_parameters_can_be_reached() {
    let (mut window, _folder) = opened();
    command(&mut window, Command::View(ViewCommand::ToggleAdvanced));
    for family in engine::sampler_families() {
        adjust(&mut window, |next| {
            next.set_sampler(engine::Spec::named(family.name));
        });
        for field in desk::Field::all(&family) {
            if !field.counts(|_| None) {
                continue;
            }
            let there = window.query_all_by_label(field.title).count();
            assert!(
                there > 0,
                "{} {} is not in the fold",
                family.name,
                field.title
            );
        }
    }
}

#[test]
fn photon_noise_is_part_of_the_recipe() {
    let (mut window, _folder) = opened();
    click(&mut window, Role::RadioButton, Task::Denoise.title());
    until(&mut window, "nothing moves any more", |s| {
        !s.measuring_noise && s.glimpse.pictures.is_some()
    });
    tick(&mut window, "Photon noise");
    assert_eq!(
        state(&window).settings.recipe().photons,
        Some(Settings::USUAL_PHOTONS)
    );
    let _ = window.get_by_label("Photons for white");
    restore(&mut window);
    tick(&mut window, "Photon noise");
    assert_eq!(state(&window).settings.recipe().photons, None);
}
