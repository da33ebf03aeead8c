//! What went wrong or is done, over the canvas, until it is dismissed. What is only good to know goes by
//! itself.

use desk::ViewCommand;
use egui::{Align2, Area, Button, Context, Order, RichText, Stroke, vec2};

use crate::{icons, theme};
use desk::{Command, Show, State, Tone};

/// Shows the notice, if there is one.
pub(crate) fn banner_ui(ctx: &Context, state: &State, out: &mut Vec<Command>) {
    let Some(notice) = &state.notice else { return };
    let (icon, color) = match notice.tone {
        Tone::Error => (icons::WARNING, theme::ERROR.now()),
        Tone::Info => (icons::INFO, theme::ACCENT.now()),
        Tone::Success => (icons::CHECK, theme::SUCCESS.now()),
    };
    let viewport = state.view.viewport;
    // Below the bar that chooses what is compared.
    let top = if state.view.show == Show::Split {
        62.0
    } else {
        16.0
    };
    let at = egui::pos2(viewport.left + viewport.width / 2.0, viewport.top + top);
    Area::new(egui::Id::unique("banner"))
        .order(Order::Middle)
        .fixed_pos(at)
        .pivot(Align2::CENTER_TOP)
        .show(ctx, |ui| {
            egui::Frame::new()
                .fill(theme::CARD.now())
                .stroke(Stroke::new(1.0, color))
                .corner_radius(theme::ROUNDING_LARGE)
                .shadow(ui.visuals().popup_shadow)
                .inner_margin(egui::Margin {
                    left: 12,
                    right: 6,
                    top: 6,
                    bottom: 6,
                })
                .show(ui, |ui| {
                    ui.horizontal(|ui| {
                        ui.label(RichText::new(icon).font(theme::icon(18.0)).color(color));
                        let room = (viewport.width - 140.0).clamp(120.0, 640.0);
                        ui.scope(|ui| {
                            ui.set_max_width(room);
                            ui.add(
                                egui::Label::new(
                                    RichText::new(&notice.text).color(theme::TEXT.now()),
                                )
                                .wrap(),
                            );
                        });
                        let close =
                            Button::new(RichText::new(icons::CLOSE).font(theme::icon(14.0)))
                                .frame_when_inactive(false)
                                .min_size(vec2(28.0, 28.0));
                        if ui.add(close).accessible_name("Dismiss").clicked() {
                            out.push(Command::View(ViewCommand::DismissNotice));
                        }
                    });
                });
        });
}
