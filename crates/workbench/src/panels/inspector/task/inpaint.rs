//! Painted damage: how much there is, and how it is blended in.

use desk::MaskCommand;
use egui::{Slider, Ui};

use crate::panels::widgets::{adjusted, help_ui, name_ui, slider_ui};
use crate::shortcuts;
use desk::{Command, Settings, State, Tool};

pub(super) fn inpaint_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    mask_ui(ui, state);
    if state.document.is_none() {
        return;
    }
    name_ui(ui, "Feather");
    let mut next = state.settings.clone();
    let slider = Slider::new(&mut next.feather, 0..=Settings::MOST_FEATHER).suffix(" px");
    let response = slider_ui(ui, "Feather", ui.available_width(), slider)
        .on_hover_text("Blends the restored picture into its surroundings, to hide a seam");
    adjusted(&response, next, out);
}

/// Says how much is painted, or how to.
pub(super) fn mask_ui(ui: &mut Ui, state: &State) {
    let Some(document) = &state.document else {
        return;
    };
    let (masked, all) = (document.masked(), document.photo.bounds().area());
    if masked == 0 {
        let text = "Paint over the damage with the brush";
        let brush = Command::Mask(MaskCommand::ChooseTool(Tool::Brush));
        return help_ui(ui, &shortcuts::named(ui.ctx(), state, text, &brush));
    }
    let share = 100.0 * masked as f64 / all.max(1) as f64;
    let share = if share < 0.1 {
        "< 0.1".to_owned()
    } else {
        format!("{share:.1}")
    };
    let whole = state.settings.task != desk::Task::Inpaint;
    let beyond = match state.settings.feather {
        _ if whole => "The whole picture is drawn anew.".to_owned(),
        0 => "All else stays bit for bit.".to_owned(),
        feather => format!("Beyond {feather} px around it, all stays bit for bit."),
    };
    help_ui(
        ui,
        &format!("{share} % of the picture is painted. {beyond}"),
    );
}
