//! Several things that happened, one after another: a list of steps, and the same in writing.

use egui::{Button, Popup, PopupCloseBehavior, RichText, ScrollArea, Ui, vec2};
use engine::{Chain, Fourier};

use super::step::step_ui;
use super::{help_ui, inpaint};
use crate::panels::inspector::field::{Draft, draft_ui};
use crate::panels::widgets::{chosen, error_ui, name_ui};
use crate::{icons, theme};
use desk::session::SessionCommand;
use desk::{Command, State};

/// Steps that one composition may have.
const MOST: usize = 8;

/// Shows the steps in the order in which they happened.
pub(super) fn composition_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    let families = engine::operator_families();
    for index in 0..state.settings.custom.0.len() {
        ui.push_id(("step", index), |ui| {
            step_ui(ui, state, &families, index, out);
        });
    }
    add_ui(ui, state, out);
    if state.settings.needs_mask() {
        inpaint::mask_ui(ui, state);
    }
    spectrum_ui(ui, state, out);
    name_ui(ui, "Written");
    let draft = Draft {
        name: "Written composition",
        hint: "gaussian-blur:std=2+bicubic:factor=4",
        now: state.settings.custom.to_string(),
        rows: 2,
    };
    let read = |text: &str| {
        let chain: Chain = text
            .trim()
            .parse()
            .map_err(|e: engine::OperatorError| e.to_string())?;
        if chain.0.len() > MOST {
            return Err(format!("at most {MOST} steps are possible"));
        }
        let written = chain.to_string();
        let mut next = state.settings.clone();
        next.custom = chain;
        Ok((next, written))
    };
    let readable = draft_ui(ui, &draft, &read, out);
    if let (true, Some(problem)) = (readable, state.glimpse.problem(&state.settings)) {
        error_ui(ui, problem);
    }
    size_ui(ui, state);
}

/// A spectrum can only be simulated: says so, and offers to.
fn spectrum_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    let Some(fourier) = state.settings.custom.fourier() else {
        return;
    };
    help_ui(
        ui,
        "This measures a spectrum, which no photo holds. It is an experiment: the open photo is taken \
         for the truth, its spectrum is measured, and a picture is restored from that alone.",
    );
    if fourier == Fourier::Magnitudes {
        help_ui(
            ui,
            "A picture, its negative and its half turn have the same magnitudes, so most draws fail. \
             Draw several candidates and see how far each is from the truth.",
        );
    }
    let simulate = Command::Session(SessionCommand::Simulate);
    let name = if state.truth().is_some() {
        "Measure it again"
    } else {
        "Measure it on this photo"
    };
    let obstacle = state.obstacle(&simulate);
    let button = wide_button(ui, icons::WAVEFORM, name);
    let button = ui.add_enabled(obstacle.is_none(), button);
    let button = match obstacle {
        Some(reason) => button.on_disabled_hover_text(reason),
        None => button,
    };
    if button.accessible_name(name).clicked() {
        out.push(simulate);
    }
}

/// Says how large the result will be, if it has another size.
fn size_ui(ui: &mut Ui, state: &State) {
    let custom = &state.settings.custom;
    let factor = custom.factor().unwrap_or(1);
    let factor = if custom.fourier().is_some() {
        1
    } else {
        factor
    };
    if let (Some(document), true) = (&state.document, factor > 1) {
        let (width, height) = (document.photo.width(), document.photo.height());
        let text = format!(
            "The result will be {} × {} px.",
            width.saturating_mul(factor),
            height.saturating_mul(factor)
        );
        help_ui(ui, &text);
    }
}

/// A button over the whole width, its words in the middle.
fn wide_button<'a>(ui: &Ui, icon: &'a str, name: &'a str) -> Button<'a> {
    let grow = egui::Atom::grow;
    let icon = RichText::new(icon).font(theme::icon(14.0));
    Button::new((grow(), icon, RichText::new(name), grow()))
        .min_size(vec2(ui.available_width(), 30.0))
}

/// The button that adds a step, and the list of what can be added.
fn add_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    let button = wide_button(ui, icons::ADD, "Add a step");
    let room = state.settings.custom.0.len() < MOST;
    let response = ui
        .add_enabled(room, button)
        .accessible_name("Add a step")
        .on_disabled_hover_text(format!("At most {MOST} steps are possible"));
    Popup::menu(&response)
        .close_behavior(PopupCloseBehavior::CloseOnClick)
        .show(|ui| {
            ui.set_width(264.0);
            ScrollArea::vertical().max_height(500.0).show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = 2.0;
                menu_ui(ui, state, out);
            });
        });
}

fn menu_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    for family in engine::operator_families() {
        let button = Button::new(RichText::new(family.title))
            .frame_when_inactive(false)
            .min_size(vec2(ui.available_width(), 26.0));
        let response = ui
            .add(button)
            .accessible_name(family.title)
            .on_hover_text(family.summary);
        if response.clicked() {
            let mut next = state.settings.clone();
            next.custom.0.push(family.begun());
            chosen(next, out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A new step can be written and read, and computed unless it needs a file.
    #[test]
    fn every_operator_can_be_added() {
        for family in engine::operator_families() {
            let chain = Chain(vec![family.begun()]);
            assert_eq!(chain.to_string().parse::<Chain>().expect("readable"), chain);
            if family.name != "kernel" {
                engine::check_operator(&chain).unwrap_or_else(|e| panic!("{chain}: {e}"));
            }
            let shown = engine::glimpse(&chain, 0.0);
            assert_eq!(shown.is_ok(), family.name != "kernel", "{chain}");
        }
    }
}
