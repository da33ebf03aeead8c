//! The menu bar with the name of the photo, and the buttons for opening and exporting.

use egui::{Align, Button, Layout, MenuBar, Panel, RichText, Ui};

use super::steps_list::steps_list_ui;
use super::widgets::{command_button_ui, icon_button_ui};
use crate::document::{Command, MaskCommand, Purpose, Show, State, Tool};
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
                steps_list_ui(ui, state, out);
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

/// What is in a menu; `None` draws a line.
type Entries = Vec<Option<(&'static str, Command)>>;

/// The menus in their order.
fn menus(state: &State) -> [(&'static str, Entries); 5] {
    let shown = |now: bool, hide: &'static str, show: &'static str| if now { hide } else { show };
    let mask = shown(state.view.mask_visible, "Hide", "Show");
    let drawer = shown(
        state.view.drawer_open,
        "Hide run details",
        "Show run details",
    );
    let file = vec![
        Some(("Open…", Command::ShowDialog(Purpose::OpenPhoto))),
        Some(("Open the demo photograph", Command::OpenDemo)),
        None,
        Some(("Export…", Command::ShowDialog(Purpose::ExportPhoto))),
        None,
        Some(("Quit", Command::Quit)),
    ];
    let edit = vec![
        Some(("Undo", Command::Undo)),
        Some(("Redo", Command::Redo)),
        None,
        Some(("Brush", Command::ChooseTool(Tool::Brush))),
        Some(("Eraser", Command::ChooseTool(Tool::Eraser))),
        Some(("Rectangle", Command::ChooseTool(Tool::Rectangle))),
        Some(("Lasso", Command::ChooseTool(Tool::Lasso))),
        Some(("Polygon", Command::ChooseTool(Tool::Polygon))),
        Some(("Scratch finder", Command::ChooseTool(Tool::Finder))),
        Some(("Pan", Command::ChooseTool(Tool::Pan))),
        Some(("Larger brush", Command::ResizeBrush(true))),
        Some(("Smaller brush", Command::ResizeBrush(false))),
    ];
    let mask = vec![
        Some(("Invert", Command::InvertMask)),
        Some(("Clear", Command::ClearMask)),
        Some(("Fill holes", Command::Mask(MaskCommand::FillHoles))),
        Some((mask, Command::ToggleMask)),
        None,
        Some(("Import…", Command::ShowDialog(Purpose::ImportMask))),
        Some(("Export…", Command::ShowDialog(Purpose::ExportMask))),
    ];
    [
        ("File", file),
        ("Edit", edit),
        ("Mask", mask),
        ("View", view_menu(drawer)),
        ("Run", run_menu()),
    ]
}

fn view_menu(drawer: &'static str) -> Entries {
    vec![
        Some(("Fit picture", Command::ZoomFit)),
        Some(("Actual size", Command::ZoomActual)),
        Some(("Zoom in", Command::ZoomStep(true))),
        Some(("Zoom out", Command::ZoomStep(false))),
        None,
        Some(("Original", Command::ChooseShow(Show::Original))),
        Some(("Compare", Command::ToggleCompare)),
        Some(("Restored", Command::ChooseShow(Show::Restored))),
        None,
        Some((drawer, Command::ToggleDrawer)),
    ]
}

fn run_menu() -> Entries {
    vec![
        Some(("Restore", Command::Restore)),
        Some(("Pause or go on", Command::TogglePause)),
        Some(("Stop", Command::Stop)),
    ]
}

fn menus_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    for (title, entries) in menus(state) {
        ui.menu_button(title, |ui| {
            for entry in entries {
                match entry {
                    Some((name, command)) => entry_ui(ui, state, name, command, out),
                    None => {
                        ui.separator();
                    }
                }
            }
        });
    }
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
