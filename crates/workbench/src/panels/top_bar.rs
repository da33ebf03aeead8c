//! The menu bar with the name of the photo, and the buttons for opening and exporting.

use egui::{Align, Button, Layout, MenuBar, Panel, RichText, Ui};

use super::widgets::{command_button_ui, icon_button_ui};
use crate::document::{Command, Purpose, Show, State, Tool};
use crate::{icons, shortcuts, theme};

/// Shows the top bar.
pub(crate) fn top_bar_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    let frame = egui::Frame::new()
        .fill(theme::PANEL)
        .inner_margin(egui::Margin {
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
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let name = RichText::new("Tweedie")
                    .font(egui::FontId::new(15.0, theme::semibold()))
                    .color(theme::ACCENT);
                ui.label(name);
                ui.add_space(8.0);
                MenuBar::new().ui(ui, |ui| menus_ui(ui, state, out));
            });
            if let Some(document) = &state.document {
                let font = egui::FontId::new(theme::BODY, theme::medium());
                let (at, align) = (whole.center(), egui::Align2::CENTER_CENTER);
                ui.painter()
                    .text(at, align, document.source.name(), font, theme::TEXT_WEAK);
            }
            let right = egui::UiBuilder::new()
                .max_rect(whole)
                .layout(Layout::right_to_left(Align::Center));
            ui.scope_builder(right, |ui| {
                let export = Command::ShowDialog(Purpose::ExportPhoto);
                command_button_ui(ui, state, (icons::EXPORT, "Export"), export, out);
                let open = Command::ShowDialog(Purpose::OpenPhoto);
                command_button_ui(ui, state, (icons::FOLDER_OPEN, "Open"), open, out);
                ui.add_space(8.0);
                ui.spacing_mut().item_spacing.x = 2.0;
                icon_button_ui(
                    ui,
                    state,
                    (icons::REDO, "Redo  (Ctrl+Shift+Z)"),
                    false,
                    Command::Redo,
                    out,
                );
                icon_button_ui(
                    ui,
                    state,
                    (icons::UNDO, "Undo  (Ctrl+Z)"),
                    false,
                    Command::Undo,
                    out,
                );
            });
        });
}

fn menus_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    ui.menu_button("File", |ui| {
        entry_ui(
            ui,
            state,
            "Open…",
            Command::ShowDialog(Purpose::OpenPhoto),
            out,
        );
        entry_ui(
            ui,
            state,
            "Open the demo photograph",
            Command::OpenDemo,
            out,
        );
        ui.separator();
        entry_ui(
            ui,
            state,
            "Export…",
            Command::ShowDialog(Purpose::ExportPhoto),
            out,
        );
        ui.separator();
        entry_ui(ui, state, "Quit", Command::Quit, out);
    });
    ui.menu_button("Edit", |ui| {
        entry_ui(ui, state, "Undo", Command::Undo, out);
        entry_ui(ui, state, "Redo", Command::Redo, out);
        ui.separator();
        entry_ui(ui, state, "Brush", Command::ChooseTool(Tool::Brush), out);
        entry_ui(ui, state, "Eraser", Command::ChooseTool(Tool::Eraser), out);
        entry_ui(ui, state, "Pan", Command::ChooseTool(Tool::Pan), out);
        entry_ui(ui, state, "Larger brush", Command::ResizeBrush(true), out);
        entry_ui(ui, state, "Smaller brush", Command::ResizeBrush(false), out);
    });
    ui.menu_button("Mask", |ui| {
        entry_ui(ui, state, "Invert", Command::InvertMask, out);
        entry_ui(ui, state, "Clear", Command::ClearMask, out);
        let name = if state.view.mask_visible {
            "Hide"
        } else {
            "Show"
        };
        entry_ui(ui, state, name, Command::ToggleMask, out);
        ui.separator();
        entry_ui(
            ui,
            state,
            "Import…",
            Command::ShowDialog(Purpose::ImportMask),
            out,
        );
        entry_ui(
            ui,
            state,
            "Export…",
            Command::ShowDialog(Purpose::ExportMask),
            out,
        );
    });
    ui.menu_button("View", |ui| {
        entry_ui(ui, state, "Fit picture", Command::ZoomFit, out);
        entry_ui(ui, state, "Actual size", Command::ZoomActual, out);
        entry_ui(ui, state, "Zoom in", Command::ZoomStep(true), out);
        entry_ui(ui, state, "Zoom out", Command::ZoomStep(false), out);
        ui.separator();
        entry_ui(
            ui,
            state,
            "Original",
            Command::ChooseShow(Show::Original),
            out,
        );
        entry_ui(ui, state, "Compare", Command::ToggleCompare, out);
        entry_ui(
            ui,
            state,
            "Restored",
            Command::ChooseShow(Show::Restored),
            out,
        );
        ui.separator();
        let name = if state.view.drawer_open {
            "Hide run details"
        } else {
            "Show run details"
        };
        entry_ui(ui, state, name, Command::ToggleDrawer, out);
    });
    ui.menu_button("Run", |ui| {
        entry_ui(ui, state, "Restore", Command::Restore, out);
        entry_ui(ui, state, "Pause or go on", Command::TogglePause, out);
        entry_ui(ui, state, "Stop", Command::Stop, out);
    });
}

fn entry_ui(ui: &mut Ui, state: &State, name: &str, command: Command, out: &mut Vec<Command>) {
    ui.set_min_width(200.0);
    let obstacle = state.obstacle(&command);
    let mut button = Button::new(name);
    if let Some(keys) = shortcuts::text(ui.ctx(), &command) {
        button = button.shortcut_text(RichText::new(keys).color(theme::TEXT_WEAK));
    }
    let mut response = ui.add_enabled(obstacle.is_none(), button);
    if let Some(reason) = obstacle {
        response = response.on_disabled_hover_text(reason);
    }
    if response.clicked() {
        out.push(command);
    }
}
