//! The page of the settings on which keys are bound.

use egui::{Align, Button, Layout, RichText, Ui, vec2};

use crate::panels::widgets::help_ui;
use crate::{icons, shortcuts, theme};
use desk::{Action, Capture, Command, Group, OverlayCommand, SettingsWindow, State};

pub(super) fn keyboard_ui(
    ui: &mut Ui,
    state: &State,
    window: &SettingsWindow,
    out: &mut Vec<Command>,
) {
    let mut asked = Vec::new();
    read_keys(ui, window, &mut asked);
    ui.horizontal(|ui| {
        help_ui(ui, "Click on the keys of a command, then press others.");
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let button = Button::new("Reset all");
            if ui
                .add_enabled(!state.preferences.keys.is_default(), button)
                .clicked()
            {
                asked.push(OverlayCommand::ResetAllKeys);
            }
        });
    });
    ui.spacing_mut().item_spacing.y = 3.0;
    for group in Group::ALL {
        ui.add_space(8.0);
        let font = egui::FontId::new(theme::BODY, theme::semibold());
        ui.label(
            RichText::new(group.title())
                .font(font)
                .color(theme::ACCENT.now()),
        );
        for action in Action::all().iter().filter(|action| action.group == group) {
            let capture = window.capture.as_ref();
            let capture = capture.filter(|capture| capture.action == action.id);
            row_ui(ui, state, action, capture, &mut asked);
        }
    }
    out.extend(asked.into_iter().map(Command::Overlay));
}

/// While keys are being chosen, whatever is pressed is the choice.
fn read_keys(ui: &Ui, window: &SettingsWindow, out: &mut Vec<OverlayCommand>) {
    let waits = |capture: &Capture| capture.pressed.is_none();
    if !window.capture.as_ref().is_some_and(waits) {
        return;
    }
    if let Some(keys) = shortcuts::pressed(ui.ctx()) {
        let escape = keys.key == "Escape" && keys.modifiers() == 0;
        out.push(if escape {
            OverlayCommand::Capture(None)
        } else {
            OverlayCommand::Bind(keys)
        });
    }
}

fn row_ui(
    ui: &mut Ui,
    state: &State,
    action: &'static Action,
    capture: Option<&Capture>,
    out: &mut Vec<OverlayCommand>,
) {
    let map = &state.preferences.keys;
    ui.horizontal(|ui| {
        ui.add_space(2.0);
        ui.label(action.name).on_hover_text(action.help);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            ui.add_space(12.0);
            let changed = map.is_changed(action);
            let name = format!("Reset the keys of {}", action.name);
            if small_ui(ui, icons::UNDO, &name, changed) {
                out.push(OverlayCommand::ResetKeys(action.id));
            }
            let keys = map.keys(action);
            let name = format!("Take the keys from {}", action.name);
            if small_ui(ui, icons::CLOSE, &name, !keys.is_empty()) {
                out.push(OverlayCommand::Unbind(action.id));
            }
            let spelled: Vec<_> = keys
                .iter()
                .map(|k| shortcuts::spelled(ui.ctx(), k))
                .collect();
            let text = match capture {
                Some(Capture { pressed: None, .. }) => "Press keys …".to_owned(),
                _ if keys.is_empty() => "–".to_owned(),
                _ => spelled.join("  or  "),
            };
            let button = Button::new(text)
                .selected(capture.is_some())
                .min_size(vec2(190.0, 26.0));
            let name = format!("Keys of {}: {}", action.name, spelled.join(" or "));
            if ui.add(button).accessible_name(name).clicked() {
                let next = if capture.is_some() {
                    None
                } else {
                    Some(action.id)
                };
                out.push(OverlayCommand::Capture(next));
            }
        });
    });
    if let Some(reason) = capture.and_then(|capture| capture.reason.as_ref()) {
        refusal_ui(ui, capture.is_some_and(|c| c.takeable), reason, action, out);
    }
}

fn refusal_ui(
    ui: &mut Ui,
    takeable: bool,
    reason: &str,
    action: &'static Action,
    out: &mut Vec<OverlayCommand>,
) {
    ui.horizontal(|ui| {
        let text = RichText::new(reason)
            .size(theme::SMALL)
            .color(theme::ERROR.now());
        ui.label(text);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add_space(12.0);
            if ui.button("Try others").clicked() {
                out.push(OverlayCommand::Capture(Some(action.id)));
            }
            if takeable && ui.button("Take them").clicked() {
                out.push(OverlayCommand::TakeKeys);
            }
        });
    });
}

fn small_ui(ui: &mut Ui, icon: &str, name: &str, enabled: bool) -> bool {
    let button = Button::new(RichText::new(icon).font(theme::icon(12.0)))
        .frame_when_inactive(false)
        .min_size(vec2(26.0, 26.0));
    ui.add_enabled(enabled, button)
        .accessible_name(name)
        .on_hover_text(name)
        .clicked()
}
