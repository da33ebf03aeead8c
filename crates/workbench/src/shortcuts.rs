//! Keys and the commands they mean; menus show them, so there is one table for both.

use egui::{Context, Key, KeyboardShortcut, Modifiers};

use crate::document::{Command, Purpose, State, Tool};

/// Every shortcut. Where two differ only by Shift, the one with Shift comes first, because egui
/// ignores additional modifiers.
fn table() -> Vec<(KeyboardShortcut, Command)> {
    let ctrl = |key| KeyboardShortcut::new(Modifiers::COMMAND, key);
    let shift = |key| KeyboardShortcut::new(Modifiers::COMMAND | Modifiers::SHIFT, key);
    let plain = |key| KeyboardShortcut::new(Modifiers::NONE, key);
    vec![
        (ctrl(Key::O), Command::ShowDialog(Purpose::OpenPhoto)),
        (ctrl(Key::E), Command::ShowDialog(Purpose::ExportPhoto)),
        (ctrl(Key::S), Command::ShowDialog(Purpose::ExportPhoto)),
        (ctrl(Key::Q), Command::Quit),
        (shift(Key::Z), Command::Redo),
        (ctrl(Key::Y), Command::Redo),
        (ctrl(Key::Z), Command::Undo),
        (ctrl(Key::Num0), Command::ZoomFit),
        (ctrl(Key::Num1), Command::ZoomActual),
        (ctrl(Key::Plus), Command::ZoomStep(true)),
        (ctrl(Key::Equals), Command::ZoomStep(true)),
        (ctrl(Key::Minus), Command::ZoomStep(false)),
        (ctrl(Key::Enter), Command::Restore),
        (plain(Key::Escape), Command::Stop),
        (plain(Key::B), Command::ChooseTool(Tool::Brush)),
        (plain(Key::E), Command::ChooseTool(Tool::Eraser)),
        (plain(Key::R), Command::ChooseTool(Tool::Rectangle)),
        (plain(Key::L), Command::ChooseTool(Tool::Lasso)),
        (plain(Key::P), Command::ChooseTool(Tool::Polygon)),
        (plain(Key::D), Command::ChooseTool(Tool::Finder)),
        (plain(Key::H), Command::ChooseTool(Tool::Pan)),
        (plain(Key::OpenBracket), Command::ResizeBrush(false)),
        (plain(Key::CloseBracket), Command::ResizeBrush(true)),
        (plain(Key::I), Command::InvertMask),
        (plain(Key::M), Command::ToggleMask),
        (plain(Key::C), Command::ToggleCompare),
        (ctrl(Key::D), Command::ToggleDrawer),
    ]
}

/// Reads the keyboard. While a dialog or a menu is open, keys belong there.
pub(crate) fn read(ctx: &Context, state: &State, out: &mut Vec<Command>) {
    if state.dialog.is_some() || state.import.is_some() || egui::Popup::is_any_open(ctx) {
        return;
    }
    let typing = ctx.text_edit_focused();
    ctx.input_mut(|input| {
        for (keys, command) in table() {
            // While text is typed, letters and undo belong to it.
            let of_text =
                !keys.modifiers.command || matches!(command, Command::Undo | Command::Redo);
            if typing && of_text {
                continue;
            }
            // A held bracket goes on growing the brush, but a held I must not flicker.
            let repeats = matches!(command, Command::ResizeBrush(_) | Command::ZoomStep(_));
            let count = input.count_and_consume_key(keys.modifiers, keys.logical_key);
            let wanted = if repeats { count } else { count.min(1) };
            out.extend(std::iter::repeat_n(command, wanted));
        }
    });
}

/// The shortcut of a command as shown in menus.
pub(crate) fn text(ctx: &Context, command: &Command) -> Option<String> {
    table()
        .into_iter()
        .find(|(_, bound)| bound == command)
        .map(|(keys, _)| ctx.format_shortcut(&keys))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_shortcut_means_two_things() {
        let table = table();
        for (index, (keys, _)) in table.iter().enumerate() {
            assert!(
                !table[..index].iter().any(|(other, _)| other == keys),
                "{keys:?}"
            );
        }
    }
}
