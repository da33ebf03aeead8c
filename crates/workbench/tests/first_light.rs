//! First light: open, paint, restore, stop, restore again, export, all through the window.

use std::path::Path;
use std::time::{Duration, Instant};

use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use imaging::{Photo, Rect};
use workbench::document::{Command, Ending, Gesture, Purpose, Settings, Show};
use workbench::{Options, Workbench};

const SIDE: usize = 64;

type Window = Harness<'static, Option<Workbench>>;

/// A window of the size people start with, with `photo` open in it.
fn window(photo: &Path) -> Window {
    let options = Options {
        photo: Some(photo.to_owned()),
        ..Options::default()
    };
    let mut window = Harness::builder()
        .with_size([1440.0, 900.0])
        .build_ui_state(
            move |ui, workbench: &mut Option<Workbench>| {
                let workbench = workbench.get_or_insert_with(|| Workbench::new(ui.ctx(), &options));
                workbench.logic(ui.ctx());
                workbench.ui(ui);
            },
            None,
        );
    until(&mut window, "the photo is open", |w| {
        w.state().document.is_some()
    });
    window
}

fn workbench(window: &Window) -> &Workbench {
    window.state().as_ref().expect("made in the first frame")
}

fn command(window: &mut Window, command: Command) {
    let ctx = window.ctx.clone();
    let workbench = window
        .state_mut()
        .as_mut()
        .expect("made in the first frame");
    workbench.command(&ctx, command);
    window.run_steps(2);
}

fn until(window: &mut Window, what: &str, done: impl Fn(&Workbench) -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        window.step();
        if window.state().as_ref().is_some_and(&done) {
            window.run_steps(3);
            return;
        }
        assert!(Instant::now() < deadline, "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
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
    let settings = &workbench(window).state().settings;
    let next = Settings {
        prior: "gaussian".to_owned().into(),
        steps,
        ..settings.clone()
    };
    command(
        window,
        Command::Adjust {
            next: Box::new(next),
            gesture: Gesture::Once,
        },
    );
}

fn write_photo(path: &Path) {
    // A plain bitmap: the crate under test has no encoder for tests to borrow.
    let mut bytes = b"BM".to_vec();
    for value in [54 + 3 * SIDE * SIDE, 0, 54, 40, SIDE, SIDE] {
        bytes.extend((value as u32).to_le_bytes());
    }
    bytes.extend([1, 0, 24, 0]);
    bytes.extend([0; 24]);
    for y in 0..SIDE {
        bytes.extend((0..SIDE).flat_map(|x| [(3 * x) as u8, (2 * y) as u8, 200 - (x + y) as u8]));
    }
    std::fs::write(path, bytes).expect("written");
}

#[test]
fn open_paint_stop_restore_and_export() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("old.bmp");
    write_photo(&path);
    let mut window = window(&path);
    assert!(
        window
            .get_by_label("Restore")
            .accesskit_node()
            .is_disabled(),
        "nothing is painted"
    );

    paint(&mut window);
    let masked = workbench(&window)
        .state()
        .document
        .as_ref()
        .map_or(0, workbench::document::Document::masked);
    assert!(masked > 0, "the stroke was painted");
    assert!(
        !window
            .get_by_label("Restore")
            .accesskit_node()
            .is_disabled()
    );

    // Many steps, stopped when half of them are done.
    settings(&mut window, 900);
    window.get_by_label("Restore").click();
    until(&mut window, "half is done", |w| {
        let run = w.state().run.as_ref();
        run.and_then(|run| run.progress.as_ref())
            .is_some_and(|progress| 2 * progress.done >= progress.total)
    });
    window.get_by_role_and_label(Role::Button, "Stop").click();
    until(&mut window, "the run has ended", |w| {
        w.state().run.is_none()
    });
    let last = workbench(&window)
        .state()
        .last_run
        .as_ref()
        .expect("it ended");
    assert_eq!(last.ending, Ending::Stopped);
    assert!(last.report.as_ref().is_some_and(|report| report.stopped));

    // Again, to the end.
    settings(&mut window, 6);
    window.get_by_label("Restore").click();
    until(&mut window, "the run has ended", |w| {
        w.state().run.is_none()
            && w.state()
                .last_run
                .as_ref()
                .is_some_and(|last| last.ending == Ending::Finished)
    });
    assert_eq!(workbench(&window).state().view.show, Show::Restored);
    window
        .get_by_role_and_label(Role::RadioButton, "Compare")
        .click();
    window.run_steps(3);
    assert_eq!(workbench(&window).state().view.show, Show::Split);
    let _ = window.get_by_label("Compare divider");

    // Export through the typed path.
    let target = folder.path().join("new.png");
    command(&mut window, Command::ShowDialog(Purpose::ExportPhoto));
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
    until(&mut window, "the dialog is closed", |w| {
        w.state().dialog.is_none()
    });

    compare(workbench(&window), &path, &target);
}

/// Outside the mask nothing may differ; inside something must.
fn compare(workbench: &Workbench, original: &Path, restored: &Path) {
    let original = Photo::open(original).expect("the original is untouched");
    let restored = Photo::open(restored).expect("the export can be read");
    let mask = &workbench.state().document.as_ref().expect("open").mask;
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
    let mut window = window(&first);
    window.input_mut().dropped_files = vec![std::sync::Arc::new(Dropped(second.clone()))];
    until(&mut window, "the dropped photo is open", |w| {
        let document = w.state().document.as_ref();
        document.is_some_and(|document| document.source.path() == Some(&second))
    });
    let text = folder.path().join("notes.txt");
    std::fs::write(&text, "no picture").expect("written");
    window.input_mut().dropped_files = vec![std::sync::Arc::new(Dropped(text))];
    until(&mut window, "the banner says why", |w| {
        w.state().notice.is_some()
    });
    assert!(workbench(&window).state().document.is_some());
    window.get_by_label("Dismiss").click();
    window.run_steps(3);
    assert!(workbench(&window).state().notice.is_none());
}

#[test]
fn keys_and_menus_reach_the_same_commands() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("old.bmp");
    write_photo(&path);
    let mut window = window(&path);
    paint(&mut window);
    window.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::Z);
    window.run_steps(2);
    let masked = |window: &Window| {
        workbench(window)
            .state()
            .document
            .as_ref()
            .map_or(0, workbench::document::Document::masked)
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
    assert_eq!(
        workbench(&window).state().tool,
        workbench::document::Tool::Eraser
    );
    window.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::O);
    window.run_steps(3);
    assert!(workbench(&window).state().dialog.is_some());
    window.get_by_label("Path").type_text("/no/such/photo.png");
    window.run_steps(2);
    window.key_press(egui::Key::Enter);
    until(&mut window, "the dialog says why", |w| {
        w.state()
            .dialog
            .as_ref()
            .is_some_and(|dialog| dialog.error.is_some())
    });
    window.key_press(egui::Key::Escape);
    window.run_steps(3);
    assert!(workbench(&window).state().dialog.is_none());
    assert!(
        workbench(&window).state().document.is_some(),
        "the photo is still open"
    );
}
