//! Commands one after another: strokes, settings, undo, files, views.

use crate::mask::command::MaskCommand;
use crate::photo::command::ViewCommand;
use crate::recipe::command::RecipeCommand;
use crate::runs::RunCommand;
use crate::session::SessionCommand;
use engine::Preset;
use std::path::Path;

use crate::fixtures::requests::*;
use crate::fixtures::{draw, open_state, opened, outcome, square};
use crate::outside::Picked;
use crate::{
    Command, Dialog, Gesture, Purpose, Restored, Settings, ShellState as State, Show, Target, Task,
    Tone, Tool, Viewport,
};

fn mask_of(state: &State) -> Vec<u8> {
    state
        .document
        .as_ref()
        .map(|d| d.mask.data().to_vec())
        .unwrap_or_default()
}

fn adjust(state: &mut State, steps: usize, gesture: Gesture) {
    let next = Box::new(Settings {
        steps,
        ..state.settings.clone()
    });
    let _ = state.apply(Command::Recipe(RecipeCommand::Adjust { next, gesture }));
}

#[test]
fn strokes_are_undone_and_redone_pixel_for_pixel() {
    let mut state = open_state();
    let empty = mask_of(&state);
    draw(&mut state, &[(10.0, 10.0), (30.0, 12.0)]);
    let first = mask_of(&state);
    draw(&mut state, &[(20.0, 30.0), (22.0, 40.0), (50.0, 40.0)]);
    let second = mask_of(&state);
    assert!(first != empty && second != first);
    let _ = state.apply(Command::Undo);
    assert_eq!(mask_of(&state), first);
    let _ = state.apply(Command::Undo);
    assert_eq!(mask_of(&state), empty);
    assert!(state.apply(Command::Undo).is_empty());
    for expected in [&first, &second] {
        let _ = state.apply(Command::Redo);
        assert_eq!(&mask_of(&state), expected);
    }
}

#[test]
fn brush_and_eraser_have_sizes_of_their_own() {
    let mut state = open_state();
    let mut with = |tool, diameter: Option<f32>| {
        let _ = state.apply(Command::Mask(MaskCommand::ChooseTool(tool)));
        if let Some(diameter) = diameter {
            let _ = state.apply(Command::Mask(MaskCommand::BrushDiameter(diameter)));
        }
        state.brush.diameter
    };
    let first = with(Tool::Brush, Some(11.0));
    assert_eq!(with(Tool::Eraser, Some(40.0)), 40.0);
    assert_eq!(with(Tool::Pan, None), 40.0);
    assert_eq!(with(Tool::Brush, None), first);
    assert_eq!(with(Tool::Lasso, None), first);
    assert_eq!(with(Tool::Eraser, None), 40.0);
}

#[test]
fn the_eraser_takes_away_what_the_brush_put_down() {
    let mut state = open_state();
    draw(&mut state, &[(20.0, 20.0)]);
    assert!(state.document.as_ref().is_some_and(|d| d.masked() > 0));
    let _ = state.apply(Command::Mask(MaskCommand::ChooseTool(Tool::Eraser)));
    let _ = state.apply(Command::Mask(MaskCommand::BrushDiameter(60.0)));
    draw(&mut state, &[(20.0, 20.0)]);
    assert!(state.document.as_ref().is_some_and(|d| d.masked() == 0));
}

#[test]
fn a_straight_line_joins_the_last_point() {
    let mut state = open_state();
    draw(&mut state, &[(5.0, 24.0)]);
    let _ = state.apply(Command::Mask(MaskCommand::BeginStroke {
        at: (55.0, 24.0),
        opposite: false,
        straight: true,
    }));
    let _ = state.apply(Command::Mask(MaskCommand::EndStroke));
    let document = state.document.as_ref().expect("open");
    assert_ne!(document.mask.get(30, 24), 0, "the line between is painted");
    assert_eq!(document.last_point(), Some((55.0, 24.0)));
}

#[test]
fn only_the_changed_rectangle_is_dirty() {
    let mut state = open_state();
    let document = state.document.as_ref().expect("open");
    assert_eq!(
        document.mask_changed_since(0),
        Some(document.photo.bounds())
    );
    let seen = document.mask_revision();
    draw(&mut state, &[(30.0, 20.0), (31.0, 20.0)]);
    let document = state.document.as_ref().expect("open");
    let dirty = document.mask_changed_since(seen);
    let dirty = dirty.expect("something changed");
    assert!(
        dirty.contains(30, 20) && dirty.width < 16 && dirty.height < 16,
        "{dirty:?}"
    );
    let seen = document.mask_revision();
    assert_eq!(document.mask_changed_since(seen), None);
}

#[test]
fn a_job_keeps_the_mask_it_was_given() {
    let mut state = open_state();
    draw(&mut state, &[(10.0, 10.0)]);
    let requests = state.apply(Command::Runs(RunCommand::Restore));
    let job = &only::<Submit>(&requests).job;
    let given = job.mask.clone().expect("a mask");
    let before = given.data().to_vec();
    draw(&mut state, &[(40.0, 40.0)]);
    assert_eq!(given.data(), before);
    assert_ne!(mask_of(&state), before);
}

#[test]
fn inverting_and_clearing_can_be_undone() {
    let mut state = open_state();
    draw(&mut state, &[(10.0, 10.0)]);
    let painted = mask_of(&state);
    let _ = state.apply(Command::Mask(MaskCommand::Invert));
    let inverted = mask_of(&state);
    assert!(painted.iter().zip(&inverted).all(|(a, b)| a != b));
    let _ = state.apply(Command::Undo);
    assert_eq!(mask_of(&state), painted);
    let _ = state.apply(Command::Mask(MaskCommand::Clear));
    assert!(state.document.as_ref().is_some_and(|d| d.masked() == 0));
    assert!(state.obstacle(&Command::Mask(MaskCommand::Clear)).is_some());
    let _ = state.apply(Command::Undo);
    assert_eq!(mask_of(&state), painted);
}

#[test]
fn settings_and_strokes_share_one_history() {
    let mut state = open_state();
    draw(&mut state, &[(10.0, 10.0)]);
    let _ = state.apply(Command::Recipe(RecipeCommand::ChoosePreset(Preset::Best)));
    let _ = state.apply(Command::Recipe(RecipeCommand::ChooseTask(Task::Enlarge)));
    let _ = state.apply(Command::Undo);
    assert_eq!(state.settings.task, Task::Inpaint);
    assert_eq!(state.settings.steps, 20);
    let _ = state.apply(Command::Undo);
    assert_eq!(state.settings.steps, Settings::default().steps);
    let _ = state.apply(Command::Undo);
    assert!(state.document.as_ref().is_some_and(|d| d.masked() == 0));
    for _ in 0..3 {
        let _ = state.apply(Command::Redo);
    }
    assert_eq!(
        (state.settings.task, state.settings.steps),
        (Task::Enlarge, 12)
    );
}

#[test]
fn a_slider_drag_is_one_step() {
    let mut state = open_state();
    for steps in [51, 60, 75] {
        adjust(&mut state, steps, Gesture::Ongoing);
    }
    let _ = state.apply(Command::Recipe(RecipeCommand::EndGesture));
    adjust(&mut state, 80, Gesture::Once);
    let _ = state.apply(Command::Undo);
    assert_eq!(state.settings.steps, 75);
    let _ = state.apply(Command::Undo);
    assert_eq!(state.settings.steps, Settings::default().steps);
    assert!(!state.can_undo());
}

#[test]
fn another_action_ends_a_drag_that_never_ended() {
    let mut state = open_state();
    adjust(&mut state, 70, Gesture::Ongoing);
    draw(&mut state, &[(10.0, 10.0)]);
    let _ = state.apply(Command::Undo);
    assert_eq!(state.settings.steps, 70, "only the stroke is undone");
    let _ = state.apply(Command::Undo);
    assert_eq!(state.settings.steps, Settings::default().steps);
}

#[test]
fn undoing_a_prior_asks_for_its_description_again() {
    let mut state = open_state();
    let next = Box::new(Settings {
        prior: "gaussian".to_owned().into(),
        ..Settings::default()
    });
    let requests = state.apply(Command::Recipe(RecipeCommand::Adjust {
        next,
        gesture: Gesture::Once,
    }));
    assert!(is_only::<DescribePrior>(&requests));
    let requests = state.apply(Command::Undo);
    assert!(is_only::<DescribePrior>(&requests));
}

#[test]
fn painting_is_for_tasks_with_a_mask() {
    let mut state = open_state();
    let _ = state.apply(Command::Recipe(RecipeCommand::ChooseTask(Task::Deblur)));
    draw(&mut state, &[(10.0, 10.0)]);
    assert!(state.document.as_ref().is_some_and(|d| d.masked() == 0));
}

#[test]
fn painting_on_the_result_goes_back_to_the_original() {
    let mut state = open_state();
    let outcome = outcome(false, 3);
    if let Some(document) = &mut state.document {
        document.result = Some(Restored {
            photo: outcome.photo,
            report: outcome.report,
        });
    }
    let _ = state.apply(Command::View(ViewCommand::ChooseShow(Show::Restored)));
    assert_eq!(state.view.show, Show::Restored);
    draw(&mut state, &[(10.0, 10.0)]);
    assert_eq!(state.view.show, Show::Original);
    let _ = state.apply(Command::View(ViewCommand::ToggleCompare));
    assert_eq!(state.view.show, Show::Split);
    let _ = state.apply(Command::View(ViewCommand::ToggleCompare));
    assert_eq!(state.view.show, Show::Restored);
}

#[test]
fn comparing_needs_a_result() {
    let mut state = open_state();
    let _ = state.apply(Command::View(ViewCommand::ToggleCompare));
    let _ = state.apply(Command::View(ViewCommand::ChooseShow(Show::Split)));
    assert_eq!(state.view.show, Show::Original);
}

#[test]
fn a_fitted_picture_stays_fitted_when_the_canvas_changes() {
    let mut state = open_state();
    let viewport = Viewport {
        left: 0.0,
        top: 0.0,
        width: 400.0,
        height: 300.0,
        density: 1.0,
    };
    let _ = state.apply(Command::View(ViewCommand::Measured(viewport)));
    let fitted = state.view.zoom;
    let _ = state.apply(Command::View(ViewCommand::Measured(Viewport {
        width: 200.0,
        ..viewport
    })));
    assert!(state.view.zoom < fitted);
    let _ = state.apply(Command::View(ViewCommand::ZoomActual));
    let _ = state.apply(Command::View(ViewCommand::Measured(viewport)));
    assert!((state.view.zoom - 1.0).abs() < 1e-6);
}

#[test]
fn a_mask_of_another_size_is_refused_in_words() {
    let mut state = open_state();
    let _ = state.apply(Command::Session(SessionCommand::ShowDialog(
        Purpose::ImportMask,
    )));
    let _ = state.apply(Command::Session(SessionCommand::DialogPath(
        "/m.png".into(),
    )));
    assert!(is_only::<OpenMask>(
        &state.apply(Command::Session(SessionCommand::DialogAccept))
    ));
    state.mask_opened(Ok::<_, Broken>(square(10, 20)));
    let error = state
        .dialog
        .as_ref()
        .and_then(|d| d.error.clone())
        .expect("it says why");
    assert!(
        error.contains("10 × 20") && error.contains("64 × 48"),
        "{error}"
    );
    state.mask_opened(Ok::<_, Broken>(square(64, 48)));
    assert!(state.dialog.is_none());
    assert!(state.document.as_ref().is_some_and(|d| d.masked() == 100));
    let _ = state.apply(Command::Undo);
    assert!(state.document.as_ref().is_some_and(|d| d.masked() == 0));
}

fn export_dialog(original: &std::path::Path) -> State {
    let mut state = State::default();
    let opened = crate::session::Opened {
        source: crate::Source::File(original.to_owned()),
        ..opened()
    };
    let _ = state.arrived(opened);
    let outcome = outcome(false, 3);
    if let Some(document) = &mut state.document {
        document.result = Some(Restored {
            photo: outcome.photo,
            report: outcome.report,
        });
    }
    let _ = state.apply(Command::Session(SessionCommand::ShowDialog(
        Purpose::ExportPhoto,
    )));
    state
}

fn dialog(state: &State) -> &Dialog {
    state.dialog.as_ref().expect("a dialog is open")
}

#[test]
fn the_original_is_replaced_only_when_told_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let original = folder.path().join("old.PNG");
    std::fs::write(&original, b"x").expect("written");
    let mut state = export_dialog(&original);
    let suggested = folder.path().join("old-restored.png");
    assert_eq!(dialog(&state).full_path(), suggested);
    assert_eq!(dialog(&state).target, Target::Fine);

    let around = folder
        .path()
        .join(".")
        .join("old.PNG")
        .display()
        .to_string();
    let _ = state.apply(Command::Session(SessionCommand::DialogPath(around.clone())));
    assert_eq!(dialog(&state).target, Target::Original);
    assert!(
        state
            .apply(Command::Session(SessionCommand::DialogAccept))
            .is_empty()
    );
    let _ = state.apply(Command::Session(SessionCommand::DialogReplace(true)));
    // Permission is given for this file alone.
    let _ = state.apply(Command::Session(SessionCommand::DialogPath(
        suggested.display().to_string(),
    )));
    let _ = state.apply(Command::Session(SessionCommand::DialogPath(around)));
    assert!(
        state
            .apply(Command::Session(SessionCommand::DialogAccept))
            .is_empty()
    );
    let _ = state.apply(Command::Session(SessionCommand::DialogReplace(true)));
    assert!(is_only::<SaveFile>(
        &state.apply(Command::Session(SessionCommand::DialogAccept))
    ));
}

#[test]
fn a_file_that_appears_meanwhile_is_not_replaced() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut state = export_dialog(&folder.path().join("old.png"));
    let path = dialog(&state).full_path();
    std::fs::write(path, b"x").expect("written");
    assert!(
        state
            .apply(Command::Session(SessionCommand::DialogAccept))
            .is_empty()
    );
    assert_eq!(dialog(&state).target, Target::Existing);
}

#[test]
fn a_format_that_cannot_be_written_is_said_while_typing() {
    let mut state = export_dialog(std::path::Path::new("/photos/old.png"));
    let _ = state.apply(Command::Session(SessionCommand::DialogPath(
        "/photos/new.gif".into(),
    )));
    assert!(matches!(dialog(&state).target, Target::BadFormat(_)));
    assert!(
        state
            .apply(Command::Session(SessionCommand::DialogAccept))
            .is_empty()
    );
    let _ = state.apply(Command::Session(SessionCommand::DialogPath("  ".into())));
    assert_eq!(dialog(&state).target, Target::Nothing);
}

#[test]
fn a_failed_export_is_told_in_the_dialog() {
    let mut state = export_dialog(std::path::Path::new("/photos/old.png"));
    let _ = state.apply(Command::Session(SessionCommand::DialogPath(
        "/nowhere/new.png".into(),
    )));
    assert_eq!(
        state
            .apply(Command::Session(SessionCommand::DialogAccept))
            .len(),
        1
    );
    assert!(
        state
            .apply(Command::Session(SessionCommand::DialogAccept))
            .is_empty(),
        "one export at a time"
    );
    state.exported_as(Path::new("x.png"), Err("cannot write /nowhere/new.png"));
    assert_eq!(
        dialog(&state).error.as_deref(),
        Some("Cannot write /nowhere/new.png.")
    );
    state.exported_as(Path::new("/there/new.png"), Ok::<_, Broken>(()));
    assert!(state.dialog.is_none());
    assert!(
        state
            .notice
            .as_ref()
            .is_some_and(|n| n.tone == Tone::Success)
    );
}

#[test]
fn a_file_that_cannot_be_opened_leaves_the_photo_open() {
    let mut state = open_state();
    assert_eq!(
        state
            .apply(Command::Session(SessionCommand::OpenFile("/x.png".into())))
            .len(),
        1
    );
    state.not_opened(&"x.png cannot be decoded");
    assert!(state.document.is_some() && state.loading.is_none());
    assert!(state.notice.as_ref().is_some_and(|n| n.tone == Tone::Error));
    let _ = state.apply(Command::View(ViewCommand::DismissNotice));
    assert!(state.notice.is_none());
}

#[test]
fn browsing_fills_in_the_path_of_its_own_dialog_only() {
    let mut state = open_state();
    let _ = state.apply(Command::Session(SessionCommand::ShowDialog(
        Purpose::OpenPhoto,
    )));
    state.browsed(Purpose::ImportMask, Picked::Path("/m.png".into()));
    assert_eq!(dialog(&state).path, "");
    state.browsed(Purpose::OpenPhoto, Picked::Path("/p.png".into()));
    assert_eq!(dialog(&state).path, "/p.png");
    state.browsed(Purpose::OpenPhoto, Picked::Nothing);
    assert_eq!(
        dialog(&state).path,
        "/p.png",
        "cancelling keeps what was there"
    );
}
