//! How to draw: how much work to spend.

use egui::Ui;

use crate::document::{Command, Preset, State};
use crate::panels::widgets::{Segment, help_ui, segments_ui};

/// Shows the presets.
pub(super) fn how_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    let preset = state.settings.preset();
    let segments = Preset::ALL.map(|p| Segment::new(p.title(), preset == Some(p)));
    if let Some(index) = segments_ui(ui, ui.available_width(), &segments) {
        out.push(Command::ChoosePreset(Preset::ALL[index]));
    }
    let steps = state.settings.steps;
    let text = match preset {
        Some(Preset::Fast) => format!("{steps} steps. A first look."),
        Some(Preset::Balanced) => format!("{steps} steps. Twice the time, finer detail."),
        Some(Preset::Best) => format!("{steps} steps. Four times the time of Fast."),
        None => format!("{steps} steps with {}.", state.settings.sampler_now()),
    };
    help_ui(ui, &text);
}
