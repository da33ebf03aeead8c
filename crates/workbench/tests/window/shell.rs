//! The window around the picture: palette, menus, questions, sessions, settings, recovery, and
//! that everything in it has a name.

use desk::MaskCommand;
use desk::RecipeCommand;
use desk::ViewCommand;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use desk::session::SessionCommand;
use desk::{Command, HINTS, Overlay, OverlayCommand, Purpose, SettingsPage, Task, Theme, Tool};
use egui::accesskit::{Action as Reach, Role};
use egui::{Key, Modifiers};
use egui_kittest::kittest::{By, NodeT as _, Queryable as _};
use workbench::{Folders, Options};

use super::harness::{Window, command, state, until, window, write_bitmap};

fn folders(root: &Path) -> Folders {
    Folders {
        config: root.join("config"),
        state: root.join("state"),
    }
}

fn plain() -> Window {
    window(Options::default())
}

fn kept(root: &Path) -> Window {
    window(Options {
        folders: Some(folders(root)),
        ..Options::default()
    })
}

fn overlay(window: &mut Window, what: OverlayCommand) {
    command(window, Command::Overlay(what));
}

fn ctrl(window: &mut Window, key: Key) {
    window.key_press_modifiers(Modifiers::COMMAND, key);
    window.run_steps(3);
}

fn press(window: &mut Window, key: Key) {
    window.key_press(key);
    window.run_steps(3);
}

/// Marks a line, as a person would.
fn paint(window: &mut Window) {
    command(
        window,
        Command::Mask(MaskCommand::BeginStroke {
            at: (10.0, 10.0),
            straight: false,
            opposite: false,
        }),
    );
    command(
        window,
        Command::Mask(MaskCommand::ExtendStroke((60.0, 40.0))),
    );
    command(window, Command::Mask(MaskCommand::EndStroke));
}

fn masked(window: &Window) -> usize {
    state(window)
        .document
        .as_ref()
        .map_or(0, desk::Document::masked)
}

fn write_photo(path: &Path, tint: u8) {
    write_bitmap(path, |_, _| tint);
}

#[test]
fn the_palette_works_by_keyboard_alone() {
    let mut window = plain();
    ctrl(&mut window, Key::K);
    assert!(matches!(state(&window).overlay, Some(Overlay::Palette(_))));
    window.get_by_label("Command").type_text("eras");
    window.run_steps(3);
    press(&mut window, Key::Enter);
    assert_eq!(state(&window).tool, Tool::Eraser);
    assert!(state(&window).overlay.is_none());
    // Keys typed there are no shortcuts, and Escape closes it.
    ctrl(&mut window, Key::K);
    press(&mut window, Key::H);
    assert_eq!(state(&window).tool, Tool::Eraser);
    press(&mut window, Key::Escape);
    assert!(state(&window).overlay.is_none());
    // The arrows reach what was used lately first, then the rest.
    ctrl(&mut window, Key::K);
    press(&mut window, Key::ArrowDown);
    press(&mut window, Key::ArrowUp);
    press(&mut window, Key::Enter);
    assert!(state(&window).overlay.is_none());
}

#[test]
fn a_shortcut_is_bound_by_pressing_it_and_kept() {
    let root = tempfile::tempdir().expect("a folder");
    let mut window = kept(root.path());
    overlay(&mut window, OverlayCommand::EndTour);
    ctrl(&mut window, Key::Comma);
    overlay(&mut window, OverlayCommand::Turn(SettingsPage::Keyboard));
    overlay(&mut window, OverlayCommand::Capture(Some("edit.eraser")));
    ctrl(&mut window, Key::L);
    press(&mut window, Key::Escape);
    assert!(state(&window).overlay.is_none());
    ctrl(&mut window, Key::L);
    assert_eq!(state(&window).tool, Tool::Eraser);
    window.state_mut().as_mut().expect("made").close();
    drop(window);
    // The next start knows it, and shows no tour.
    let mut window = kept(root.path());
    assert_eq!(state(&window).tour, None);
    ctrl(&mut window, Key::L);
    assert_eq!(state(&window).tool, Tool::Eraser);
}

#[test]
fn the_first_start_takes_the_tour_once() {
    let root = tempfile::tempdir().expect("a folder");
    let mut window = kept(root.path());
    assert_eq!(state(&window).tour, Some(0));
    for _ in 1..HINTS {
        window.get_by_label("Next").click();
        window.run_steps(3);
    }
    window.get_by_label("Done").click();
    window.run_steps(3);
    assert_eq!(state(&window).tour, None);
    window.state_mut().as_mut().expect("made").close();
    drop(window);
    assert_eq!(state(&kept(root.path())).tour, None);
}

#[test]
fn the_tour_speaks_of_the_demo_only_where_it_is_open() {
    let root = tempfile::tempdir().expect("a folder");
    let photo = root.path().join("own.bmp");
    write_photo(&photo, 90);
    let own = Options {
        photo: Some(photo),
        ..Options::default()
    };
    for (options, demo) in [(Options::default(), true), (own, false)] {
        let mut window = window(options);
        overlay(&mut window, OverlayCommand::ShowTour);
        assert_eq!(state(&window).tour, Some(0));
        let said = window.query_by_label_contains("painted already").is_some();
        assert_eq!(said, demo);
    }
}

/// As it was found: a task chosen on one photo, undone in a session about another.
#[test]
fn a_session_that_is_opened_has_nothing_to_undo() {
    let root = tempfile::tempdir().expect("a folder");
    let file = root.path().join("a.tweedie");
    let mut window = plain();
    ctrl(&mut window, Key::S);
    command(
        &mut window,
        Command::Session(SessionCommand::DialogPath(file.display().to_string())),
    );
    command(&mut window, Command::Session(SessionCommand::DialogAccept));
    until(&mut window, "it is saved", |s| s.kept.path.is_some());
    command(
        &mut window,
        Command::Recipe(RecipeCommand::ChooseTask(Task::Deblur)),
    );
    command(
        &mut window,
        Command::Session(SessionCommand::OpenFile(file)),
    );
    until(&mut window, "it asks", |s| s.question.is_some());
    let _ = window.get_by_label_contains("the changes since the session was saved");
    window.get_by_label("Don’t save").click();
    until(&mut window, "it is open", |s| {
        s.settings.task == Task::Inpaint
    });
    assert!(state(&window).history.is_empty());
    ctrl(&mut window, Key::Z);
    assert_eq!(state(&window).settings.task, Task::Inpaint);
}

#[test]
fn a_session_is_saved_opened_and_follows_its_photo() {
    let root = tempfile::tempdir().expect("a folder");
    let (photo, file) = (root.path().join("old.bmp"), root.path().join("a.tweedie"));
    write_photo(&photo, 90);
    let options = Options {
        photo: Some(photo.clone()),
        ..Options::default()
    };
    let mut first = window(options);
    paint(&mut first);
    let painted = masked(&first);
    assert!(painted > 0);
    ctrl(&mut first, Key::S);
    let dialog = state(&first).dialog.as_ref().expect("it asks where");
    assert_eq!(dialog.purpose, Purpose::SaveSession);
    command(
        &mut first,
        Command::Session(SessionCommand::DialogPath(file.display().to_string())),
    );
    command(&mut first, Command::Session(SessionCommand::DialogAccept));
    until(&mut first, "it is saved", |s| !s.is_unsaved());
    drop(first);

    let open = |file: &Path| Options {
        photo: Some(file.to_owned()),
        ..Options::default()
    };
    let again = window(open(&file));
    assert_eq!(masked(&again), painted);
    assert!(!state(&again).is_unsaved());
    drop(again);

    // Both moved together.
    let moved = root.path().join("moved");
    std::fs::create_dir(&moved).expect("made");
    std::fs::rename(&photo, moved.join("old.bmp")).expect("moved");
    std::fs::rename(&file, moved.join("a.tweedie")).expect("moved");
    let file = moved.join("a.tweedie");
    let mut found = window(open(&file));
    assert_eq!(masked(&found), painted);

    // Another picture under the same name, of the same size.
    write_photo(&moved.join("old.bmp"), 10);
    command(
        &mut found,
        Command::Session(SessionCommand::OpenFile(file.clone())),
    );
    until(&mut found, "it says so", |s| s.question.is_some());
    found.get_by_label("Open anyway").click();
    until(&mut found, "it is open", |s| s.loading.is_none());
    let notice = state(&found).notice.clone().expect("a remark");
    assert!(notice.text.contains("old.bmp"), "{}", notice.text);

    // No picture at all.
    std::fs::remove_file(moved.join("old.bmp")).expect("removed");
    command(
        &mut found,
        Command::Session(SessionCommand::OpenFile(file.clone())),
    );
    until(&mut found, "it asks", |s| s.question.is_some());
    press(&mut found, Key::Escape);
    assert!(state(&found).question.is_none() && state(&found).document.is_some());

    // Not even a session.
    std::fs::write(&file, b"PK\x03\x04 nothing").expect("written");
    command(&mut found, Command::Session(SessionCommand::OpenFile(file)));
    until(&mut found, "it says why", |s| {
        s.notice
            .as_ref()
            .is_some_and(|n| n.text.contains("damaged"))
    });
}

#[test]
fn closing_asks_about_unsaved_work() {
    let mut window = plain();
    paint(&mut window);
    ctrl(&mut window, Key::Q);
    assert!(state(&window).question.is_some());
    assert!(!state(&window).kept.leaving);
    press(&mut window, Key::Escape);
    assert!(state(&window).question.is_none());
    ctrl(&mut window, Key::Q);
    window.get_by_label("Don’t save").click();
    window.run_steps(3);
    assert!(state(&window).kept.leaving);
}

fn recovery_files(root: &Path) -> Vec<PathBuf> {
    let folder = folders(root).state.join("recovery");
    let entries = std::fs::read_dir(folder).expect("the folder is there");
    entries.map(|entry| entry.expect("read").path()).collect()
}

#[test]
fn work_survives_a_crash_and_a_clean_end_leaves_nothing() {
    let root = tempfile::tempdir().expect("a folder");
    let mut lost = kept(root.path());
    overlay(&mut lost, OverlayCommand::EndTour);
    paint(&mut lost);
    let painted = masked(&lost);
    let soon = desk::Preferences {
        autosave_seconds: 1,
        ..state(&lost).preferences.clone()
    };
    overlay(&mut lost, OverlayCommand::Prefer(Box::new(soon)));
    let deadline = Instant::now() + Duration::from_secs(60);
    while recovery_files(root.path()).len() < 2 {
        lost.step();
        assert!(Instant::now() < deadline, "it is saved by itself");
        std::thread::sleep(Duration::from_millis(20));
    }
    // While the first window is open, its work is nobody else's.
    let mut other = kept(root.path());
    other.run_steps(20);
    assert!(state(&other).question.is_none());
    other.state_mut().as_mut().expect("made").close();
    drop(other);
    // A crash: the window is gone without having been closed.
    drop(lost);

    let mut window = kept(root.path());
    until(&mut window, "it is offered", |s| s.question.is_some());
    window.get_by_label("Recover").click();
    until(&mut window, "it is back", |s| {
        s.document.as_ref().is_some_and(|d| d.masked() == painted)
    });
    assert!(state(&window).is_unsaved());
    command(&mut window, Command::Session(SessionCommand::Discard));
    ctrl(&mut window, Key::Q);
    window.get_by_label("Don’t save").click();
    window.run_steps(3);
    window.state_mut().as_mut().expect("made").close();
    drop(window);
    assert_eq!(recovery_files(root.path()), Vec::<PathBuf>::new());
}

#[test]
fn a_pasted_picture_is_opened() {
    let mut window = plain();
    let image = egui::ColorImage::filled([40, 30], egui::Color32::from_rgb(9, 80, 70));
    window.event(egui::Event::PasteImage(std::sync::Arc::new(image)));
    until(&mut window, "it is open", |s| {
        s.document.as_ref().is_some_and(|d| d.photo.width() == 40)
    });
    let name = state(&window).document.as_ref().map(|d| d.source.name());
    assert_eq!(name.as_deref(), Some("Pasted picture"));
}

/// Every node that can be pressed, changed or focused must say what it is.
fn check_names(window: &Window, place: &str) {
    let reachable = By::new().predicate(|node| {
        let data = node.data();
        [
            Reach::Click,
            Reach::Focus,
            Reach::SetValue,
            Reach::Increment,
        ]
        .into_iter()
        .any(|action| data.supports_action(action))
    });
    let mut found = 0;
    for node in window.get_all(reachable) {
        let node = node.accesskit_node();
        if matches!(
            node.role(),
            Role::Window | Role::ScrollView | Role::ScrollBar
        ) {
            continue;
        }
        found += 1;
        let named = |text: Option<String>| text.is_some_and(|text| !text.trim().is_empty());
        assert!(
            named(node.label()),
            "{place}: a {:?} has no name (value {:?}, at {:?})",
            node.role(),
            node.value(),
            node.bounding_box()
        );
        // A glyph of the icon font is no name.
        let private = |c: char| ('\u{E000}'..='\u{F8FF}').contains(&c);
        let label = node.label().unwrap_or_default();
        assert!(!label.contains(private), "{place}: {label:?}");
    }
    assert!(found > 10, "{place}: the tree was walked ({found} nodes)");
}

#[test]
fn every_control_has_a_name() {
    let mut window = plain();
    check_names(&window, "the window");
    command(&mut window, Command::View(ViewCommand::ToggleAdvanced));
    command(&mut window, Command::View(ViewCommand::ToggleDrawer));
    check_names(&window, "advanced and drawer");
    for task in desk::Task::ALL {
        command(
            &mut window,
            Command::Recipe(RecipeCommand::ChooseTask(task)),
        );
        check_names(&window, task.title());
    }
    for page in SettingsPage::ALL {
        overlay(&mut window, OverlayCommand::ShowSettings);
        overlay(&mut window, OverlayCommand::Turn(page));
        check_names(&window, page.title());
    }
    overlay(&mut window, OverlayCommand::ShowPalette);
    check_names(&window, "palette");
    overlay(&mut window, OverlayCommand::ShowCheatSheet);
    check_names(&window, "cheat sheet");
    overlay(&mut window, OverlayCommand::Close);
    overlay(&mut window, OverlayCommand::ShowTour);
    check_names(&window, "tour");
    overlay(&mut window, OverlayCommand::EndTour);
    overlay(&mut window, OverlayCommand::ShowAbout);
    check_names(&window, "about");
    press(&mut window, Key::Escape);
    command(
        &mut window,
        Command::Session(SessionCommand::ShowDialog(Purpose::SaveSession)),
    );
    check_names(&window, "dialog");
    command(&mut window, Command::Session(SessionCommand::DialogCancel));
    window.get_by_role_and_label(Role::Button, "File").click();
    window.run_steps(4);
    check_names(&window, "menu");
}

#[test]
fn every_command_of_the_rail_can_be_reached_with_tab() {
    let mut window = plain();
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..120 {
        press(&mut window, Key::Tab);
        let focused = By::new().predicate(|node| node.is_focused() && node.label().is_some());
        if let Some(node) = window.query_all(focused).next() {
            seen.extend(node.accesskit_node().label());
        }
    }
    for name in [
        "File",
        "Brush",
        "Eraser",
        "Mask",
        "Open",
        "Restore",
        "Fit picture",
    ] {
        assert!(seen.contains(name), "{name} is not among {seen:?}");
    }
}

#[test]
fn both_themes_are_shown() {
    let mut window = plain();
    for theme in Theme::ALL {
        let next = desk::Preferences {
            theme,
            ..state(&window).preferences.clone()
        };
        overlay(&mut window, OverlayCommand::Prefer(Box::new(next)));
        window.run_steps(2);
        let dark = window.ctx.global_style().visuals.dark_mode;
        match theme {
            Theme::Dark => assert!(dark),
            Theme::Light => assert!(!dark),
            Theme::System => {}
        }
    }
}
