//! Over the canvas while two pictures are compared: which two, and how.

use egui::{Align2, Area, Button, ComboBox, Context, Order, RichText, Stroke, Ui, vec2};

use super::widgets::{Segment, segments_ui};
use crate::{icons, theme};
use desk::{Command, Manner, RunCommand, Show, Side, State};

/// Width of the two pictures' names with what swaps them.
const SIDES: f32 = 296.0;

/// Shows the bar while two pictures are compared.
pub(crate) fn compare_bar_ui(ctx: &Context, state: &State, out: &mut Vec<Command>) {
    if state.view.show != Show::Split {
        return;
    }
    let viewport = state.view.viewport;
    let at = egui::pos2(viewport.left + viewport.width / 2.0, viewport.top + 10.0);
    Area::new(egui::Id::unique("compare bar"))
        .order(Order::Middle)
        .fixed_pos(at)
        .pivot(Align2::CENTER_TOP)
        .show(ctx, |ui| {
            egui::Frame::new()
                .fill(theme::PANEL.now())
                .stroke(Stroke::new(1.0, theme::LINE.now()))
                .corner_radius(theme::ROUNDING_LARGE)
                .inner_margin(egui::Margin::same(6))
                .show(ui, |ui| {
                    // On a narrow canvas one row would reach beyond it.
                    if viewport.height < 180.0 {
                        // Or over the whole picture.
                        manners_ui(ui, state, SIDES.min(viewport.width - 24.0), out);
                    } else if viewport.width < 620.0 {
                        ui.vertical_centered(|ui| {
                            ui.set_max_width(SIDES);
                            ui.horizontal(|ui| sides_ui(ui, state, out));
                            manners_ui(ui, state, SIDES, out);
                        });
                    } else {
                        ui.horizontal(|ui| {
                            sides_ui(ui, state, out);
                            manners_ui(ui, state, 270.0, out);
                        });
                    }
                });
        });
}

/// Which two pictures.
fn sides_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    let comparison = state.runs.comparison;
    side_ui(
        ui,
        state,
        "Left picture",
        comparison.left,
        RunCommand::Left,
        out,
    );
    let swap = Button::new(RichText::new(icons::ARROWS).font(theme::icon(16.0)))
        .frame_when_inactive(false)
        .min_size(vec2(28.0, 28.0));
    let swap = ui.add(swap).accessible_name("Swap the pictures");
    if swap.on_hover_text("Swap the pictures").clicked() {
        out.push(Command::Runs(RunCommand::Swap));
    }
    side_ui(
        ui,
        state,
        "Right picture",
        comparison.right,
        RunCommand::Right,
        out,
    );
}

/// How they are compared.
fn manners_ui(ui: &mut Ui, state: &State, width: f32, out: &mut Vec<Command>) {
    let comparison = state.runs.comparison;
    let manners = [
        ("Split", Manner::Split),
        ("Side by side", Manner::SideBySide),
        ("Difference", Manner::Difference),
    ];
    let segments = manners.map(|(text, manner)| Segment {
        obstacle: state.obstacle(&Command::Runs(RunCommand::Compare(manner))),
        ..Segment::new(text, comparison.manner == manner)
    });
    if let Some(index) = segments_ui(ui, width, &segments) {
        out.push(Command::Runs(RunCommand::Compare(manners[index].1)));
    }
}

fn side_ui(
    ui: &mut Ui,
    state: &State,
    name: &str,
    chosen: Side,
    command: impl Fn(Side) -> RunCommand,
    out: &mut Vec<Command>,
) {
    let response = ComboBox::from_id_salt(name)
        .width(126.0)
        .truncate()
        .selected_text(state.side_name(chosen))
        .show_ui(ui, |ui| {
            for (side, text) in state.sides() {
                if ui.selectable_label(side == chosen, text).clicked() {
                    out.push(Command::Runs(command(side)));
                }
            }
        })
        .response;
    let response = response.accessible_name(name);
    if let Some(differences) = state.comparison_in_words() {
        response.on_hover_text(differences);
    }
}
