//! The tour of the first start: four hints beside what they speak of.

use desk::MaskCommand;
use desk::RunCommand;
use egui::{
    Align, Align2, Area, Button, Context, FontId, Id, Layout, Order, Pos2, RichText, Stroke, Ui,
    pos2,
};

use super::widgets::escaped;
use crate::{shortcuts, theme};
use desk::{Command, HINTS, OverlayCommand, Source, State, Tool, Viewport};

struct Hint {
    title: &'static str,
    text: String,
    at: Pos2,
    pivot: Align2,
}

/// Shows the hint of the tour, if it is under way.
pub(crate) fn tour_ui(ctx: &Context, state: &State, out: &mut Vec<Command>) {
    let Some(index) = state.tour else { return };
    if state.is_covered() {
        return;
    }
    if escaped(ctx) {
        out.push(Command::Overlay(OverlayCommand::EndTour));
    }
    let hint = hint(ctx, state, index);
    Area::new(Id::unique("tour"))
        .order(Order::Middle)
        .fixed_pos(hint.at)
        .pivot(hint.pivot)
        .show(ctx, |ui| {
            egui::Frame::new()
                .fill(theme::PANEL.now())
                .stroke(Stroke::new(1.0, theme::ACCENT.now()))
                .corner_radius(theme::ROUNDING_LARGE)
                .shadow(ui.visuals().popup_shadow)
                .inner_margin(egui::Margin::same(16))
                .show(ui, |ui| {
                    ui.set_width(300.0);
                    hint_ui(ui, index, &hint, out);
                });
        });
}

fn hint_ui(ui: &mut Ui, index: usize, hint: &Hint, out: &mut Vec<Command>) {
    let font = FontId::new(theme::QUESTION, theme::semibold());
    ui.label(
        RichText::new(hint.title)
            .font(font)
            .color(theme::TEXT_STRONG.now()),
    );
    ui.label(RichText::new(&hint.text).color(theme::TEXT.now()));
    ui.add_space(4.0);
    ui.horizontal(|ui| {
        let place = format!("{} of {HINTS}", index + 1);
        ui.label(
            RichText::new(place)
                .size(theme::SMALL)
                .color(theme::TEXT_WEAK.now()),
        );
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let last = index + 1 == HINTS;
            let name = if last { "Done" } else { "Next" };
            let text = RichText::new(name).color(theme::ON_ACCENT.now());
            if ui
                .add(Button::new(text).fill(theme::ACCENT.now()))
                .clicked()
            {
                out.push(Command::Overlay(OverlayCommand::NextHint));
            }
            let skip = Button::new("Skip the tour").frame_when_inactive(false);
            if !last && ui.add(skip).clicked() {
                out.push(Command::Overlay(OverlayCommand::EndTour));
            }
        });
    });
}

fn is_demo(state: &State) -> bool {
    let document = state.document.as_ref();
    document.is_some_and(|document| document.source == Source::Demo)
}

fn hint(ctx: &Context, state: &State, index: usize) -> Hint {
    // In a sentence one space is enough.
    let named = |text: &str, command: &Command| {
        shortcuts::named(ctx, state, text, command).replace("  (", " (")
    };
    let Viewport {
        left,
        top,
        width,
        height,
        ..
    } = state.view.viewport;
    let (right, bottom) = (left + width, top + height);
    // Below the banner, so that neither hides the other.
    let top = top + if state.notice.is_some() { 72.0 } else { 16.0 };
    match index {
        0 => Hint {
            title: "Paint over the damage",
            text: format!(
                "The tools are here: {}, {}. What is not painted stays as it is, bit for bit.{}",
                named(
                    "brush",
                    &Command::Mask(MaskCommand::ChooseTool(Tool::Brush))
                ),
                named(
                    "eraser",
                    &Command::Mask(MaskCommand::ChooseTool(Tool::Eraser))
                ),
                if is_demo(state) {
                    " The demo photograph is painted already."
                } else {
                    ""
                },
            ),
            at: pos2(left + 16.0, top),
            pivot: Align2::LEFT_TOP,
        },
        1 => Hint {
            title: "Say what happened",
            text: "Scratches, a blur, too few pixels: choose it at the right and set how strong \
                   it was. Everything below has a good start value."
                .to_owned(),
            at: pos2(right - 16.0, top),
            pivot: Align2::RIGHT_TOP,
        },
        2 => Hint {
            title: "Restore",
            text: format!(
                "{} begins. You watch the picture form, may stop at any time and keep the best \
                 so far, and compare by dragging a divider.",
                named("Restore", &Command::Runs(RunCommand::Restore))
            ),
            at: pos2(right - 16.0, bottom - 16.0),
            pivot: Align2::RIGHT_BOTTOM,
        },
        _ => Hint {
            title: "Everything has a name",
            text: format!(
                "{} finds any command. {} shows all keys, which can be changed in the settings.",
                named(
                    "The command palette",
                    &Command::Overlay(OverlayCommand::ShowPalette)
                ),
                named(
                    "The cheat sheet",
                    &Command::Overlay(OverlayCommand::ShowCheatSheet)
                ),
            ),
            at: pos2(left + 16.0, top),
            pivot: Align2::LEFT_TOP,
        },
    }
}
