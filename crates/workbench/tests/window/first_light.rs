//! First light: open, paint, restore, stop, restore again, export, all through the window.

use desk::RecipeCommand;
use desk::session::SessionCommand;
use std::path::Path;

use desk::{Command, Ending, Gesture, Purpose, Settings, Show, State};
use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use imaging::{Photo, Rect};

use super::harness::{SIDE, Window, command, state, until, window_on, write_bitmap};

fn write_photo(path: &Path) {
    write_bitmap(path, |x, y| 200 - (x + y) as u8);
}

/// Paints from the canvas's middle towards the right with the pointer.
fn paint(window: &mut Window) {
    let middle = window.get_by_label("Canvas").rect().center();
    window.hover_at(middle);
    window.step();
    window.drag_at(middle);
    window.step();
    for dx in [20.0, 40.0, 60.0] {
        window.hover_at(middle + egui::vec2(dx, 0.0));
    }
    window.step();
    window.drop_at(middle + egui::vec2(60.0, 0.0));
    window.run_steps(3);
}

fn settings(window: &mut Window, steps: usize) {
    let settings = &state(window).settings;
    let next = Settings {
        prior: "gaussian".to_owned().into(),
        steps,
        ..settings.clone()
    };
    command(
        window,
        Command::Recipe(RecipeCommand::Adjust {
            next: Box::new(next),
            gesture: Gesture::Once,
        }),
    );
}

#[test]
fn open_paint_stop_restore_and_export() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("old.bmp");
    write_photo(&path);
    let mut window = window_on(&path);
    assert!(
        window
            .get_by_label("Restore")
            .accesskit_node()
            .is_disabled(),
        "nothing is painted"
    );

    paint(&mut window);
    let masked = state(&window)
        .document
        .as_ref()
        .map_or(0, desk::Document::masked);
    assert!(masked > 0, "the stroke was painted");
    assert!(
        !window
            .get_by_label("Restore")
            .accesskit_node()
            .is_disabled()
    );

    // Many steps, stopped when most of them are done: only then there is something to keep.
    settings(&mut window, 900);
    window.get_by_label("Restore").click();
    until(&mut window, "most is done", |w| {
        let run = w.run.as_ref();
        run.and_then(|run| run.progress.as_ref())
            .is_some_and(|progress| 4 * progress.done >= 3 * progress.total)
    });
    window.get_by_role_and_label(Role::Button, "Stop").click();
    until(&mut window, "the run has ended", |w| w.run.is_none());
    let last = state(&window).last_run.as_ref().expect("it ended");
    assert_eq!(last.ending, Ending::Stopped);
    assert!(last.report.as_ref().is_some_and(|report| report.stopped));

    // Again, to the end.
    settings(&mut window, 6);
    window.get_by_label("Restore").click();
    until(&mut window, "the run has ended", |w| {
        w.run.is_none()
            && w.last_run
                .as_ref()
                .is_some_and(|last| last.ending == Ending::Finished)
    });
    assert_eq!(state(&window).view.show, Show::Restored);
    window
        .get_by_role_and_label(Role::RadioButton, "Compare")
        .click();
    window.run_steps(3);
    assert_eq!(state(&window).view.show, Show::Split);
    let _ = window.get_by_label("Compare divider");

    // Export through the typed path.
    let target = folder.path().join("new.png");
    command(
        &mut window,
        Command::Session(SessionCommand::ShowDialog(Purpose::ExportPhoto)),
    );
    let field = window.get_by_label("Path");
    field.focus();
    window.run_steps(2);
    window.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
    window.step();
    window
        .get_by_label("Path")
        .type_text(&target.display().to_string());
    window.run_steps(3);
    window
        .get_all_by_role_and_label(Role::Button, "Export")
        .last()
        .expect("the dialog's")
        .click();
    until(&mut window, "the dialog is closed", |w| w.dialog.is_none());

    compare(state(&window), &path, &target);
}

/// Outside the mask nothing may differ; inside something must.
fn compare(state: &State, original: &Path, restored: &Path) {
    let original = Photo::open(original).expect("the original is untouched");
    let restored = Photo::open(restored).expect("the export can be read");
    let mask = &state.document.as_ref().expect("open").mask;
    let all = Rect::new(0, 0, SIDE, SIDE);
    let (before, after) = (original.rgba8(all), restored.rgba8(all));
    let mut inside = 0;
    for (index, (a, b)) in before.chunks(4).zip(after.chunks(4)).enumerate() {
        if mask.data()[index] == 0 {
            assert_eq!(a, b, "pixel {index} outside the mask");
        } else if a != b {
            inside += 1;
        }
    }
    assert!(inside > 0, "something was restored");
}

#[derive(Debug)]
struct Dropped(std::path::PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        std::fs::read(&self.0).map_err(|error| error.to_string())
    }
}

#[test]
fn a_dropped_file_is_opened_and_one_that_is_no_picture_is_explained() {
    let folder = tempfile::tempdir().expect("a folder");
    let (first, second) = (folder.path().join("old.bmp"), folder.path().join("new.bmp"));
    write_photo(&first);
    write_photo(&second);
    let mut window = window_on(&first);
    window.input_mut().dropped_files = vec![std::sync::Arc::new(Dropped(second.clone()))];
    until(&mut window, "the dropped photo is open", |w| {
        let document = w.document.as_ref();
        document.is_some_and(|document| document.source.path() == Some(&second))
    });
    let text = folder.path().join("notes.txt");
    std::fs::write(&text, "no picture").expect("written");
    window.input_mut().dropped_files = vec![std::sync::Arc::new(Dropped(text))];
    until(&mut window, "the banner says why", |w| w.notice.is_some());
    assert!(state(&window).document.is_some());
    window.get_by_label("Dismiss").click();
    window.run_steps(3);
    assert!(state(&window).notice.is_none());
}

#[test]
fn keys_and_menus_reach_the_same_commands() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("old.bmp");
    write_photo(&path);
    let mut window = window_on(&path);
    paint(&mut window);
    window.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::Z);
    window.run_steps(2);
    let masked = |window: &Window| {
        state(window)
            .document
            .as_ref()
            .map_or(0, desk::Document::masked)
    };
    assert_eq!(masked(&window), 0, "Ctrl+Z undoes the stroke");
    window.key_press_modifiers(
        egui::Modifiers::COMMAND | egui::Modifiers::SHIFT,
        egui::Key::Z,
    );
    window.run_steps(2);
    assert!(masked(&window) > 0, "Ctrl+Shift+Z does it again");
    window.key_press(egui::Key::E);
    window.run_steps(2);
    assert_eq!(state(&window).tool, desk::Tool::Eraser);
    window.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::O);
    window.run_steps(3);
    assert!(state(&window).dialog.is_some());
    window.get_by_label("Path").type_text("/no/such/photo.png");
    window.run_steps(2);
    window.key_press(egui::Key::Enter);
    until(&mut window, "the dialog says why", |w| {
        w.dialog
            .as_ref()
            .is_some_and(|dialog| dialog.error.is_some())
    });
    window.key_press(egui::Key::Escape);
    window.run_steps(3);
    assert!(state(&window).dialog.is_none());
    assert!(state(&window).document.is_some(), "the photo is still open");
}
