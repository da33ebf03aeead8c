//! The menu bar with the name of the photo, and the buttons for opening and exporting.

use desk::session::SessionCommand;
use egui::{Align, Layout, MenuBar, Panel, RichText, Ui};

use super::menus::menus_ui;
use super::steps_list::steps_list_ui;
use super::widgets::{command_button_ui, icon_button_ui, one_line};
use crate::{icons, theme};
use desk::{Command, Purpose, State};

/// Shows the top bar.
pub(crate) fn top_bar_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    let frame = egui::Frame::new().inner_margin(egui::Margin {
        left: 12,
        right: 8,
        top: 2,
        bottom: 2,
    });
    Panel::top("top_bar")
        .exact_size(theme::BAR)
        .frame(frame)
        .show(ui, |ui| {
            let whole = ui.max_rect();
            let menus = ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let name = RichText::new("Tweedie")
                    .font(egui::FontId::new(15.0, theme::semibold()))
                    .color(theme::ACCENT.now());
                ui.label(name);
                ui.add_space(8.0);
                let menus = MenuBar::new().ui(ui, |ui| {
                    menus_ui(ui, state, out);
                    // The bar itself takes all there is.
                    ui.cursor().left()
                });
                menus.inner
            });
            let right = egui::UiBuilder::new()
                .max_rect(whole)
                .layout(Layout::right_to_left(Align::Center));
            let buttons = ui.scope_builder(right, |ui| {
                let export = Command::Session(SessionCommand::ShowDialog(Purpose::ExportPhoto));
                command_button_ui(ui, state, (icons::EXPORT, "Export"), export, out);
                let open = Command::Session(SessionCommand::ShowDialog(Purpose::OpenPhoto));
                command_button_ui(ui, state, (icons::FOLDER_OPEN, "Open"), open, out);
                ui.add_space(8.0);
                ui.spacing_mut().item_spacing.x = 2.0;
                steps_list_ui(ui, state, out);
                icon_button_ui(ui, state, (icons::REDO, "Redo"), false, Command::Redo, out);
                icon_button_ui(ui, state, (icons::UNDO, "Undo"), false, Command::Undo, out);
                ui.min_rect().left()
            });
            let between = whole
                .with_min_x(menus.inner + 12.0)
                .with_max_x(buttons.inner - 12.0);
            name_ui(ui, state, whole.center(), between);
        });
}

/// The photo's name, in the middle of the bar as far as it does not stand in anything's way; not at
/// all where nothing could be read of it.
fn name_ui(ui: &Ui, state: &State, middle: egui::Pos2, room: egui::Rect) {
    const LEAST: f32 = 64.0;
    let Some(document) = state.document.as_ref().filter(|_| room.width() >= LEAST) else {
        return;
    };
    let font = egui::FontId::new(theme::BODY, theme::medium());
    let mark = if state.is_unsaved() { "•  " } else { "" };
    let name = format!("{mark}{}", document.source.name());
    let weak = theme::TEXT_WEAK.now();
    let galley = one_line(ui.painter(), &name, font, weak, room.width());
    let size = galley.size();
    let most = (room.right() - size.x).max(room.left());
    let left = (middle.x - size.x / 2.0).clamp(room.left(), most);
    let at = egui::pos2(left, middle.y - size.y / 2.0);
    ui.painter().galley(at, galley, weak);
}
