//! How to draw: how much work to spend.

use desk::RecipeCommand;
use egui::{Align2, FontId, Sense, Ui, pos2, vec2};
use engine::Preset;

use crate::panels::widgets::{Segment, help_ui, segments_ui};
use crate::theme;
use desk::{Command, State, spoken};

/// The sampler that takes one step, however many are asked for.
const POSTERIOR_MEAN: &str = "posterior-mean";

/// Shows the presets.
pub(super) fn how_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    let preset = state.settings.preset();
    let segments = Preset::ALL.map(|p| Segment::new(title(p), preset == Some(p)));
    if let Some(index) = segments_ui(ui, ui.available_width(), &segments) {
        out.push(Command::Recipe(RecipeCommand::ChoosePreset(
            Preset::ALL[index],
        )));
    }
    times_ui(ui, state);
    let sampler = state.settings.sampler_now();
    if sampler.name == POSTERIOR_MEAN {
        help_ui(
            ui,
            "One evaluation, whichever you choose: the posterior mean, which errs least.",
        );
        return;
    }
    let draw = format!("{} steps of {sampler}", state.settings.steps);
    let text = match preset {
        Some(Preset::Fast) => format!("A first look: {draw}."),
        Some(Preset::Balanced) => format!("What suits most pictures: {draw}."),
        Some(Preset::Best) => format!("When there is time: {draw}."),
        None => format!("Your own choice: {draw}."),
    };
    help_ui(ui, &text);
}

fn title(preset: Preset) -> &'static str {
    match preset {
        Preset::Fast => "Fast",
        Preset::Balanced => "Balanced",
        Preset::Best => "Best",
    }
}

/// How long each preset would take, under its name; nothing where that cannot be told.
fn times_ui(ui: &mut Ui, state: &State) {
    let operator = state.settings.operator();
    let times = Preset::ALL.map(|preset| state.expected(&preset.draw(&operator)).map(spoken));
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
        said.push(format!("{} about {time}", title(preset)));
    }
    let said = said.join(", ");
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &said));
}
