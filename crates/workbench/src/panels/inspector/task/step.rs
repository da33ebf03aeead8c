//! One step of a composition: its name, its place among the others, its parameters.

use egui::{Align, Button, Frame, Layout, Margin, RichText, Stroke, Ui, Vec2};
use engine::{Chain, Family, Spec};

use super::super::field::{Place, fields_ui};
use crate::panels::widgets::{chosen, help_ui, name_ui};
use crate::{icons, theme};
use desk::{Command, Settings, State};

/// Shows the step at `index`.
pub(super) fn step_ui(
    ui: &mut Ui,
    state: &State,
    families: &[Family],
    index: usize,
    out: &mut Vec<Command>,
) {
    let steps = &state.settings.custom.0;
    let spec = &steps[index];
    let family = families.iter().find(|family| family.name == spec.name);
    Frame::new()
        .fill(theme::CARD.now())
        .stroke(Stroke::new(1.0, theme::LINE.now()))
        .corner_radius(theme::ROUNDING_LARGE)
        .inner_margin(Margin::symmetric(10, 8))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 2.0;
                let title = family.map_or(spec.name.as_str(), |family| family.title);
                name_ui(ui, &format!("{}  {title}", index + 1));
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    places_ui(ui, state, index, out);
                });
            });
            let Some(family) = family else {
                return;
            };
            help_ui(ui, family.summary);
            let place = Place {
                prefix: format!("Step {} ", index + 1),
                family: *family,
                spec,
                default: &|_| None,
            };
            let with = |spec: Spec| {
                let mut next = state.settings.clone();
                next.custom.0[index] = spec;
                // What cannot be written could not be read again from a session.
                let written = next.custom.to_string().parse::<Chain>();
                match written {
                    Ok(chain) if chain == next.custom => Ok(next),
                    Ok(_) => Err("+, = and commas cannot stand in a value".to_owned()),
                    Err(error) => Err(error.to_string()),
                }
            };
            fields_ui(ui, &place, &with, out);
        });
}

/// Buttons that move the step up or down, or take it away.
fn places_ui(ui: &mut Ui, state: &State, index: usize, out: &mut Vec<Command>) {
    let steps = state.settings.custom.0.len();
    let number = index + 1;
    let small = |icon: &str| {
        Button::new(RichText::new(icon).font(theme::icon(14.0)))
            .frame_when_inactive(false)
            .min_size(Vec2::splat(24.0))
    };
    let mut change = |change: &dyn Fn(&mut Vec<Spec>)| {
        let mut next: Settings = state.settings.clone();
        change(&mut next.custom.0);
        chosen(next, out);
    };
    let remove = ui
        .add_enabled(steps > 1, small(icons::TRASH))
        .accessible_name(format!("Remove step {number}"))
        .on_hover_text("Remove")
        .on_disabled_hover_text("One step stays; change it, or add another first");
    if remove.clicked() {
        change(&|steps| drop(steps.remove(index)));
    }
    let down = ui
        .add_enabled(number < steps, small(icons::ARROW_DOWN))
        .accessible_name(format!("Move step {number} down"))
        .on_hover_text("Happened later");
    if down.clicked() {
        change(&|steps| steps.swap(index, index + 1));
    }
    let up = ui
        .add_enabled(index > 0, small(icons::ARROW_UP))
        .accessible_name(format!("Move step {number} up"))
        .on_hover_text("Happened earlier");
    if up.clicked() {
        change(&|steps| steps.swap(index - 1, index));
    }
}
