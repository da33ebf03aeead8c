//! Restoring a folder: the form, what is in the folder before anything begins, and how it goes.

mod form;
mod progress;

use egui::{Button, Context, RichText, ScrollArea, Ui, vec2};

use super::overlays::{modal, title_ui};
use super::widgets::{dialog_buttons_ui, small_link_ui};
use crate::theme;
use desk::{BatchCommand, Command, State};

const WIDTH: f32 = 560.0;
/// Above and below what scrolls: the margins, the title and the buttons.
const AROUND: f32 = 170.0;

/// Shows the dialog, if it is open.
pub(crate) fn batch_ui(ctx: &Context, state: &State, out: &mut Vec<Command>) {
    if !state.batches.open {
        return;
    }
    let mut asked = Vec::new();
    let response = modal(ctx, "batch").show(ctx, |ui| {
        ui.set_width(WIDTH.min(ctx.content_rect().width() - 80.0));
        ui.spacing_mut().item_spacing.y = 10.0;
        title_ui(ui, "Restore a folder");
        let most = (ctx.content_rect().height() - AROUND).max(120.0);
        ScrollArea::vertical()
            .max_height(most)
            .show(ui, |ui| match &state.batches.run {
                Some(run) => progress::progress_ui(ui, run),
                None => form::form_ui(ui, state, &mut asked),
            });
        buttons_ui(ui, state, &mut asked);
    });
    if response.should_close() {
        asked.push(BatchCommand::Close);
    }
    out.extend(asked.into_iter().map(Command::Batch));
}

fn buttons_ui(ui: &mut Ui, state: &State, out: &mut Vec<BatchCommand>) {
    let batches = &state.batches;
    dialog_buttons_ui(ui, |ui| {
        let (name, command) = match &batches.run {
            None => ("Restore them", BatchCommand::Start),
            Some(run) if run.ended => ("Set up another", BatchCommand::SetUp),
            Some(_) => ("Stop", BatchCommand::Stop),
        };
        let obstacle = state.obstacle(&Command::Batch(command.clone()));
        let first = command == BatchCommand::Start;
        let button = if first {
            let text = RichText::new(name).color(theme::ON_ACCENT.now());
            Button::new(text).fill(theme::ACCENT.now())
        } else {
            Button::new(name)
        };
        let mut response = ui
            .add_enabled(obstacle.is_none(), button.min_size(vec2(112.0, 32.0)))
            .accessible_name(name);
        if let Some(reason) = obstacle {
            response = response.on_disabled_hover_text(reason);
        }
        if response.clicked() {
            out.push(command);
        }
        let close = if batches.run.is_some() {
            "Close"
        } else {
            "Cancel"
        };
        let button = Button::new(close).min_size(vec2(96.0, 32.0));
        if ui.add(button).accessible_name(close).clicked() {
            out.push(BatchCommand::Close);
        }
    });
}

/// While a folder is being restored: a line in the status bar that opens the dialog again.
pub(super) fn batch_line_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    let Some(run) = state.batches.run.as_ref().filter(|run| !run.ended) else {
        return;
    };
    let tip = "Restoring a folder: shows how it goes";
    if small_link_ui(ui, &run.in_words(), "Restoring a folder")
        .on_hover_text(tip)
        .clicked()
    {
        out.push(Command::Batch(BatchCommand::Show));
    }
}
