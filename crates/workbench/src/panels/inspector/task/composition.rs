//! Several things that happened, one after another: a list of steps, and the same in writing.

use egui::{Button, Popup, PopupCloseBehavior, RichText, ScrollArea, Ui, vec2};
use engine::{Chain, Spec};

use super::step::{sentence, step_ui, title};
use super::{help_ui, inpaint};
use crate::document::{Command, State};
use crate::panels::inspector::field::{Draft, draft_ui};
use crate::panels::widgets::{chosen, error_ui, name_ui};

/// What has no picture to start from, and can only be simulated where nothing is shown between.
const SPECTRA: [&str; 3] = ["mri", "mri-magnitude", "phase-retrieval"];
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

/// Says how large the result will be, if it has another size.
fn size_ui(ui: &mut Ui, state: &State) {
    let factor = state.settings.custom.factor().unwrap_or(1);
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

/// The button that adds a step, and the list of what can be added.
fn add_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    let button = Button::new("Add a step").min_size(vec2(ui.available_width(), 30.0));
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
        let spectrum = SPECTRA.contains(&family.name);
        let name = title(family.name);
        let button = Button::new(RichText::new(&name))
            .frame_when_inactive(false)
            .min_size(vec2(ui.available_width(), 26.0));
        let response = ui
            .add_enabled(!spectrum, button)
            .accessible_name(&name)
            .on_hover_text(sentence(family.summary))
            .on_disabled_hover_text(
                "An experiment: it measures a spectrum, which no photo holds. `tweedie evaluate` \
                 measures and restores it in one go.",
            );
        if response.clicked() {
            let mut next = state.settings.clone();
            next.custom.0.push(new_step(family.name));
            chosen(next, out);
        }
    }
}

/// A step as it is added: with what it cannot do without.
fn new_step(name: &str) -> Spec {
    let spec = Spec::named(name);
    match name {
        "kernel" => spec.with("", "kernel.png"),
        "motion-path" => spec.with("points", "0 0;8 3;12 -2"),
        "gaussian-blur" => spec.with("size", 17).with("std", 2),
        "box-mask" => spec.with("size", 32),
        _ => spec,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A new step can be written and read, and computed unless it needs a file.
    #[test]
    fn every_operator_can_be_added() {
        for family in engine::operator_families() {
            let chain = Chain(vec![new_step(family.name)]);
            assert_eq!(chain.to_string().parse::<Chain>().expect("readable"), chain);
            if family.name != "kernel" {
                engine::check_operator(&chain).unwrap_or_else(|e| panic!("{chain}: {e}"));
            }
            let shown = engine::glimpse(&chain, 0.0);
            let shows = family.name != "kernel" && !SPECTRA.contains(&family.name);
            assert_eq!(shown.is_ok(), shows, "{chain}");
        }
    }
}
