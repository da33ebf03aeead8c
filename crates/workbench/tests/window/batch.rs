//! A folder restored from the window: looked over, restored, stopped, gone on with.

use desk::RecipeCommand;
use std::path::{Path, PathBuf};

use desk::{BatchCommand, BatchPath, Command, Fate, Gesture, MaskChoice, Settings, State, Survey};
use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use imaging::{Mask, Photo, Rect, Value};

use super::harness::{
    SIDE, Window, click, command, state, until, until_still, window_on, write_bitmap,
};

/// Three photos with masks, one without, one that is no picture; and the demo beside them.
fn album(root: &Path) -> PathBuf {
    let (photos, masks) = (root.join("album"), root.join("album/masks"));
    std::fs::create_dir_all(&masks).expect("made");
    let mut mask = Mask::new(SIDE, SIDE);
    let _ = mask.fill_rect(Rect::new(20, 20, 8, 8), Value::Paint);
    for (shade, name) in [(10, "a"), (60, "b"), (110, "d")] {
        write_bitmap(&photos.join(format!("{name}.bmp")), |x, y| {
            shade + (x + y) as u8
        });
        mask.save(&masks.join(format!("{name}_m.png")))
            .expect("written");
    }
    write_bitmap(&photos.join("c.bmp"), |_, _| 0);
    photos
}

fn adjust(window: &mut Window, steps: usize) {
    let next = Settings {
        prior: "gaussian".to_owned().into(),
        steps,
        ..state(window).settings.clone()
    };
    let next = Box::new(next);
    let gesture = Gesture::Once;
    command(
        window,
        Command::Recipe(RecipeCommand::Adjust { next, gesture }),
    );
}

fn batch(window: &mut Window, what: BatchCommand) {
    command(window, Command::Batch(what));
}

/// Presses a button of the dialog.
fn press(window: &mut Window, name: &str) {
    until_still(window, Role::Button, name);
    click(window, Role::Button, name);
}

fn is_known(state: &State) -> bool {
    matches!(state.batches.form.survey, Survey::Known(_))
}

/// The dialog on the album, whose masks end in `_m`.
fn dialog(steps: usize) -> (Window, tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let photos = album(folder.path());
    let mut window = window_on(&photos.join("a.bmp"));
    adjust(&mut window, steps);
    batch(&mut window, BatchCommand::Show);
    assert_eq!(
        state(&window).batches.form.photos,
        photos.display().to_string()
    );
    let field = window.get_by_label("Suffix of masks");
    field.focus();
    window.run_steps(2);
    window.get_by_label("Suffix of masks").type_text("_m");
    until(&mut window, "the suffix is taken in", |s| {
        s.batches.form.suffix == "_m"
    });
    until(&mut window, "the folder is looked over", |s| {
        is_known(s) && s.batches.form.tally().is_some_and(|tally| tally.ready == 3)
    });
    (window, folder, photos.join("restored"))
}

/// Paints a short stroke in the middle of the canvas.
fn mark_middle(window: &mut Window) {
    let middle = window.get_by_label("Canvas").rect().center();
    window.hover_at(middle);
    window.step();
    window.drag_at(middle);
    window.step();
    window.drop_at(middle + egui::vec2(30.0, 0.0));
    window.run_steps(3);
}

#[test]
fn a_folder_is_looked_over_restored_and_told_of_by_file() {
    let (mut window, folder, results) = dialog(6);
    let _ = window.get_by_label("Ready, with their masks: 3");
    let _ = window.get_by_label("Cannot be restored: 1");
    let why = window.query_by_label_contains("c.bmp: no mask c_m.*");
    assert!(why.is_some(), "it is said before anything begins");
    press(&mut window, "Restore them");
    until(&mut window, "the folder is restored", |s| {
        s.batches.run.as_ref().is_some_and(|run| run.ended)
    });
    let _ = window.get_by_label("4 photos: 3 restored, 1 failed");
    for name in ["a", "b", "d"] {
        let photo = |folder: &Path| {
            let photo = Photo::open(&folder.join(format!("{name}.bmp"))).expect("readable");
            photo.rgba8(photo.bounds())
        };
        let (before, after) = (photo(&folder.path().join("album")), photo(&results));
        let mask = Mask::open(&folder.path().join(format!("album/masks/{name}_m.png")));
        let mask = mask.expect("readable");
        let pixels = before.chunks_exact(4).zip(after.chunks_exact(4));
        let differs: Vec<bool> = pixels.map(|(a, b)| a != b).collect();
        let outside = differs.iter().zip(mask.data()).any(|(d, m)| *d && *m == 0);
        assert!(!outside, "{name}: what is not masked stays");
        assert!(differs.contains(&true), "{name}: it was restored");
    }
    assert!(!results.join("c.bmp").exists());
    press(&mut window, "Set up another");
    until(&mut window, "it is looked over again", |s| {
        s.batches.form.tally().is_some_and(|tally| tally.there == 3)
    });
    let start = window.get_by_role_and_label(Role::Button, "Restore them");
    assert!(
        start.accesskit_node().is_disabled(),
        "nothing is left to do"
    );
}

#[test]
fn a_folder_is_stopped_and_gone_on_with_while_the_window_stays_usable() {
    let (mut window, _folder, results) = dialog(6);
    // Long enough to be stopped on its way.
    adjust(&mut window, 900);
    press(&mut window, "Restore them");
    until(&mut window, "the first is on its way", |s| {
        let run = s.batches.run.as_ref();
        run.is_some_and(|run| run.progress.is_some())
    });
    press(&mut window, "Close");
    assert!(!state(&window).is_covered());
    // The window draws on its own photo meanwhile.
    mark_middle(&mut window);
    assert!(
        state(&window)
            .document
            .as_ref()
            .is_some_and(|d| d.masked() > 0)
    );
    press(&mut window, "Restoring a folder");
    assert!(state(&window).batches.open);
    press(&mut window, "Stop");
    until(&mut window, "it has stopped", |s| !s.batches.is_running());
    let run = state(&window).batches.run.as_ref().expect("told of");
    let left = run.count(|fate| *fate == Fate::Waits);
    assert!(left > 0, "{}", run.summary());
    let done = || {
        let entries = std::fs::read_dir(&results).into_iter().flatten();
        entries.count()
    };
    assert_eq!(done() + left, 3, "what was half drawn is not stored");
    adjust(&mut window, 6);
    press(&mut window, "Set up another");
    until(&mut window, "it is looked over again", |s| {
        s.batches
            .form
            .tally()
            .is_some_and(|tally| tally.ready == left)
    });
    press(&mut window, "Restore them");
    until(&mut window, "the rest is restored", |s| {
        s.batches.run.as_ref().is_some_and(|run| run.ended)
    });
    assert_eq!(done(), 3);
}

#[test]
fn one_mask_for_all_is_taken_from_the_canvas() {
    let (mut window, folder, _) = dialog(6);
    batch(&mut window, BatchCommand::Close);
    mark_middle(&mut window);
    batch(&mut window, BatchCommand::Show);
    until_still(&mut window, Role::RadioButton, "What is painted here");
    click(&mut window, Role::RadioButton, "What is painted here");
    assert_eq!(state(&window).batches.form.by, MaskChoice::Painted);
    let output = folder.path().join("elsewhere").display().to_string();
    batch(&mut window, BatchCommand::Path(BatchPath::Output, output));
    until(&mut window, "all four are ready", |s| {
        s.batches.form.tally().is_some_and(|tally| tally.ready == 4)
    });
    press(&mut window, "Restore them");
    until(&mut window, "the folder is restored", |s| {
        s.batches.run.as_ref().is_some_and(|run| run.ended)
    });
    let _ = window.get_by_label("4 photos: 4 restored");
}
