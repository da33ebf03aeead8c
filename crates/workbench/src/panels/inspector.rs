//! The inspector, read from top to bottom as a sentence: what happened, what pictures look
//! like, how to draw. The button that acts on it stays in sight below.

mod advanced;
mod candidates;
mod field;
mod glimpse;
mod how;
mod noise;
mod prior;
mod restore;
mod task;

use egui::{Margin, Panel, ScrollArea, Ui};

use super::focus::follow_ui;
use super::widgets::question_ui;
use crate::theme;
use desk::{Command, State};

/// Shows the inspector.
pub(crate) fn inspector_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    Panel::right("inspector")
        .exact_size(theme::INSPECTOR)
        .resizable(false)
        .frame(egui::Frame::new())
        .show(ui, |ui| {
            let footer = egui::Frame::new().inner_margin(Margin::same(16));
            Panel::bottom("restore").frame(footer).show(ui, |ui| {
                restore::restore_ui(ui, state, out);
            });
            ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
                egui::Frame::new()
                    .inner_margin(Margin::same(16))
                    .show(ui, |ui| {
                        sections_ui(ui, state, out);
                        follow_ui(ui);
                    });
            });
        });
}

fn sections_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    question_ui(ui, "What happened?");
    task::task_ui(ui, state, out);
    noise::noise_ui(ui, state, out);
    ui.add_space(16.0);
    question_ui(ui, "What do pictures look like?");
    prior::prior_ui(ui, state, out);
    ui.add_space(16.0);
    question_ui(ui, "How to draw?");
    how::how_ui(ui, state, out);
    candidates::candidates_ui(ui, state, out);
    advanced::advanced_ui(ui, state, out);
}
