//! What parts of the window tell people who do not see the screen, as text: role, name, value and
//! state of everything that can be read or pressed, in the order in which it is read.
//!
//! Kept in `told/*.txt`. Pixels of a software rasteriser differ from driver to driver; this does not,
//! and a change of words, of order, of what is disabled or left out shows as a changed line. After a
//! change that was meant, write them anew and look at what git says has changed:
//!
//! ```sh
//! TWEEDIE_RENEW=1 cargo test --release --workspace --test window -- told
//! ```

use desk::RecipeCommand;
use desk::session::SessionCommand;
use std::path::Path;

use desk::{BatchCommand, Command, Gesture, ImportCommand, Page, RunCommand, Settings, Task};
use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use imaging::{Mask, Rect, Value};

use super::harness::{SIDE, Window, click, command, state, until, window_on, write_bitmap};

/// Compares with what is kept, or keeps it.
fn assert_told(name: &str, told: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/window/told");
    let file = folder.join(format!("{name}.txt"));
    if std::env::var_os("TWEEDIE_RENEW").is_some() {
        std::fs::write(&file, told).expect("written");
        return;
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    let (mut kept, mut now) = (kept.lines(), told.lines());
    for line in 1.. {
        match (kept.next(), now.next()) {
            (None, None) => return,
            (before, after) => assert_eq!(
                before,
                after,
                "line {line} of {}; told now:\n{told}\nThe head of the test says how to renew it",
                file.display()
            ),
        }
    }
}

/// A line for each thing that lies wholly within a part of the window.
fn told(window: &Window, part: egui::Rect) -> String {
    let mut lines = String::new();
    for node in window.root().children_recursive() {
        let inner = node.accesskit_node();
        let (label, value) = (inner.label(), inner.value());
        if (label.is_none() && value.is_none()) || !part.contains_rect(node.rect()) {
            continue;
        }
        let role = inner.role();
        if role == Role::TextRun {
            // The field that it is the text of says it too.
            continue;
        }
        // A label's text is its value; both together would only say it twice.
        let words = match (label, value) {
            (Some(label), Some(value)) if label != value => format!("{label} = {value}"),
            (Some(words), _) | (None, Some(words)) => words,
            (None, None) => continue,
        };
        // Icons are letters of a font of their own.
        let icon = |letter: char| ('\u{E000}'..='\u{F8FF}').contains(&letter);
        if words.chars().all(icon) {
            continue;
        }
        lines += &format!("{role:?}: {words}");
        if inner.is_selected() == Some(true) {
            lines += ", chosen";
        }
        if let Some(on) = inner.toggled() {
            lines += &format!(", {on:?}");
        }
        if inner.is_disabled() {
            lines += ", disabled";
        }
        lines += "\n";
    }
    lines
}

/// The part of the inspector that asks what happened.
fn what_happened(window: &Window) -> egui::Rect {
    let heading = window.get_by_label("What happened?").rect();
    let next = window.query_by_label("What do pictures look like?");
    let footer = window.get_by_label("Restore").rect().top();
    let bottom = next.map_or(footer, |next| next.rect().top().min(footer));
    egui::Rect::from_min_max(
        egui::pos2(heading.left() - 8.0, heading.top() - 8.0),
        egui::pos2(1440.0, bottom),
    )
}

fn photo(folder: &Path) -> std::path::PathBuf {
    let path = folder.join("old.bmp");
    write_bitmap(&path, |x, y| 200 - (x + y) as u8);
    path
}

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

#[test]
fn every_card_tells_what_it_is_about() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut window = window_on(&photo(folder.path()));
    for task in Task::ALL {
        click(&mut window, Role::RadioButton, task.title());
        until(&mut window, "all is known", |s| {
            let shown = task == Task::Inpaint || s.glimpse.pictures.is_some();
            shown && !s.measuring_noise && s.glimpse.is_settled(&s.settings)
        });
        let name = format!("{task:?}").to_lowercase();
        assert_told(&name, &told(&window, what_happened(&window)));
    }
}

#[test]
fn a_spectrum_and_its_measurement_are_told_for_what_they_are() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut window = window_on(&photo(folder.path()));
    adjust(&mut window, |next| {
        next.task = Task::Custom;
        next.custom = "mri:acceleration=4".parse().expect("valid");
    });
    until(&mut window, "all is known", |s| {
        s.glimpse.pictures.is_some() && s.glimpse.is_settled(&s.settings)
    });
    assert_told("spectrum", &told(&window, what_happened(&window)));
    command(&mut window, Command::Session(SessionCommand::Simulate));
    until(&mut window, "it is measured", |s| s.truth().is_some());
    command(&mut window, Command::Runs(RunCommand::Turn(Page::Quality)));
    until(&mut window, "levels are counted", |s| {
        s.runs.histogram.is_some()
    });
    let drawer = egui::Rect::from_min_max(egui::pos2(52.0, 600.0), egui::pos2(1096.0, 872.0));
    assert_told("quality", &told(&window, drawer));
}

#[test]
fn forms_tell_what_they_ask_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = photo(folder.path());
    let mut window = window_on(&path);
    let middle = egui::Rect::from_min_max(egui::pos2(420.0, 60.0), egui::pos2(1020.0, 860.0));
    // Without the names of folders that differ from run to run.
    let plain = |text: String| text.replace(&folder.path().display().to_string(), "~");
    let masks = folder.path().join("masks");
    std::fs::create_dir(&masks).expect("made");
    let mut mask = Mask::new(SIDE, SIDE);
    let _ = mask.fill_rect(Rect::new(20, 20, 8, 8), Value::Paint);
    mask.save(&masks.join("old.png")).expect("written");
    let _ = std::fs::copy(&path, folder.path().join("without.bmp")).expect("copied");
    command(&mut window, Command::Batch(BatchCommand::Show));
    until(&mut window, "it is looked over", |s| {
        s.batches.form.tally().is_some()
    });
    assert_told("folder", &plain(told(&window, middle)));
    command(&mut window, Command::Batch(BatchCommand::Close));
    let import = ImportCommand::Show(std::path::PathBuf::new());
    command(&mut window, Command::Recipe(RecipeCommand::Import(import)));
    assert_told("import", &told(&window, middle));
}
