//! The filmstrip: what the sampler thought the picture was, from noise to the end.

use egui::{ScrollArea, Slider, Ui, vec2};

use super::thumbnails::{fitted, tile_ui};
use super::{empty_ui, row_ui};
use crate::panels::widgets::{help_ui, slider_ui};
use crate::shelf::{Key, Shelf};
use desk::{Command, RunCommand, State};

/// Shows the strip, and a slider to scrub through it.
pub(super) fn steps_ui(ui: &mut Ui, state: &State, shelf: &mut Shelf, out: &mut Vec<Command>) {
    let runs = &state.runs;
    let frames = runs.frames.all();
    if frames.is_empty() {
        return empty_ui(
            ui,
            "What the sampler thinks the picture is appears here step by step once a restoration runs.",
        );
    }
    scrub_ui(ui, state, out);
    ScrollArea::horizontal()
        .auto_shrink(false)
        .stick_to_right(state.run.is_some() && runs.inspected.is_none())
        .show(ui, |ui| {
            let height = (ui.available_height() - 8.0).clamp(72.0, 220.0);
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 6.0;
                for (index, frame) in frames.iter().enumerate() {
                    let caption = match frame.live {
                        Some(live) => format!("{}  ·  {:.1} dB", frame.done, live.psnr),
                        None => frame.done.to_string(),
                    };
                    let name = format!("Step {}", frame.done);
                    let chosen = runs.inspected == Some(index);
                    let size = vec2((height - 17.0).max(84.0), height);
                    let tile = tile_ui(ui, size, (&name, chosen), &caption, |ui, room| {
                        let key = Key::frame(&runs.frames, frame);
                        let texture = shelf.texture(ui.ctx(), key, frame.size, &frame.rgba);
                        let uv = egui::Rect::from_min_max(egui::Pos2::ZERO, egui::pos2(1.0, 1.0));
                        let place = fitted(room, frame.size);
                        let white = egui::Color32::WHITE;
                        ui.painter().image(texture, place, uv, white);
                    });
                    if tile.clicked() {
                        let next = (!chosen).then_some(index);
                        out.push(Command::Runs(RunCommand::Inspect(next)));
                    }
                }
            });
        });
}

/// The slider over the strip.
fn scrub_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    let runs = &state.runs;
    let frames = runs.frames.all();
    let Some(last) = frames.len().checked_sub(1) else {
        return;
    };
    let width = (ui.available_width() - 40.0).min(320.0);
    row_ui(ui, |ui| {
        let mut at = runs.inspected.unwrap_or(last);
        let slider = Slider::new(&mut at, 0..=last)
            .custom_formatter(|index, _| {
                let frame = frames.get(index as usize);
                frame.map_or_else(String::new, |frame| format!("step {}", frame.done))
            })
            .custom_parser(|_| None);
        let response = slider_ui(ui, "Scrub through the steps", width, slider);
        if response.changed() {
            out.push(Command::Runs(RunCommand::Inspect(Some(at))));
        }
        let back = egui::Button::new("Back to the latest").min_size(vec2(0.0, 26.0));
        if ui.add_enabled(runs.inspected.is_some(), back).clicked() {
            out.push(Command::Runs(RunCommand::Inspect(None)));
        }
        go_on_ui(ui, state, out);
        let truth = state.truth().is_some();
        help_ui(
            ui,
            if truth {
                "The estimate after each step, with its PSNR in the window"
            } else {
                "The estimate after each step; click one to see it on the canvas"
            },
        );
    });
}

/// The button that goes on from what is looked at.
fn go_on_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    let command = Command::Runs(RunCommand::GoOn(None));
    let obstacle = state.obstacle(&command);
    let button = egui::Button::new("Continue from here").min_size(vec2(0.0, 26.0));
    let response = ui.add_enabled(obstacle.is_none(), button);
    let response = match obstacle {
        Some(reason) => response.on_disabled_hover_text(reason),
        None => response.on_hover_text(
            "Draws on from this estimate with fresh noise, at the level this step had reached",
        ),
    };
    if response.clicked() {
        out.push(command);
    }
}
