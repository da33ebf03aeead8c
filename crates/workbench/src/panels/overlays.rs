//! What lies over the window for a moment: the palette, the cheat sheet and the settings.

mod cheat_sheet;
mod keyboard;
mod palette;
mod settings;

use egui::{Context, FontId, Modal, RichText, Ui};

use crate::theme;
use desk::{Command, Overlay, OverlayCommand, State};

/// Shows what lies over the window.
pub(crate) fn overlay_ui(ctx: &Context, state: &State, out: &mut Vec<Command>) {
    match &state.overlay {
        None => {}
        Some(Overlay::Palette(palette)) => palette::palette_ui(ctx, state, palette, out),
        Some(Overlay::CheatSheet) => cheat_sheet::cheat_sheet_ui(ctx, state, out),
        Some(Overlay::Settings(window)) => settings::settings_ui(ctx, state, window, out),
    }
}

/// A modal with our frame, in the middle of the window.
pub(super) fn modal(ctx: &Context, name: &'static str) -> Modal {
    let frame = egui::Frame::popup(&ctx.global_style())
        .fill(theme::PANEL.now())
        .inner_margin(egui::Margin::same(24));
    Modal::new(egui::Id::unique(name))
        .frame(frame)
        .backdrop_color(egui::Color32::from_black_alpha(150))
}

/// The title of a modal.
pub(super) fn title_ui(ui: &mut Ui, text: &str) {
    ui.label(
        RichText::new(text)
            .font(FontId::new(17.0, theme::semibold()))
            .color(theme::TEXT_STRONG.now()),
    );
}

fn close() -> Command {
    Command::Overlay(OverlayCommand::Close)
}
