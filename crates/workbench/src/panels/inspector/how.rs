//! How to draw: how much work to spend.

use egui::{Align2, FontId, Sense, Ui, pos2, vec2};

use crate::document::{Command, Preset, State, spoken};
use crate::panels::widgets::{Segment, help_ui, segments_ui};
use crate::theme;

/// Shows the presets.
pub(super) fn how_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    let preset = state.settings.preset();
    let segments = Preset::ALL.map(|p| Segment::new(p.title(), preset == Some(p)));
    if let Some(index) = segments_ui(ui, ui.available_width(), &segments) {
        out.push(Command::ChoosePreset(Preset::ALL[index]));
    }
    times_ui(ui, state);
    let steps = state.settings.steps;
    let text = match preset {
        Some(Preset::Fast) => format!("{steps} steps. A first look."),
        Some(Preset::Balanced) => format!("{steps} steps. Twice the time, finer detail."),
        Some(Preset::Best) => format!("{steps} steps. Four times the time of Fast."),
        None => format!("{steps} steps with {}.", state.settings.sampler_now()),
    };
    help_ui(ui, &text);
}

/// How long each preset would take, under its name; nothing where that cannot be told.
fn times_ui(ui: &mut Ui, state: &State) {
    let times = Preset::ALL.map(|preset| state.expected(preset.steps()).map(spoken));
    if times.iter().all(Option::is_none) {
        return;
    }
    let (row, response) = ui.allocate_exact_size(vec2(ui.available_width(), 14.0), Sense::hover());
    let each = row.width() / times.len() as f32;
    let mut said = Vec::new();
    for (index, (time, preset)) in times.iter().zip(Preset::ALL).enumerate() {
        let Some(time) = time else { continue };
        let at = pos2(row.left() + each * (index as f32 + 0.5), row.center().y);
        let font = FontId::proportional(theme::SMALL);
        ui.painter().text(
            at,
            Align2::CENTER_CENTER,
            format!("≈ {time}"),
            font,
            theme::TEXT_WEAK.now(),
        );
        said.push(format!("{} about {time}", preset.title()));
    }
    let said = said.join(", ");
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &said));
}
