//! What is compared with what.

use super::*;
use crate::Show;
use crate::photo::command::ViewCommand;

#[test]
fn any_two_pictures_can_be_compared() {
    let mut state = state();
    let compare = RunCommand::Compare(Manner::Difference);
    assert!(
        obstacle(&state, compare.clone()).is_some(),
        "nothing is there yet"
    );
    let ids = run_all(&mut state, &[0.2, 0.6]);
    let _ = apply(&mut state, RunCommand::Left(Side::Run(ids[0])));
    let _ = apply(&mut state, RunCommand::Right(Side::Run(ids[1])));
    let _ = apply(&mut state, compare);
    assert_eq!(state.view.show, Show::Split);
    let (left, right) = state.compared().expect("two pictures");
    let pixel = Rect::new(10, 10, 1, 1);
    assert_eq!((left.rgba8(pixel)[0], right.rgba8(pixel)[0]), (51, 153));
    let _ = apply(&mut state, RunCommand::Swap);
    assert_eq!(state.runs.comparison.left, Side::Run(ids[1]));
    assert!(obstacle(&state, RunCommand::Left(Side::Truth)).is_some());
    let names: Vec<String> = state.sides().into_iter().map(|(_, name)| name).collect();
    assert_eq!(names.len(), 4, "{names:?}");
}

#[test]
fn halves_are_shown_only_while_two_pictures_are_side_by_side() {
    let mut state = state();
    let _ = run_all(&mut state, &[0.2]);
    let _ = apply(&mut state, RunCommand::Compare(Manner::SideBySide));
    assert!(state.view.side_by_side);
    let _ = state.apply(Command::View(ViewCommand::ChooseShow(Show::Restored)));
    assert!(!state.view.side_by_side);
    let _ = state.apply(Command::View(ViewCommand::ToggleCompare));
    assert!(state.view.side_by_side, "the manner is remembered");
    let _ = state.apply(Command::Undo);
    assert!(
        !state.view.side_by_side,
        "without a result there is one picture"
    );
}

#[test]
fn the_spread_is_computed_when_it_is_wanted_and_again_when_a_candidate_joins() {
    let mut state = state();
    let _ = run_all(&mut state, &[0.2]);
    assert!(obstacle(&state, RunCommand::ToggleSpread).is_some());
    let ids = run_all(&mut state, &[0.2, 0.4]);
    let requests = apply(&mut state, RunCommand::ToggleSpread);
    let question = &only::<FindSpread>(&requests).0;
    assert_eq!(question.iter().map(|(id, _)| *id).collect::<Vec<_>>(), ids);
    let spread = Spread::over(question);
    state.spread_known(spread);
    let level = state
        .runs
        .spread
        .as_ref()
        .and_then(|spread| spread.at(10, 10));
    // The sample standard deviation of 51 and 102.
    assert!(
        level.is_some_and(|level| (level - 51.0 / 2f32.sqrt()).abs() < 1e-2),
        "{level:?}"
    );
    let _ = apply(&mut state, RunCommand::ToggleSpread);
    assert!(
        apply(&mut state, RunCommand::ToggleSpread).is_empty(),
        "it is known"
    );
    let _ = apply(&mut state, RunCommand::Delete(ids[0]));
    assert!(!state.runs.spread_visible, "one candidate cannot disagree");
}

#[test]
fn levels_are_counted_only_while_they_are_looked_at() {
    let mut state = state();
    let _ = run_all(&mut state, &[0.2]);
    assert!(state.refresh_histogram().is_none(), "the drawer is closed");
    let _ = apply(&mut state, RunCommand::Turn(Page::Quality));
    let request = state.refresh_histogram();
    let of = &the::<CountLevels>(request.as_ref()).0;
    assert!(state.refresh_histogram().is_none(), "it is being counted");
    let counted = Histogram::of(of);
    state.counted(of.clone(), Some(counted));
    assert!(state.refresh_histogram().is_none(), "it is known");
    let _ = state.apply(Command::View(ViewCommand::ChooseShow(Show::Original)));
    assert!(
        state.refresh_histogram().is_some(),
        "another picture is in front"
    );
}
