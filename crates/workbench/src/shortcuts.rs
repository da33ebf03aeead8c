//! The keyboard: from the keys of [`desk::Action`] to egui's, and back for choosing.

use desk::RecipeCommand;
use desk::ViewCommand;
use egui::{Context, Event, Key, KeyboardShortcut, Modifiers};

use desk::{Action, Command, Keys, MaskCommand, Overlay, OverlayCommand, State};

/// Names of keys that are reached with Shift on some keyboards and without on others.
const SHIFTED: [&str; 8] = [
    "Questionmark",
    "Exclamationmark",
    "Plus",
    "Colon",
    "Pipe",
    "Quote",
    "OpenCurlyBracket",
    "CloseCurlyBracket",
];

/// The combination as egui has it; `None` for a name that no key has.
fn shortcut(keys: &Keys) -> Option<KeyboardShortcut> {
    let mut modifiers = Modifiers::NONE;
    modifiers.command = keys.command;
    modifiers.shift = keys.shift;
    modifiers.alt = keys.alt;
    Some(KeyboardShortcut::new(modifiers, Key::from_name(&keys.key)?))
}

/// The keys that were pressed in this frame, while they are being chosen; Escape among them.
pub(crate) fn pressed(ctx: &Context) -> Option<Keys> {
    ctx.input_mut(|input| {
        let mut found = None;
        input.events.retain(|event| match event {
            Event::Key {
                key,
                pressed: true,
                modifiers,
                ..
            } if found.is_none() && !is_modifier(*key) => {
                found = Some(Keys {
                    command: modifiers.command,
                    shift: modifiers.shift && !SHIFTED.contains(&key.name()),
                    alt: modifiers.alt,
                    key: key.name().to_owned(),
                });
                false
            }
            // The letter itself must not reach anything either.
            Event::Text(_) | Event::Key { .. } => false,
            _ => true,
        });
        found
    })
}

fn is_modifier(key: Key) -> bool {
    let name = key.name();
    [
        "Shift", "Control", "Ctrl", "Alt", "Super", "Meta", "Command",
    ]
    .iter()
    .any(|held| name.starts_with(held))
}

/// Reads the keyboard. While a dialog or a menu is open, keys belong there.
pub(crate) fn read(ctx: &Context, state: &State, out: &mut Vec<Command>) {
    if egui::Popup::is_any_open(ctx) || !any_key(ctx) {
        return;
    }
    let cheat_sheet = state.overlay == Some(Overlay::CheatSheet);
    if state.takes_keys() && !cheat_sheet {
        return;
    }
    let typing = ctx.text_edit_focused();
    ctx.input_mut(|input| {
        for (keys, action) in table(state) {
            let command = &action.command;
            // The keys that open the cheat sheet close it.
            if cheat_sheet && *command != Command::Overlay(OverlayCommand::ShowCheatSheet) {
                continue;
            }
            // While text is typed, letters and undo belong to it.
            let of_text =
                !keys.modifiers.command || matches!(command, Command::Undo | Command::Redo);
            if typing && of_text {
                continue;
            }
            // Escape also gives up shapes: where there is nothing to stop it is theirs.
            let escape = keys.logical_key == Key::Escape && keys.modifiers.is_none();
            if escape && state.runs.asking {
                continue;
            }
            if escape && state.obstacle(command).is_some() {
                continue;
            }
            // A held bracket goes on growing the brush, but a held I must not flicker.
            let repeats = matches!(
                command,
                Command::Mask(MaskCommand::ResizeBrush(_))
                    | Command::View(ViewCommand::ZoomStep(_))
                    | Command::Recipe(RecipeCommand::Soften(_))
            );
            let count = input.count_and_consume_key(keys.modifiers, keys.logical_key);
            let wanted = if repeats { count } else { count.min(1) };
            out.extend(std::iter::repeat_n(command.clone(), wanted));
        }
    });
}

fn any_key(ctx: &Context) -> bool {
    ctx.input(|input| {
        let mut events = input.events.iter();
        events.any(|event| matches!(event, Event::Key { pressed: true, .. }))
    })
}

/// Every combination that is bound now. Those with more held keys come first, because egui
/// ignores additional Shift and Alt.
fn table(state: &State) -> Vec<(KeyboardShortcut, &'static Action)> {
    let mut table: Vec<_> = Action::all()
        .iter()
        .flat_map(|action| {
            let keys = state.preferences.keys.keys(action).into_iter();
            keys.map(move |keys| (keys, action))
        })
        .collect();
    table.sort_by_key(|(keys, _)| std::cmp::Reverse(keys.modifiers()));
    table
        .into_iter()
        .filter_map(|(keys, action)| Some((shortcut(&keys)?, action)))
        .collect()
}

/// Keys as they are written on this system.
pub(crate) fn spelled(ctx: &Context, keys: &Keys) -> String {
    let Some(shortcut) = shortcut(keys) else {
        return keys.to_string();
    };
    let name = shortcut.logical_key.name();
    let sign = match shortcut.logical_key.symbol_or_name() {
        "Escape" => "Esc",
        // The typefaces lack the arrows' signs.
        sign if sign.is_ascii() => sign,
        "−" => "−",
        _ => name,
    };
    let text = ctx.format_shortcut(&shortcut);
    match text.strip_suffix(name) {
        Some(held) => format!("{held}{sign}"),
        None => text,
    }
}

/// The keys of a command as they are bound now.
pub(crate) fn text(ctx: &Context, state: &State, command: &Command) -> Option<String> {
    let keys = state.preferences.keys.first(command)?;
    Some(spelled(ctx, &keys))
}

/// A name with the keys of its command, as tool tips show it.
pub(crate) fn named(ctx: &Context, state: &State, name: &str, command: &Command) -> String {
    match text(ctx, state, command) {
        Some(keys) => format!("{name}  ({keys})"),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_the_table_exists_under_its_own_name() {
        let state = State::default();
        let bound: usize = Action::all().iter().map(|action| action.keys.len()).sum();
        assert_eq!(table(&state).len(), bound);
        for action in Action::all() {
            for keys in state.preferences.keys.keys(action) {
                let key = Key::from_name(&keys.key).expect("it exists");
                assert_eq!(key.name(), keys.key, "so that what is pressed is found");
            }
        }
    }

    #[test]
    fn more_held_keys_come_first() {
        let table = table(&State::default());
        let at = |id: &str| table.iter().position(|(_, action)| action.id == id);
        assert!(at("edit.redo") < at("edit.undo"));
        assert!(at("file.save-as") < at("file.save"));
    }

    #[test]
    fn keys_that_are_written_with_shift_exist() {
        for name in SHIFTED {
            assert!(Key::from_name(name).is_some(), "{name}");
        }
    }
}
