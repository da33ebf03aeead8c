//! The settings: what is chosen once and for all. Every change holds at once.

use std::path::PathBuf;

use egui::{Align, Button, ComboBox, Context, Layout, ScrollArea, Ui, vec2};
use engine::DeviceChoice;

use super::{close, keyboard, modal, title_ui};
use crate::panels::widgets::{Segment, check_ui, help_ui, name_ui, path_field_ui, segments_ui};
use desk::{Command, OverlayCommand, Preferences, SettingsPage, SettingsWindow, State, Theme};

const SCALES: [(&str, u16); 5] = [
    ("100 %", 100),
    ("125 %", 125),
    ("150 %", 150),
    ("175 %", 175),
    ("200 %", 200),
];

pub(super) fn settings_ui(
    ctx: &Context,
    state: &State,
    window: &SettingsWindow,
    out: &mut Vec<Command>,
) {
    let response = modal(ctx, "settings").show(ctx, |ui| {
        ui.set_width(560.0_f32.min(ctx.content_rect().width() - 80.0));
        title_ui(ui, "Settings");
        ui.add_space(8.0);
        let pages = SettingsPage::ALL.map(|page| Segment::new(page.title(), page == window.page));
        if let Some(index) = segments_ui(ui, ui.available_width(), &pages) {
            out.push(Command::Overlay(OverlayCommand::Turn(
                SettingsPage::ALL[index],
            )));
        }
        ui.add_space(8.0);
        let height = (ctx.content_rect().height() - 220.0).clamp(160.0, 420.0);
        ScrollArea::vertical()
            .id_salt(window.page)
            .max_height(height)
            .min_scrolled_height(height)
            .auto_shrink(false)
            .show(ui, |ui| match window.page {
                SettingsPage::Appearance => appearance_ui(ui, state, out),
                SettingsPage::Work => work_ui(ui, state, out),
                SettingsPage::Keyboard => keyboard::keyboard_ui(ui, state, window, out),
            });
        ui.add_space(8.0);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let button = Button::new("Close").min_size(vec2(96.0, 32.0));
            if ui.add(button).clicked() {
                out.push(close());
            }
        });
    });
    // While keys are being chosen, Escape only ends that.
    if response.should_close() {
        out.push(match window.capture {
            Some(_) => Command::Overlay(OverlayCommand::Capture(None)),
            None => close(),
        });
    }
}

/// Pushes changed preferences.
fn prefer(next: Preferences, out: &mut Vec<Command>) {
    out.push(Command::Overlay(OverlayCommand::Prefer(Box::new(next))));
}

fn appearance_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    let now = &state.preferences;
    name_ui(ui, "Colours");
    let segments = Theme::ALL.map(|theme| Segment::new(theme.title(), theme == now.theme));
    if let Some(index) = segments_ui(ui, ui.available_width(), &segments) {
        let theme = Theme::ALL[index];
        prefer(
            Preferences {
                theme,
                ..now.clone()
            },
            out,
        );
    }
    help_ui(
        ui,
        "Dark grey around a photograph bends the judgement of its colours least.",
    );
    ui.add_space(16.0);
    name_ui(ui, "Size");
    let segments = SCALES.map(|(text, scale)| Segment::new(text, scale == now.scale));
    if let Some(index) = segments_ui(ui, ui.available_width(), &segments) {
        let scale = SCALES[index].1;
        prefer(
            Preferences {
                scale,
                ..now.clone()
            },
            out,
        );
    }
    help_ui(
        ui,
        "Of text and controls, on top of what the system asks for, as far as the window has room.",
    );
}

fn work_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    let now = &state.preferences;
    name_ui(ui, "Device");
    device_ui(ui, state, out);
    help_ui(ui, "Where restorations are computed when the window opens.");
    ui.add_space(16.0);
    name_ui(ui, "Save the work by itself");
    let segments = Preferences::AUTOSAVE.map(|seconds| {
        let text = match seconds {
            0 => "Never",
            10 => "Every 10 s",
            30 => "Every 30 s",
            _ => "Every 2 min",
        };
        Segment::new(text, seconds == now.autosave_seconds)
    });
    if let Some(index) = segments_ui(ui, ui.available_width(), &segments) {
        let autosave_seconds = Preferences::AUTOSAVE[index];
        let next = Preferences {
            autosave_seconds,
            ..now.clone()
        };
        prefer(next, out);
    }
    help_ui(
        ui,
        "While something is unsaved, and after every run. Offered again after a crash.",
    );
    ui.add_space(16.0);
    let mut pen_pressure = now.pen_pressure;
    let text = "A pen that is pressed less draws thinner";
    if check_ui(ui, &mut pen_pressure, text).changed() {
        let next = Preferences {
            pen_pressure,
            ..now.clone()
        };
        prefer(next, out);
    }
    help_ui(
        ui,
        "Where the tablet and the system report how hard a pen is pressed.",
    );
    ui.add_space(16.0);
    folder_ui(ui, "Exports go to", now.export_folder.as_ref(), |folder| {
        let next = Preferences {
            export_folder: folder,
            ..now.clone()
        };
        prefer(next, out);
    });
    ui.add_space(8.0);
    folder_ui(
        ui,
        "Sessions go to",
        now.session_folder.as_ref(),
        |folder| {
            let next = Preferences {
                session_folder: folder,
                ..now.clone()
            };
            prefer(next, out);
        },
    );
}

fn device_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    let now = &state.preferences;
    let auto = (DeviceChoice::Auto, "Automatic".to_owned());
    let known = state.devices.iter().map(|d| (d.choice, d.to_string()));
    let choices: Vec<_> = std::iter::once(auto).chain(known).collect();
    let current = choices
        .iter()
        .find(|(choice, _)| *choice == now.device)
        .map_or_else(|| now.device.to_string(), |(_, text)| text.clone());
    let width = ui.available_width();
    let combo = ComboBox::from_id_salt("usual device")
        .width(width)
        .truncate()
        .selected_text(current)
        .show_ui(ui, |ui| {
            for (device, text) in choices {
                if ui.selectable_label(device == now.device, text).clicked() {
                    prefer(
                        Preferences {
                            device,
                            ..now.clone()
                        },
                        out,
                    );
                }
            }
        });
    combo.response.accessible_name("Usual device");
}

/// A folder that may be left open. What is typed counts once the field is left.
fn folder_ui(ui: &mut Ui, name: &str, now: Option<&PathBuf>, choose: impl FnOnce(Option<PathBuf>)) {
    name_ui(ui, name);
    let id = ui.scope_id().with(name);
    let kept = now
        .map(|folder| folder.display().to_string())
        .unwrap_or_default();
    let mut typed: String = ui.data(|data| data.get_temp(id)).unwrap_or(kept.clone());
    let response = path_field_ui(ui, name, "The folder of the photo", &mut typed);
    let typed_folder = PathBuf::from(typed.trim());
    let missing = !typed.trim().is_empty() && !typed_folder.is_dir();
    if missing {
        help_ui(ui, "There is no such folder yet.");
    }
    if response.lost_focus() {
        ui.data_mut(|data| data.remove::<String>(id));
        if typed != kept && !missing {
            choose((!typed.trim().is_empty()).then_some(typed_folder));
        }
    } else if response.has_focus() {
        ui.data_mut(|data| data.insert_temp(id, typed));
    }
}
