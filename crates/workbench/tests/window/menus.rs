//! The menus: what they hold, what folds away, and that all of it can be reached in a small window.

use desk::{Action, Group, Overlay, Task};
use egui::accesskit::Role;
use egui::{Key, Order, vec2};
use egui_kittest::kittest::Queryable as _;
use workbench::Options;

use super::harness::{Window, state, window};

/// Presses a menu, or what is in it: of the same names the menu's stands first.
fn open(window: &mut Window, menu: &str) {
    let found = window.query_all_by_role_and_label(Role::Button, menu);
    let top = found.min_by(|a, b| a.rect().top().total_cmp(&b.rect().top()));
    top.unwrap_or_else(|| panic!("no {menu}")).click();
    window.run_steps(4);
}

#[test]
fn menus_hold_what_the_table_holds() {
    let mut window = window(Options::default());
    for path in [
        ["Run", "Preset", "Best"],
        ["Run", "What happened", "Remove noise"],
    ] {
        for name in path {
            open(&mut window, name);
        }
    }
    assert_eq!(state(&window).settings.task, Task::Denoise);
    assert_eq!(state(&window).settings.steps, 4);
    open(&mut window, "Help");
    open(&mut window, "Keyboard shortcuts");
    assert_eq!(state(&window).overlay, Some(Overlay::CheatSheet));
    window.key_press(Key::F1);
    window.run_steps(3);
    assert!(state(&window).overlay.is_none(), "its keys close it again");
}

/// An entry lies within the window as a whole. The menus come first: what else has the same name is beside the
/// picture, where it may be scrolled away.
fn check_place(window: &Window, name: &str) {
    let mut found = window.query_all_by_role_and_label(Role::Button, name);
    let at = found.next().unwrap_or_else(|| panic!("no {name}")).rect();
    let whole = window.ctx.content_rect();
    assert!(whole.contains_rect(at), "{name}: {at:?}");
    // What is scrolled out of a menu's sight does not lie over the window.
    let layer = window.ctx.layer_id_at(at.center());
    assert!(
        layer.is_some_and(|layer| layer.order == Order::Foreground),
        "{name} cannot be seen at {at:?}"
    );
}

#[test]
fn every_entry_can_be_reached_in_a_small_window() {
    let mut window = window(Options::default());
    window.set_size(vec2(1120.0, 640.0));
    window.run_steps(4);
    for group in Group::ALL {
        open(&mut window, group.title());
        let actions = Action::all().iter().filter(|action| action.group == group);
        let mut folds = Vec::new();
        for action in actions.clone() {
            match group.folded(action.section) {
                None => check_place(&window, action.name),
                Some(fold) if !folds.contains(&fold) => folds.push(fold),
                Some(_) => {}
            }
        }
        for fold in folds {
            check_place(&window, fold);
            open(&mut window, fold);
            let within = |action: &&Action| group.folded(action.section) == Some(fold);
            for action in actions.clone().filter(within) {
                check_place(&window, action.name);
            }
        }
        window.key_press(Key::Escape);
        window.run_steps(4);
        assert!(!egui::Popup::is_any_open(&window.ctx), "{}", group.title());
    }
}
