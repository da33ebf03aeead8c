//! How noisy the picture is, in the three units people use.

use desk::RecipeCommand;
use egui::{Align, Layout, Slider, Ui};

use crate::icons;
use crate::panels::widgets::{
    adjusted, check_ui, chosen, command_button_ui, help_ui, name_ui, slider_ui,
};
use desk::{Command, Settings, State};

/// Shows the noise level.
pub(super) fn noise_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    ui.add_space(4.0);
    ui.horizontal(|ui| {
        name_ui(ui, "Noise level");
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let measure = (icons::WAVEFORM, "Measure");
            command_button_ui(
                ui,
                state,
                measure,
                Command::Recipe(RecipeCommand::MeasureNoise),
                out,
            )
            .on_hover_text(
                "Estimates the noise from the photo's finest diagonal detail, outside of the mask",
            );
        });
    });
    let mut next = state.settings.clone();
    let slider = Slider::new(&mut next.noise, 0.0..=Settings::NOISE_MAX)
        .logarithmic(true)
        .smallest_positive(0.002)
        .fixed_decimals(3);
    let response = slider_ui(ui, "Noise level", ui.available_width(), slider);
    adjusted(&response, next, out);
    let settings = &state.settings;
    let text = format!(
        "σ = {:.3} on [−1, 1]   ·   {:.4} on [0, 1]   ·   {:.1} of 255",
        settings.noise,
        settings.noise_unit(),
        settings.noise_levels(),
    );
    help_ui(ui, &text);
    photons_ui(ui, settings, out);
}

/// The noise of counting photons, on top of the level.
fn photons_ui(ui: &mut Ui, settings: &Settings, out: &mut Vec<Command>) {
    let mut on = settings.photons.is_some();
    let tip = "Where light was scarce, its photons are counted: grain that grows with brightness";
    let field = check_ui(ui, &mut on, "Photon noise");
    if field.on_hover_text(tip).changed() {
        let mut next = settings.clone();
        next.photons = on.then_some(Settings::USUAL_PHOTONS);
        chosen(next, out);
    }
    let Some(mut photons) = settings.photons else {
        return;
    };
    let slider = Slider::new(&mut photons, Settings::PHOTONS)
        .logarithmic(true)
        .fixed_decimals(0);
    let response = slider_ui(ui, "Photons for white", ui.available_width(), slider);
    let mut next = settings.clone();
    next.photons = Some(photons.round());
    adjusted(&response, next, out);
    // Of a count of n the standard deviation is its root; full range is 2 on the model range.
    let grain = 127.5 * 2.0 / photons.sqrt();
    let text = format!(
        "{photons:.0} photons stand for white: grain of {grain:.1} of 255 there, less in the dark."
    );
    help_ui(ui, &text);
}
