//! Asks what is meant by painting while a run is on.

use egui::{Align2, Area, Button, Context, Order, RichText, Stroke, vec2};

use crate::panels::widgets::escaped;
use crate::theme;
use desk::{Command, RunCommand, State};

/// Shows the question while it is open.
pub(crate) fn ask_ui(ctx: &Context, state: &State, out: &mut Vec<Command>) {
    if !state.runs.asking || state.run.is_none() {
        return;
    }
    let viewport = state.view.viewport;
    let at = egui::pos2(viewport.left + viewport.width / 2.0, viewport.top + 64.0);
    let mut push = |command| out.push(Command::Runs(command));
    if escaped(ctx) {
        push(RunCommand::KeepRunning);
    }
    Area::new(egui::Id::unique("ask to edit"))
        .order(Order::Middle)
        .fixed_pos(at)
        .pivot(Align2::CENTER_TOP)
        .show(ctx, |ui| {
            egui::Frame::new()
                .fill(theme::CARD.now())
                .stroke(Stroke::new(1.0, theme::ACCENT.now()))
                .corner_radius(theme::ROUNDING_LARGE)
                .shadow(ui.visuals().popup_shadow)
                .inner_margin(egui::Margin::same(12))
                .show(ui, |ui| {
                    ui.set_max_width(460.0);
                    let waiting = state.runs.queue.len();
                    let text = if waiting == 0 {
                        "A restoration is running with the mask as it was. Mark more for the next one \
                         meanwhile, or stop it?"
                            .to_owned()
                    } else {
                        format!(
                            "A restoration is running with the mask as it was, and {waiting} more \
                             wait. Mark more for the next one meanwhile, or stop them all?"
                        )
                    };
                    ui.label(RichText::new(text).color(theme::TEXT.now()));
                    ui.horizontal(|ui| {
                        let size = vec2(120.0, 30.0);
                        let name = "Mark for the next run";
                        let text = RichText::new(name).color(theme::ON_ACCENT.now());
                        let mark = Button::new(text).fill(theme::ACCENT.now()).min_size(size);
                        if ui.add(mark).accessible_name(name).clicked() {
                            push(RunCommand::MarkMeanwhile);
                        }
                        let others = [
                            ("Stop and edit", RunCommand::StopAndEdit),
                            ("Keep running", RunCommand::KeepRunning),
                        ];
                        for (name, command) in others {
                            if ui.add(Button::new(name).min_size(size)).clicked() {
                                push(command);
                            }
                        }
                    });
                });
        });
}
