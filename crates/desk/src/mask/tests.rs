//! Shapes, the mask as a whole, and the scratch finder.

use crate::fixtures::requests::*;
use crate::fixtures::{draw, open_state, opened, photo, running, square};
use crate::mask::FindScratches;
use crate::session::Opened;
use crate::{Command, MaskCommand, RecipeCommand, Settings, ShellState as State, Tool};

fn masked(state: &State) -> usize {
    state.document.as_ref().map_or(0, crate::Document::masked)
}

fn mask(state: &mut State, command: MaskCommand) -> Requests {
    state.apply(Command::Mask(command))
}

fn press(state: &mut State, at: (f32, f32), opposite: bool) {
    let _ = state.apply(Command::Mask(MaskCommand::BeginStroke {
        at,
        straight: false,
        opposite,
    }));
}

fn click(state: &mut State, at: (f32, f32)) {
    press(state, at, false);
    let _ = state.apply(Command::Mask(MaskCommand::EndStroke));
}

fn outlined(state: &State) -> bool {
    state
        .document
        .as_ref()
        .is_some_and(|d| d.outline().is_some())
}

#[test]
fn a_rectangle_is_one_step_and_alt_erases_with_it() {
    let mut state = open_state();
    let _ = state.apply(Command::Mask(MaskCommand::ChooseTool(Tool::Rectangle)));
    draw(&mut state, &[(4.5, 4.5), (60.0, 40.0), (13.5, 9.5)]);
    assert_eq!(masked(&state), 10 * 6);
    press(&mut state, (0.0, 0.0), true);
    let _ = state.apply(Command::Mask(MaskCommand::ExtendStroke((9.0, 30.0))));
    assert_eq!(
        masked(&state),
        60,
        "nothing changes before the pointer is let go"
    );
    let _ = state.apply(Command::Mask(MaskCommand::EndStroke));
    assert_eq!(masked(&state), 5 * 6);
    let _ = state.apply(Command::Undo);
    assert_eq!(masked(&state), 60);
    let _ = state.apply(Command::Undo);
    assert_eq!(masked(&state), 0);
}

#[test]
fn alt_swaps_brush_and_eraser() {
    let mut state = open_state();
    press(&mut state, (20.0, 20.0), true);
    let _ = state.apply(Command::Mask(MaskCommand::EndStroke));
    assert_eq!(masked(&state), 0, "the brush erases");
    let _ = state.apply(Command::Mask(MaskCommand::ChooseTool(Tool::Eraser)));
    press(&mut state, (20.0, 20.0), true);
    let _ = state.apply(Command::Mask(MaskCommand::EndStroke));
    assert!(masked(&state) > 0, "the eraser paints");
}

#[test]
fn a_lasso_marks_what_it_goes_around() {
    let mut state = open_state();
    let _ = state.apply(Command::Mask(MaskCommand::ChooseTool(Tool::Lasso)));
    draw(
        &mut state,
        &[(10.0, 10.0), (30.0, 10.0), (30.0, 20.0), (10.0, 20.0)],
    );
    assert_eq!(masked(&state), 200);
}

#[test]
fn a_polygon_is_built_corner_by_corner_and_undone_likewise() {
    let mut state = open_state();
    let _ = state.apply(Command::Mask(MaskCommand::ChooseTool(Tool::Polygon)));
    for at in [
        (10.0, 10.0),
        (30.0, 10.0),
        (30.0, 20.0),
        (10.0, 20.0),
        (1.0, 47.0),
    ] {
        click(&mut state, at);
    }
    assert!(outlined(&state));
    assert_eq!(masked(&state), 0);
    let _ = state.apply(Command::Undo);
    let _ = mask(&mut state, MaskCommand::CloseShape);
    assert_eq!(
        masked(&state),
        200,
        "without the corner that was taken back"
    );
    let _ = state.apply(Command::Undo);
    assert_eq!(masked(&state), 0);

    click(&mut state, (5.0, 5.0));
    click(&mut state, (25.0, 5.0));
    let _ = mask(&mut state, MaskCommand::CancelShape);
    assert!(!outlined(&state));
    click(&mut state, (5.0, 5.0));
    let _ = mask(&mut state, MaskCommand::RemoveCorner);
    assert!(!outlined(&state));
    let unavailable = Command::Mask(MaskCommand::CloseShape);
    assert!(state.obstacle(&unavailable).is_some());
}

#[test]
fn another_tool_closes_the_open_shape() {
    let mut state = open_state();
    let _ = state.apply(Command::Mask(MaskCommand::ChooseTool(Tool::Polygon)));
    for at in [(10.0, 10.0), (30.0, 10.0), (30.0, 20.0)] {
        click(&mut state, at);
    }
    let _ = state.apply(Command::Mask(MaskCommand::ChooseTool(Tool::Brush)));
    assert!(!outlined(&state) && masked(&state) > 0);
}

#[test]
fn reshaping_stores_only_what_changed_and_is_undone() {
    let mut state = open_state();
    let grow = Command::Mask(MaskCommand::Grow(3));
    assert!(state.obstacle(&grow).is_some(), "there is nothing to grow");
    let _ = state.apply(Command::Mask(MaskCommand::ChooseTool(Tool::Rectangle)));
    draw(&mut state, &[(20.0, 20.0), (24.0, 24.0)]);
    let seen = state.document.as_ref().expect("open").mask_revision();
    let _ = state.apply(grow);
    let grown = masked(&state);
    assert!(grown > 16);
    let document = state.document.as_ref().expect("open");
    let rect = document.mask_changed_since(seen).expect("it has grown");
    assert_eq!(
        state.history.titles().last().map(String::as_str),
        Some("Grow mask")
    );
    assert_eq!((rect.width, rect.height), (10, 10));
    let _ = mask(&mut state, MaskCommand::Shrink(3));
    assert!(masked(&state) < grown);
    let _ = state.apply(Command::Undo);
    let _ = state.apply(Command::Undo);
    assert_eq!(masked(&state), 16);
    let steps = state.history.len();
    let _ = mask(&mut state, MaskCommand::FillHoles);
    assert_eq!(state.history.len(), steps, "nothing to fill is no step");
}

#[test]
fn the_edge_is_softened_a_pixel_at_a_time_and_undone() {
    let mut state = open_state();
    let [harder, softer] =
        [false, true].map(|softer| Command::Recipe(RecipeCommand::Soften(softer)));
    let obstacle = state.obstacle(&harder);
    assert_eq!(obstacle.as_deref(), Some("The edge is hard"));
    for _ in 0..3 {
        let _ = state.apply(softer.clone());
    }
    let _ = state.apply(harder);
    assert_eq!(state.settings.feather, 2);
    let _ = state.apply(Command::Undo);
    assert_eq!(state.settings.feather, 3);
    state.settings.feather = Settings::MOST_FEATHER;
    assert!(state.obstacle(&softer).is_some());
}

#[test]
fn the_finder_looks_once_at_a_time_and_adds_when_told() {
    let mut state = open_state();
    let requests = state.apply(Command::Mask(MaskCommand::ChooseTool(Tool::Finder)));
    let FindScratches { photo, search } = only(&requests);
    let accept = Command::Mask(MaskCommand::AcceptProposal);
    assert!(state.obstacle(&accept).is_some());
    let wider = imaging::ScratchSearch {
        width: 9,
        ..*search
    };
    assert!(
        mask(&mut state, MaskCommand::Search(wider)).is_empty(),
        "one at a time"
    );
    let again = state.scratches_found(photo, Ok(square(64, 48)));
    assert_eq!(only::<FindScratches>(&again).search, wider);
    assert!(state.scratches_found(photo, Ok(square(64, 48))).is_empty());
    assert_eq!(masked(&state), 0, "a proposal is no mark");
    let _ = state.apply(accept);
    assert_eq!(masked(&state), 100);
    assert_eq!(state.tool, Tool::Brush);
    let _ = state.apply(Command::Undo);
    assert_eq!(masked(&state), 0);
}

#[test]
fn what_is_no_scratch_is_taken_out_of_a_proposal_and_brought_back() {
    let mut state = open_state();
    let requests = state.apply(Command::Mask(MaskCommand::ChooseTool(Tool::Finder)));
    let FindScratches { photo, .. } = only(&requests);
    let mut found = square(64, 48);
    let _ = found.fill_rect(imaging::Rect::new(30, 30, 5, 4), imaging::Value::Paint);
    let _ = state.scratches_found(photo, Ok(found));
    let dismiss = |at| MaskCommand::Dismiss {
        from: at,
        to: at,
        reach: 2.0,
    };
    assert!(
        state
            .obstacle(&Command::Mask(MaskCommand::BringBack))
            .is_some()
    );
    let _ = mask(&mut state, dismiss((20.0, 30.0)));
    assert_eq!(state.finder.pixels, 120, "nothing is near");
    let _ = mask(&mut state, dismiss((13.0, 9.0)));
    assert_eq!(state.finder.pixels, 20, "the square is gone, all of it");
    let _ = mask(&mut state, dismiss((32.0, 32.0)));
    assert_eq!(state.finder.pixels, 0);
    let accept = Command::Mask(MaskCommand::AcceptProposal);
    assert!(state.obstacle(&accept).is_some());
    // Undo takes back what was done last, which was no step of the mask's.
    assert!(state.obstacle(&Command::Undo).is_none());
    let _ = state.apply(Command::Undo);
    assert_eq!(state.finder.pixels, 20);
    let _ = mask(&mut state, MaskCommand::BringBack);
    assert_eq!(state.finder.pixels, 120);
    assert!(state.obstacle(&Command::Undo).is_some());
    let _ = mask(&mut state, dismiss((32.0, 32.0)));
    let _ = state.apply(accept);
    assert_eq!(masked(&state), 100);
    let _ = state.apply(Command::Undo);
    assert_eq!(masked(&state), 0, "a step of the mask's again");
}

#[test]
fn scratches_of_a_closed_photo_or_tool_are_forgotten() {
    let mut state = open_state();
    let _ = state.apply(Command::Mask(MaskCommand::ChooseTool(Tool::Finder)));
    let other = Opened {
        photo: photo(32, 32),
        ..opened()
    };
    let first = state.document.as_ref().expect("open").photo.clone();
    let _ = state.arrived(other);
    let found = || Ok(square(64, 48));
    assert!(state.scratches_found(&first, found()).is_empty());
    assert!(state.finder.proposal.is_none() && !state.finder.busy);

    let requests = state.apply(Command::Mask(MaskCommand::ChooseTool(Tool::Finder)));
    assert_eq!(requests.len(), 1);
    let _ = state.apply(Command::Mask(MaskCommand::ChooseTool(Tool::Brush)));
    let photo = state.document.as_ref().expect("open").photo.clone();
    assert!(state.scratches_found(&photo, found()).is_empty());
    assert!(state.finder.proposal.is_none());
    let photo = state.document.as_ref().expect("open").photo.clone();
    let _ = state.apply(Command::Mask(MaskCommand::ChooseTool(Tool::Finder)));
    let _ = state.scratches_found(&photo, Err(Broken));
    assert!(state.notice.is_some() && !state.finder.busy);
}

#[test]
fn the_pointer_moves_the_picture_where_there_is_nothing_to_mark() {
    let mut state = open_state();
    let eraser = Command::Mask(MaskCommand::ChooseTool(Tool::Eraser));
    let _ = state.apply(eraser.clone());
    state.settings.task = crate::Task::Denoise;
    assert_eq!(state.tool_now(), Tool::Pan);
    assert!(state.obstacle(&eraser).is_some());
    assert!(
        state
            .obstacle(&Command::Mask(MaskCommand::ChooseTool(Tool::Pan)))
            .is_none()
    );
    state.settings.task = crate::Task::Inpaint;
    assert_eq!(
        state.tool_now(),
        Tool::Eraser,
        "and is what it was after that"
    );
    assert!(state.obstacle(&eraser).is_none());
}

#[test]
fn nothing_reshapes_the_mask_under_a_run() {
    let (mut state, _) = running();
    let before = masked(&state);
    for command in [MaskCommand::Grow(2), MaskCommand::FillHoles] {
        assert!(mask(&mut state, command).is_empty());
    }
    assert_eq!(masked(&state), before);
    let _ = mask(&mut state, MaskCommand::Opacity(7.0));
    assert_eq!(state.view.mask_opacity, 1.0, "looking is always allowed");
}

#[test]
fn inverting_in_the_middle_of_a_stroke_is_undone_cleanly() {
    for whole in [
        Command::Mask(MaskCommand::Invert),
        Command::Mask(MaskCommand::Clear),
    ] {
        let mut state = open_state();
        draw(&mut state, &[(40.0, 30.0), (50.0, 30.0)]);
        let before = state.document.as_ref().expect("open").mask.clone();
        press(&mut state, (10.0, 10.0), false);
        let _ = state.apply(Command::Mask(MaskCommand::ExtendStroke((20.0, 20.0))));
        let _ = state.apply(whole);
        let _ = state.apply(Command::Mask(MaskCommand::ExtendStroke((30.0, 20.0))));
        let _ = state.apply(Command::Mask(MaskCommand::EndStroke));
        let _ = state.apply(Command::Undo);
        let _ = state.apply(Command::Undo);
        assert_eq!(state.document.as_ref().expect("open").mask, before);
    }
}

#[test]
fn doing_again_gives_an_open_shape_up_and_forgets_nothing() {
    let mut state = open_state();
    draw(&mut state, &[(10.0, 10.0)]);
    let all = masked(&state);
    let _ = state.apply(Command::Undo);
    let _ = state.apply(Command::Mask(MaskCommand::ChooseTool(Tool::Polygon)));
    for at in [(30.0, 30.0), (40.0, 30.0), (40.0, 40.0)] {
        click(&mut state, at);
    }
    let _ = state.apply(Command::Redo);
    assert!(!outlined(&state));
    assert_eq!(masked(&state), all);
}
