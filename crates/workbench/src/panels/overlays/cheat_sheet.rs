//! Every shortcut at a glance, as it is bound now.

use egui::{Context, FontId, RichText, ScrollArea, Ui};

use super::{close, modal, title_ui};
use crate::panels::widgets::{fact_ui, help_ui};
use crate::{shortcuts, theme};
use desk::{Action, Command, Group, State};

/// What is held rather than pressed, and stays as it is.
const HELD: [(&str, &str); 6] = [
    ("Pan with any tool", "Space + drag"),
    ("Zoom at the pointer", "Wheel, or pinch"),
    ("Straight line", "Shift + click"),
    ("Show the original", "Tab over the canvas"),
    ("Next control", "Tab"),
    ("Press it", "Space or Enter"),
];

pub(super) fn cheat_sheet_ui(ctx: &Context, state: &State, out: &mut Vec<Command>) {
    let response = modal(ctx, "cheat sheet").show(ctx, |ui| {
        let room = (ctx.content_rect().width() - 80.0).min(880.0);
        ui.set_width(room);
        // Of three columns in little room, keys would run into names.
        let columns = if room < 760.0 { 2 } else { 3 };
        title_ui(ui, "Keyboard shortcuts");
        help_ui(ui, "They can be changed in the settings, under Keyboard.");
        ui.add_space(8.0);
        let most = (ctx.content_rect().height() - 190.0).max(200.0);
        ScrollArea::vertical().max_height(most).show(ui, |ui| {
            ui.spacing_mut().item_spacing.x = 32.0;
            ui.columns(columns, |columns| columns_ui(columns, state));
        });
        ui.add_space(8.0);
        ui.vertical_centered(|ui| {
            let button = egui::Button::new("Close").min_size(egui::vec2(96.0, 32.0));
            if ui.add(button).clicked() {
                out.push(close());
            }
        });
    });
    if response.should_close() {
        out.push(close());
    }
}

fn columns_ui(columns: &mut [Ui], state: &State) {
    let places = [
        (0, Group::File),
        (0, Group::Edit),
        (1, Group::View),
        (1, Group::Mask),
        (2, Group::Run),
        (2, Group::Help),
    ];
    let last = columns.len() - 1;
    for (column, group) in places {
        // Of two columns the first has more room.
        let column = if last == 1 && column == 2 { 0 } else { column };
        group_ui(&mut columns[column], state, group);
    }
    let ui = &mut columns[last];
    heading_ui(ui, "Always");
    for (name, keys) in HELD {
        fact_ui(ui, name, keys);
    }
}

fn heading_ui(ui: &mut Ui, text: &str) {
    ui.spacing_mut().item_spacing.y = 2.0;
    let font = FontId::new(theme::BODY, theme::semibold());
    ui.label(RichText::new(text).font(font).color(theme::ACCENT.now()));
}

fn group_ui(ui: &mut Ui, state: &State, group: Group) {
    heading_ui(ui, group.title());
    for action in Action::all().iter().filter(|action| action.group == group) {
        let keys = state.preferences.keys.keys(action);
        if keys.is_empty() {
            continue;
        }
        let spelled: Vec<String> = keys
            .iter()
            .map(|keys| shortcuts::spelled(ui.ctx(), keys))
            .collect();
        fact_ui(ui, action.name, &spelled.join("  or  "));
    }
    ui.add_space(14.0);
}
