//! What steps are called, and travelling through them.

use crate::fixtures::requests::*;
use crate::fixtures::{draw, open_state, square};
use crate::recipe::command::RecipeCommand;
use crate::{Command, MaskCommand, Tool};

#[test]
fn steps_are_called_what_they_did_and_can_be_travelled_to() {
    let mut state = open_state();
    let _ = state.apply(Command::Mask(MaskCommand::ChooseTool(Tool::Rectangle)));
    draw(&mut state, &[(4.0, 4.0), (14.0, 10.0)]);
    let _ = state.apply(Command::Mask(MaskCommand::ChooseTool(Tool::Eraser)));
    let _ = state.apply(Command::Mask(MaskCommand::BrushDiameter(4.0)));
    draw(&mut state, &[(8.0, 8.0)]);
    let _ = state.apply(Command::Mask(MaskCommand::Invert));
    let _ = state.apply(Command::Recipe(RecipeCommand::UseSeed(77)));
    let titles = |state: &crate::ShellState| state.history.titles();
    let all = ["Mark 10 × 6 px", "Erase 4 × 4 px", "Invert mask", "Seed 77"];
    assert_eq!(titles(&state), all);
    let whole = state.document.as_ref().expect("open").masked();

    let _ = state.apply(Command::TravelTo(1));
    assert_eq!(state.document.as_ref().expect("open").masked(), 60);
    assert_eq!((state.history.len(), titles(&state).len()), (1, 4));
    assert_eq!(
        titles(&state),
        all,
        "what is undone stays in the list, in order"
    );
    let _ = state.apply(Command::TravelTo(99));
    assert_eq!(state.document.as_ref().expect("open").masked(), whole);
    assert_eq!(state.settings.seed, 77);
    let _ = state.apply(Command::TravelTo(0));
    assert_eq!(state.document.as_ref().expect("open").masked(), 0);
}

#[test]
fn what_a_command_does_to_the_mask_is_called_after_it() {
    let mut state = open_state();
    let _ = state.apply(Command::Mask(MaskCommand::ChooseTool(Tool::Rectangle)));
    draw(&mut state, &[(10.0, 10.0), (30.0, 30.0)]);
    let _ = state.apply(Command::Mask(MaskCommand::ChooseTool(Tool::Eraser)));
    let _ = state.apply(Command::Mask(MaskCommand::BrushDiameter(4.0)));
    draw(&mut state, &[(20.0, 20.0)]);
    for command in [
        MaskCommand::FillHoles,
        MaskCommand::Grow(3),
        MaskCommand::Shrink(1),
    ] {
        let _ = state.apply(Command::Mask(command));
    }
    let _ = state.apply(Command::Mask(MaskCommand::ChooseTool(Tool::Finder)));
    let photo = state.document.as_ref().expect("open").photo.clone();
    let _ = state.scratches_found(&photo, Ok(square(64, 48)));
    let _ = state.apply(Command::Mask(MaskCommand::AcceptProposal));
    let _ = state.apply(Command::Mask(MaskCommand::Clear));
    state.mask_opened(Ok::<_, Broken>(square(64, 48)));
    let expected = [
        "Mark 20 × 20 px",
        "Erase 4 × 4 px",
        "Fill holes",
        "Grow mask",
        "Shrink mask",
        "Found scratches",
        "Clear mask",
        "Import mask",
    ];
    assert_eq!(state.history.titles(), expected);
}
