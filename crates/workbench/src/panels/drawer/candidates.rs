//! The candidates of the latest batch: equally likely pictures, to choose from as a whole or
//! patch by patch.

use egui::{Label, RichText, ScrollArea, Ui, vec2};

use super::thumbnails::{paint_run, tile_ui};
use super::{empty_ui, row_ui};
use crate::shelf::Shelf;
use crate::theme;
use desk::{Command, Kept, RunCommand, Side, State};

/// Shows the gallery.
pub(super) fn candidates_ui(ui: &mut Ui, state: &State, shelf: &mut Shelf, out: &mut Vec<Command>) {
    let archive = &state.runs.archive;
    let batch: Vec<&Kept> = archive
        .latest_batch()
        .map(|batch| archive.batch(batch).collect())
        .unwrap_or_default();
    let under_way = state
        .runs
        .active
        .as_ref()
        .map(|t| t.candidate)
        .filter(|candidate| candidate.of > 1);
    if batch.is_empty() {
        let text = match under_way {
            Some(candidate) => format!("Drawing candidate 1 of {} …", candidate.of),
            None => "Set Candidates above 1 to draw several equally likely pictures and choose \
                     among them."
                .to_owned(),
        };
        return empty_ui(ui, &text);
    }
    actions_ui(ui, state, &batch, out);
    ScrollArea::horizontal().auto_shrink(false).show(ui, |ui| {
        let height = (ui.available_height() - 8.0).clamp(72.0, 260.0);
        ui.horizontal(|ui| {
            for run in &batch {
                run_tile_ui(ui, state, shelf, run, height, out);
            }
            let drawing = under_way.filter(|c| batch[0].candidate.batch == c.batch);
            if let Some(candidate) = drawing {
                let name = format!("Candidate {}", candidate.index + 1);
                let size = vec2((height - 17.0).max(128.0), height);
                let _ = tile_ui(ui, size, (&name, false), "drawing …", |ui, room| {
                    ui.painter()
                        .rect_filled(room, theme::ROUNDING, theme::WELL.now());
                });
            }
        });
    });
}

fn run_tile_ui(
    ui: &mut Ui,
    state: &State,
    shelf: &mut Shelf,
    run: &Kept,
    height: f32,
    out: &mut Vec<Command>,
) {
    let accepted = state.runs.accepted() == Some(run.id);
    let shown = match state.runs.comparison.right {
        Side::Run(id) => id == run.id,
        Side::Result => accepted,
        _ => false,
    };
    let mark = if accepted { "  ·  current" } else { "" };
    let score = run.study.as_ref().and_then(|study| study.scores);
    let score = score.map_or_else(String::new, |s| format!("  ·  {}", s.short()));
    let caption = format!("seed {}{score}{mark}", run.recipe.seed);
    let name = format!("Candidate {}", run.candidate.index + 1);
    let size = vec2((height - 17.0).max(128.0), height);
    let tile = tile_ui(ui, size, (&name, shown), &caption, |ui, room| {
        paint_run(ui, shelf, run, room);
    });
    let show = Command::Runs(RunCommand::Show(run.id));
    if tile.clicked() && state.obstacle(&show).is_none() {
        out.push(show);
    }
    if tile.double_clicked() {
        let accept = Command::Runs(RunCommand::Accept(run.id));
        out.extend(state.obstacle(&accept).is_none().then_some(accept));
    }
}

fn actions_ui(ui: &mut Ui, state: &State, batch: &[&Kept], out: &mut Vec<Command>) {
    row_ui(ui, |ui| {
        let shown = state
            .runs
            .shown()
            .filter(|run| batch.iter().any(|b| b.id == run.id));
        let accept = shown.map(|run| RunCommand::Accept(run.id));
        action_ui(ui, state, "Use this candidate", accept, false, out);
        let blending = state.runs.blending;
        let blend = Some(RunCommand::Blend(!blending));
        action_ui(ui, state, "Choose patch by patch", blend, blending, out);
        let average = Some(RunCommand::Average);
        action_ui(ui, state, "Use the average", average, false, out);
        let spread = Some(RunCommand::ToggleSpread);
        let visible = state.runs.spread_visible;
        action_ui(ui, state, "Show where they disagree", spread, visible, out);
        let text = if blending {
            "Click a patch in the picture to take it over from the right."
        } else {
            "Click to see, double-click to use."
        };
        hint_ui(ui, text);
    });
}

/// At the end of the row: on several lines where there is little room left.
fn hint_ui(ui: &mut Ui, text: &str) {
    let text = RichText::new(text)
        .size(theme::SMALL)
        .color(theme::TEXT_WEAK.now());
    ui.add(Label::new(text).wrap());
}

fn action_ui(
    ui: &mut Ui,
    state: &State,
    name: &str,
    command: Option<RunCommand>,
    selected: bool,
    out: &mut Vec<Command>,
) {
    let command = command.map(Command::Runs);
    let obstacle = match &command {
        Some(command) => state.obstacle(command),
        None => Some("Choose a candidate other than the current result first".to_owned()),
    };
    let button = egui::Button::new(name)
        .selected(selected)
        .min_size(vec2(0.0, 26.0));
    let mut response = ui.add_enabled(obstacle.is_none(), button);
    if let Some(reason) = obstacle {
        response = response.on_disabled_hover_text(reason);
    }
    if response.clicked() {
        out.extend(command);
    }
}
