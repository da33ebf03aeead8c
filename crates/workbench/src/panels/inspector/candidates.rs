//! How many equally likely pictures to draw.

use egui::{Slider, Ui};

use crate::panels::widgets::{adjusted, help_ui, name_ui, slider_ui};
use desk::{Command, Settings, State};

/// Shows the number of candidates.
pub(super) fn candidates_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    ui.add_space(4.0);
    name_ui(ui, "Candidates");
    let mut next = state.settings.clone();
    let slider = Slider::new(&mut next.candidates, Settings::CANDIDATES);
    let response = slider_ui(ui, "Candidates", ui.available_width(), slider);
    adjusted(&response, next, out);
    let text = match state.settings.candidates {
        1 => "One picture. More let you choose.".to_owned(),
        n => format!("{n} pictures, one after another, each with a seed of its own."),
    };
    help_ui(ui, &text);
}
