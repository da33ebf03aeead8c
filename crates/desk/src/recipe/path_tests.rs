//! A blur's path through the state: drawn, undone, kept; and the pen's pressure.

use crate::fixtures::requests::*;
use crate::fixtures::{draw, open_state};
use crate::mask::command::MaskCommand;
use crate::recipe::command::RecipeCommand;
use crate::session::SessionCommand;
use crate::{BlurKind, Command, Gesture, RunCommand, Settings, ShellState as State, Task};

fn drawing() -> State {
    let mut state = open_state();
    let mut next = Settings {
        task: Task::Deblur,
        ..state.settings.clone()
    };
    next.blur.kind = BlurKind::Path;
    let _ = state.apply(Command::Recipe(RecipeCommand::Adjust {
        next: Box::new(next),
        gesture: Gesture::Once,
    }));
    state
}

#[test]
fn a_drawn_path_is_one_step_and_leaves_the_mask_alone() {
    let mut state = drawing();
    let steps = state.history.len();
    assert!(
        state
            .obstacle(&Command::Runs(RunCommand::Restore))
            .is_some_and(|why| why.contains("Draw"))
    );
    draw(
        &mut state,
        &[(10.0, 10.0), (13.0, 10.0), (16.0, 10.0), (16.0, 14.0)],
    );
    assert_eq!(
        state.settings.blur.path,
        [(10.0, 10.0), (16.0, 10.0), (16.0, 14.0)]
    );
    assert_eq!(state.history.len(), steps + 1);
    assert_eq!(
        state.history.titles().last().map(String::as_str),
        Some("Draw a path")
    );
    assert_eq!(state.document.as_ref().expect("open").masked(), 0);
    assert_eq!(state.obstacle(&Command::Runs(RunCommand::Restore)), None);
    let chain = state.settings.recipe().operator.to_string();
    assert_eq!(chain, "motion-path:points=0 0;6 0;6 4");

    // Another replaces it; a click does not; undo brings the first one back.
    draw(&mut state, &[(5.0, 5.0), (5.0, 9.0)]);
    draw(&mut state, &[(30.0, 30.0)]);
    assert_eq!(state.settings.blur.path, [(5.0, 5.0), (5.0, 9.0)]);
    let _ = state.apply(Command::Undo);
    assert_eq!(state.settings.blur.path.len(), 3);
    let _ = state.apply(Command::Undo);
    assert!(state.settings.blur.path.is_empty());
    let _ = state.apply(Command::Redo);
    assert_eq!(state.settings.blur.path.len(), 3);
}

#[test]
fn a_path_too_long_for_any_kernel_is_refused_in_words() {
    let mut state = drawing();
    draw(&mut state, &[(0.0, 0.0), (4000.0, 0.0)]);
    assert!(state.settings.blur.path.is_empty());
    let notice = state.notice.clone().expect("it is said why");
    assert!(notice.text.contains("4000 px long"), "{}", notice.text);
}

#[test]
fn a_path_is_simulated_like_every_other_blur() {
    let mut state = drawing();
    let simulate = Command::Session(SessionCommand::Simulate);
    assert!(state.obstacle(&simulate).is_some(), "nothing is drawn yet");
    draw(&mut state, &[(10.0, 10.0), (16.0, 12.0)]);
    let requests = state.apply(simulate);
    let damage = requests.iter().find_map(BoxedRequest::downcast);
    let damage = damage.map(|SimulateDamage(damage)| damage);
    let operator = damage.expect("it is simulated").recipe.operator.to_string();
    assert_eq!(operator, "motion-path:points=0 0;6 2");
}

#[test]
fn settings_of_every_task_survive_a_session() {
    let mut state = drawing();
    draw(&mut state, &[(10.0, 10.0), (16.25, 12.5)]);
    for task in Task::ALL {
        let mut settings = state.settings.clone();
        settings.task = task;
        settings.photons = Some(30.0);
        settings.custom = "motion-path:points=0 0;3 1+jpeg:quality=9"
            .parse()
            .expect("valid");
        let json = serde_json::to_string(&settings).expect("plain values");
        let read: Settings = serde_json::from_str(&json).expect("its own form");
        assert_eq!(read.within_range(), settings);
    }
}

fn thickness(state: &State, x: usize) -> usize {
    let mask = &state.document.as_ref().expect("open").mask;
    (0..mask.height()).filter(|&y| mask.get(x, y) > 0).count()
}

#[test]
fn a_pen_that_is_pressed_harder_draws_a_wedge() {
    let mut state = open_state();
    let _ = state.apply(Command::Mask(MaskCommand::BrushDiameter(16.0)));
    let begin = Command::Mask(MaskCommand::BeginStroke {
        at: (8.0, 24.0),
        straight: false,
        opposite: false,
    });
    let _ = state.apply(Command::Mask(MaskCommand::Press(0.25)));
    let _ = state.apply(begin.clone());
    let _ = state.apply(Command::Mask(MaskCommand::Press(1.0)));
    let _ = state.apply(Command::Mask(MaskCommand::ExtendStroke((48.0, 24.0))));
    let thick: Vec<_> = [8, 18, 28, 38, 48].map(|x| thickness(&state, x)).to_vec();
    // A quarter of the brush, and at most a pixel more on either side as the wedge begins.
    assert!((4..=6).contains(&thick[0]) && thick[4] == 16, "{thick:?}");
    assert!(
        thick.is_sorted() && thick[1] < thick[2] && thick[2] < thick[3],
        "{thick:?}"
    );
    let _ = state.apply(Command::Mask(MaskCommand::EndStroke));
    assert_eq!(state.history.len(), 1, "one step");

    // What draws next is no pen.
    let _ = state.apply(Command::Undo);
    let _ = state.apply(begin);
    let _ = state.apply(Command::Mask(MaskCommand::EndStroke));
    assert_eq!(thickness(&state, 8), 16);
}
