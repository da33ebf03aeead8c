//! Changing the mask as a whole: a card that opens beside the tools.

use desk::session::SessionCommand;
use egui::{Button, Id, Popup, PopupCloseBehavior, RectAlign, RichText, Slider, Ui, Vec2};

use super::widgets::{command_button_ui, help_ui, name_ui, slider_ui};
use crate::{icons, theme};
use desk::{Command, MaskCommand, Purpose, State};

const WIDTH: f32 = 232.0;

/// Shows the button that opens the card, and the card while it is open.
pub(super) fn mask_card_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    let button = Button::new(RichText::new(icons::SLIDERS).font(theme::icon(18.0)))
        .frame_when_inactive(false)
        .min_size(Vec2::splat(36.0));
    let response = ui
        .add_enabled(state.document.is_some(), button)
        .accessible_name("Mask")
        .on_hover_text("Grow, shrink, fill, invert, clear, import and export the mask");
    Popup::menu(&response)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .align(RectAlign::RIGHT_START)
        .gap(8.0)
        .show(|ui| card_ui(ui, state, out));
}

fn card_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    ui.set_width(WIDTH);
    ui.spacing_mut().item_spacing.y = 6.0;
    name_ui(ui, "Reach");
    // How far to grow is a habit of the hand, not a part of the picture: it is not undone.
    let id = Id::unique("mask reach");
    let mut reach: usize = ui.data(|data| data.get_temp(id)).unwrap_or(2);
    let slider = Slider::new(&mut reach, 1..=MaskCommand::MOST).suffix(" px");
    if slider_ui(ui, "Reach", WIDTH, slider).changed() {
        ui.data_mut(|data| data.insert_temp(id, reach));
    }
    let mut pair = |ui: &mut Ui, entries: [(&str, &str, Command); 2]| {
        ui.horizontal(|ui| {
            for (icon, name, command) in entries {
                ui.scope(|ui| {
                    ui.set_width((WIDTH - theme::GAP) / 2.0);
                    command_button_ui(ui, state, (icon, name), command, out);
                });
            }
        });
    };
    let mask = Command::Mask;
    pair(
        ui,
        [
            (icons::GROW, "Grow", mask(MaskCommand::Grow(reach))),
            (icons::SHRINK, "Shrink", mask(MaskCommand::Shrink(reach))),
        ],
    );
    pair(
        ui,
        [
            (icons::FILL, "Fill holes", mask(MaskCommand::FillHoles)),
            (icons::INVERT, "Invert", Command::Mask(MaskCommand::Invert)),
        ],
    );
    pair(
        ui,
        [
            (
                icons::UPLOAD,
                "Import…",
                Command::Session(SessionCommand::ShowDialog(Purpose::ImportMask)),
            ),
            (
                icons::DOWNLOAD,
                "Export…",
                Command::Session(SessionCommand::ShowDialog(Purpose::ExportMask)),
            ),
        ],
    );
    command_button_ui(
        ui,
        state,
        (icons::TRASH, "Clear"),
        Command::Mask(MaskCommand::Clear),
        out,
    );
    ui.separator();
    name_ui(ui, "Overlay");
    let mut opacity = state.view.mask_opacity * 100.0;
    let slider = Slider::new(&mut opacity, 10.0..=100.0)
        .fixed_decimals(0)
        .suffix(" %");
    if slider_ui(ui, "Overlay", WIDTH, slider).changed() {
        out.push(mask(MaskCommand::Opacity(opacity / 100.0)));
    }
    help_ui(ui, "How strongly the mask covers the photo on the screen.");
}
