//! The line at the bottom: device, pace, size, zoom, and the pixel under the pointer.

use desk::ViewCommand;
use egui::{Align, Layout, Panel, RichText, Ui};
use engine::DeviceChoice;
use imaging::Rect;

use super::batch::batch_line_ui;
use super::canvas_bar::zoom_text;
use crate::{icons, shortcuts, theme};
use desk::{Command, State};

/// Room for everything on one line.
const ROOMY: f32 = 860.0;

/// Shows the status bar.
pub(crate) fn status_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    let frame = egui::Frame::new().inner_margin(egui::Margin::symmetric(12, 2));
    Panel::bottom("status")
        .exact_size(28.0)
        .frame(frame)
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.x = 16.0;
            // In little room what is said elsewhere as well gives way.
            let roomy = ui.available_width() > ROOMY;
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                device_ui(ui, state);
                if let Some(pace) = pace(state).filter(|_| roomy) {
                    small(ui, &pace);
                }
                if let Some(what) = &state.loading {
                    ui.add(egui::Spinner::new().size(12.0).color(theme::ACCENT.now()));
                    small(ui, &format!("Opening {what}"));
                }
                batch_line_ui(ui, state, out);
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    drawer_button_ui(ui, state, out);
                    if let Some(document) = &state.document {
                        small(ui, &zoom_text(state.view.zoom));
                        let photo = &document.photo;
                        small(ui, &format!("{} × {} px", photo.width(), photo.height()));
                        if let Some(pixel) = pixel(ui, state).filter(|_| roomy) {
                            small(ui, &pixel);
                        }
                    }
                });
            });
        });
}

fn small(ui: &mut Ui, text: &str) {
    ui.label(
        RichText::new(text)
            .size(theme::SMALL)
            .color(theme::TEXT_WEAK.now()),
    );
}

fn device_ui(ui: &mut Ui, state: &State) {
    let (icon, name) = match state.device() {
        Some(device) if device.choice == DeviceChoice::Cpu => (icons::CPU, device.to_string()),
        Some(device) => (icons::GPU, device.to_string()),
        None => (icons::CPU, "Looking for devices".to_owned()),
    };
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        ui.label(
            RichText::new(icon)
                .font(theme::icon(14.0))
                .color(theme::TEXT_WEAK.now()),
        );
        small(ui, &name);
    });
}

fn pace(state: &State) -> Option<String> {
    let running = state.run.as_ref().and_then(|run| run.progress.as_ref());
    let last = state
        .last_run
        .as_ref()
        .and_then(|last| last.report.as_ref());
    let seconds = running
        .map(|p| p.seconds_per_step)
        .or_else(|| last.map(|r| r.seconds_per_step))?;
    Some(desk::pace(seconds))
}

fn drawer_button_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    let icon = if state.view.drawer_open {
        icons::CARET_DOWN
    } else {
        icons::CARET_UP
    };
    let text = RichText::new(icon).font(theme::icon(12.0));
    let label = RichText::new("Run details").size(theme::SMALL);
    let button = egui::Button::new((label, text))
        .frame_when_inactive(false)
        .small();
    let response = ui.add(button).accessible_name("Run details");
    if response
        .on_hover_text(shortcuts::named(
            ui.ctx(),
            state,
            "Residual and facts of the run",
            &Command::View(ViewCommand::ToggleDrawer),
        ))
        .clicked()
    {
        out.push(Command::View(ViewCommand::ToggleDrawer));
    }
}

/// Position and 8-bit value of the pixel under the pointer, of the picture that is shown.
fn pixel(ui: &Ui, state: &State) -> Option<String> {
    let at = ui.input(|input| input.pointer.hover_pos())?;
    let viewport = state.view.viewport;
    let canvas = egui::Rect::from_min_size(
        egui::pos2(viewport.left, viewport.top),
        egui::vec2(viewport.width, viewport.height),
    );
    if !canvas.contains(at) {
        return None;
    }
    let (content, x, y) = state.picture_at((at.x, at.y))?;
    let rgba = content.rgba8(Rect::new(x, y, 1, 1));
    let value = match rgba.as_slice() {
        [gray, _, _, _] if content.is_gray() => format!("{gray}"),
        [r, g, b, _] => format!("{r} {g} {b}"),
        _ => return None,
    };
    let spread = state.runs.spread.as_ref();
    let spread = spread.filter(|_| state.runs.spread_visible);
    Some(match spread.and_then(|spread| spread.at(x, y)) {
        Some(level) => format!("{x}, {y}   {value}   ± {level:.1}"),
        None => format!("{x}, {y}   {value}"),
    })
}
