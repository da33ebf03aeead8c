//! The tools at the left.

use desk::MaskCommand;
use desk::ViewCommand;
use egui::scroll_area::ScrollBarVisibility;
use egui::{Panel, ScrollArea, Ui};

use super::mask_card::mask_card_ui;
use super::widgets::icon_button_ui;
use crate::{icons, theme};
use desk::{Command, State, Tool};

/// Shows the tool rail.
pub(crate) fn rail_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    let frame = egui::Frame::new().inner_margin(egui::Margin::same(8));
    Panel::left("rail")
        .exact_size(theme::RAIL)
        .resizable(false)
        .frame(frame)
        .show(ui, |ui| {
            // In a low window the last of them are below its end.
            ScrollArea::vertical()
                .scroll_bar_visibility(ScrollBarVisibility::AlwaysHidden)
                .show(ui, |ui| tools_ui(ui, state, out));
        });
}

fn tools_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    ui.spacing_mut().item_spacing.y = 4.0;
    let tools = [
        (icons::BRUSH, "Brush", Tool::Brush),
        (icons::ERASER, "Eraser", Tool::Eraser),
        (icons::RECTANGLE, "Rectangle", Tool::Rectangle),
        (icons::LASSO, "Lasso", Tool::Lasso),
        (icons::POLYGON, "Polygon", Tool::Polygon),
        (icons::WAND, "Scratch finder", Tool::Finder),
        (icons::HAND, "Pan", Tool::Pan),
    ];
    for (icon, name, tool) in tools {
        let command = Command::Mask(MaskCommand::ChooseTool(tool));
        let lit = state.tool_now() == tool;
        icon_button_ui(ui, state, (icon, name), lit, command, out);
    }
    ui.add_space(4.0);
    ui.separator();
    ui.add_space(4.0);
    mask_card_ui(ui, state, out);
    let (icon, name) = if state.view.mask_visible {
        (icons::EYE, "Hide mask")
    } else {
        (icons::EYE_SLASH, "Show mask")
    };
    icon_button_ui(
        ui,
        state,
        (icon, name),
        false,
        Command::View(ViewCommand::ToggleMask),
        out,
    );
}
