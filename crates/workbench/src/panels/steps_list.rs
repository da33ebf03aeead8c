//! Every step that can be undone or done again, as a list to travel in.

use egui::{Button, Popup, PopupCloseBehavior, RichText, ScrollArea, Ui, Vec2};

use super::widgets::help_ui;
use crate::{icons, theme};
use desk::{Command, State};

const WIDTH: f32 = 240.0;

/// Shows the button that opens the list, and the list while it is open.
pub(super) fn steps_list_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    let caret = RichText::new(icons::CARET_DOWN).font(theme::icon(12.0));
    let button = Button::new(caret)
        .frame_when_inactive(false)
        .min_size(Vec2::new(20.0, 36.0));
    let any = state.can_undo() || state.history.can_redo();
    let response = ui
        .add_enabled(any, button)
        .accessible_name("Steps")
        .on_hover_text("All steps, done and undone")
        .on_disabled_hover_text("Nothing was done yet");
    Popup::menu(&response)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .show(|ui| list_ui(ui, state, out));
}

fn list_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    ui.set_width(WIDTH);
    help_ui(ui, "Choose a step to go back to it, or forward again.");
    let done = state.history.len();
    let titles = std::iter::once("As opened".to_owned()).chain(state.history.titles());
    ScrollArea::vertical().max_height(360.0).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        for (index, title) in titles.enumerate() {
            let text = if index > done {
                RichText::new(title).color(theme::TEXT_WEAK.now()).italics()
            } else {
                RichText::new(title)
            };
            let button = Button::new(text)
                .selected(index == done)
                .frame_when_inactive(index == done)
                .min_size(Vec2::new(WIDTH - 12.0, 26.0));
            let response = ui.add(button);
            if index == done {
                response.scroll_to_me(None);
            } else if response.clicked() {
                out.push(Command::TravelTo(index));
            }
        }
    });
}
