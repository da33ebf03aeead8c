//! The menus of the top bar: every row of the table of actions, section by section.

use desk::session::SessionCommand;
use egui::{Button, Color32, RichText, ScrollArea, Ui};

use super::focus::follow_ui;
use crate::{icons, shortcuts, theme};
use desk::{Action, Command, Group, OverlayCommand, State};

/// What a menu leaves free of the window's height: the bar above it, and its own edges.
const AROUND: f32 = theme::BAR + 40.0;

/// From one entry to the next.
const CLOSE: f32 = 2.0;

/// Shows the menus.
pub(super) fn menus_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    for group in Group::ALL {
        ui.menu_button(group.title(), |ui| {
            ui.set_min_width(230.0);
            // In a very low window the last entries are scrolled to.
            let room = ui.ctx().content_rect().height() - AROUND;
            ScrollArea::vertical()
                .max_height(room)
                // By itself a menu takes 400 points at most.
                .min_scrolled_height(room)
                .show(ui, |ui| menu_ui(ui, state, group, out));
        });
    }
}

fn menu_ui(ui: &mut Ui, state: &State, group: Group, out: &mut Vec<Command>) {
    ui.spacing_mut().item_spacing.y = CLOSE;
    let actions = Action::all();
    let of_menu = actions.chunk_by(|a, b| (a.group, a.section) == (b.group, b.section));
    let sections = of_menu.filter(|rows| rows[0].group == group);
    let mut folded_before = false;
    for (index, rows) in sections.enumerate() {
        let section = rows[0].section;
        let folded = group.folded(section);
        if group == Group::File && section == 1 {
            recent_ui(ui, state, out);
        }
        // What folds away takes one line, and needs none between it and the next of its kind.
        if index > 0 && !(folded_before && folded.is_some()) {
            ui.separator();
        }
        folded_before = folded.is_some();
        match folded {
            Some(title) => {
                let menu = ui.menu_button((tick(false), title), |ui| {
                    ui.set_min_width(200.0);
                    ui.spacing_mut().item_spacing.y = CLOSE;
                    entries_ui(ui, state, rows, out);
                });
                menu.response.accessible_name(title);
            }
            None => entries_ui(ui, state, rows, out),
        }
    }
    follow_ui(ui);
}

fn entries_ui(ui: &mut Ui, state: &State, rows: &[Action], out: &mut Vec<Command>) {
    for action in rows {
        entry_ui(ui, state, action, out);
    }
}

/// The tick keeps its place where there is none, so that names stay in line.
fn tick(on: bool) -> RichText {
    let color = if on {
        theme::ACCENT.now()
    } else {
        Color32::TRANSPARENT
    };
    RichText::new(icons::CHECK)
        .font(theme::icon(14.0))
        .color(color)
}

fn entry_ui(ui: &mut Ui, state: &State, action: &Action, out: &mut Vec<Command>) {
    let command = &action.command;
    let obstacle = state.obstacle(command);
    let on = state.is_on(command) == Some(true);
    let mut button = Button::new((tick(on), action.name));
    if let Some(keys) = shortcuts::text(ui.ctx(), state, command) {
        button = button.shortcut_text(RichText::new(keys).color(theme::TEXT_WEAK.now()));
    }
    let response = ui
        .add_enabled(obstacle.is_none(), button)
        .accessible_name(action.name);
    let response = match obstacle {
        Some(reason) => response.on_disabled_hover_text(reason),
        None => response.on_hover_text(action.help),
    };
    if response.clicked() {
        out.push(command.clone());
    }
}

/// The files that were opened lately.
fn recent_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    let files = &state.remembered.files;
    ui.add_enabled_ui(!files.is_empty(), |ui| {
        let menu = ui.menu_button((tick(false), "Open recent"), |ui| {
            ui.set_max_width(460.0);
            for path in files {
                let button = Button::new(shown(path)).truncate();
                let response = ui.add(button).on_hover_text(path.display().to_string());
                if response.clicked() {
                    out.push(Command::Session(SessionCommand::OpenFile(path.clone())));
                }
            }
            ui.separator();
            if ui.button("Forget these").clicked() {
                out.push(Command::Overlay(OverlayCommand::ForgetFiles));
            }
        });
        menu.response.accessible_name("Open recent");
    });
}

/// The name of a file before the folder it is in.
pub(crate) fn shown(path: &std::path::Path) -> String {
    let name = path
        .file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy();
    match path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        Some(folder) => format!("{name}   –   {}", folder.display()),
        None => name.into_owned(),
    }
}
