//! All runs of the open photo, the latest first, and those that wait.

use std::time::{Duration, SystemTime};

use egui::{
    Align, Align2, Color32, FontId, Layout, Rect, ScrollArea, Sense, Stroke, Ui, pos2, vec2,
};

use super::empty_ui;
use super::thumbnails::{paint_run, small_button_ui};
use crate::panels::widgets::help_ui;
use crate::shelf::Shelf;
use crate::{icons, theme};
use desk::session::SessionCommand;
use desk::{
    Command, Ending, Kept, RunCommand, Side, State, Ticket, recipe_in_a_line, recipe_in_words,
    spoken,
};

/// Height of a row.
const ROW: f32 = 44.0;
/// What the buttons add to it where they are below the words.
const BUTTONS: f32 = 32.0;
/// What they take where they are beside them.
const BESIDE: f32 = 8.0 * 32.0;
/// Below this they are below.
const NARROW: f32 = 560.0;

/// Shows the list.
pub(super) fn history_ui(ui: &mut Ui, state: &State, shelf: &mut Shelf, out: &mut Vec<Command>) {
    let runs = &state.runs;
    let kept = runs.archive.all();
    if kept.is_empty() && runs.queue.is_empty() {
        return empty_ui(ui, "Every restoration of this photo is kept here.");
    }
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        for ticket in runs.queue.iter().rev() {
            waiting_ui(ui, state, ticket, out);
        }
        for run in kept.iter().rev() {
            run_ui(ui, state, shelf, run, out);
        }
        if runs.archive.dropped() > 0 {
            let text = format!(
                "{} older runs were dropped to bound the memory.",
                runs.archive.dropped()
            );
            help_ui(ui, &text);
        }
    });
}

fn waiting_ui(ui: &mut Ui, state: &State, ticket: &Ticket, out: &mut Vec<Command>) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 32.0), Sense::hover());
    let recipe = &ticket.job.recipe;
    let drawn = recipe_in_a_line(recipe);
    let text = format!(
        "{}  ·  waiting  ·  seed {}  ·  {drawn}",
        ticket.id, recipe.seed
    );
    let font = FontId::proportional(theme::BODY);
    let at = pos2(rect.left() + 64.0, rect.center().y);
    ui.painter()
        .text(at, Align2::LEFT_CENTER, text, font, theme::TEXT_WEAK.now());
    buttons_ui(ui, rect, |ui| {
        let name = format!("Remove {} from the queue", ticket.id);
        small_button_ui(
            ui,
            state,
            (icons::CLOSE, &name),
            Command::Runs(RunCommand::Unqueue(ticket.id)),
            out,
        );
    });
}

fn run_ui(ui: &mut Ui, state: &State, shelf: &mut Shelf, run: &Kept, out: &mut Vec<Command>) {
    // Where words and buttons have no room beside each other, the buttons go below.
    let narrow = ui.available_width() < NARROW;
    let height = if narrow { ROW + BUTTONS } else { ROW };
    let size = vec2(ui.available_width(), height);
    let (whole, response) = ui.allocate_exact_size(size, Sense::click());
    let rect = whole.with_max_y(whole.top() + ROW);
    let accepted = state.runs.accepted() == Some(run.id);
    let shown = match state.runs.comparison.right {
        Side::Run(id) => id == run.id,
        Side::Result => accepted,
        _ => false,
    };
    response.widget_info(|| {
        egui::WidgetInfo::selected(egui::Role::ListItem, true, shown, run.id.to_string())
    });
    if !ui.is_rect_visible(whole) {
        return;
    }
    let fill = match (shown, response.hovered()) {
        (true, _) => theme::ACCENT_FAINT.now(),
        (false, true) => theme::CARD.now(),
        (false, false) => Color32::TRANSPARENT,
    };
    ui.painter().rect_filled(whole, theme::ROUNDING, fill);
    let picture = Rect::from_min_size(rect.min + vec2(4.0, 3.0), vec2(52.0, ROW - 6.0));
    paint_run(ui, shelf, run, picture);
    if accepted {
        let line = Stroke::new(1.5, theme::ACCENT.now());
        let frame = picture.expand(1.0);
        ui.painter()
            .rect_stroke(frame, theme::ROUNDING, line, egui::StrokeKind::Outside);
    }
    let (words, buttons) = if narrow {
        (rect, whole.with_min_y(rect.bottom()))
    } else {
        (rect.with_max_x(rect.right() - BESIDE), rect)
    };
    words_ui(ui, words.with_min_x(words.left() + 68.0), run, accepted);
    let show = Command::Runs(RunCommand::Show(run.id));
    if response.clicked() && state.obstacle(&show).is_none() {
        out.push(show);
    }
    run_buttons_ui(ui, state, buttons, run, out);
    response.on_hover_ui_at_pointer(|ui| {
        for (name, value) in recipe_in_words(&run.recipe) {
            ui.label(format!("{name}: {value}"));
        }
    });
}

fn words_ui(ui: &Ui, rect: Rect, run: &Kept, accepted: bool) {
    let title = FontId::new(theme::BODY, theme::medium());
    let small = FontId::proportional(theme::SMALL);
    let at = |x: f32, dy: f32| pos2(rect.left() + x, rect.center().y + dy);
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    let above = |x: f32, text: String, font: FontId, color: Color32| {
        painter.text(at(x, -1.0), Align2::LEFT_BOTTOM, text, font, color);
    };
    let below = |x: f32, text: String, color: Color32| {
        painter.text(at(x, 2.0), Align2::LEFT_TOP, text, small.clone(), color);
    };
    let mut head = run.id.to_string();
    if run.candidate.of > 1 {
        head += &format!("  ·  {} of {}", run.candidate.index + 1, run.candidate.of);
    }
    if run.start.is_some() {
        head += "  ·  continued";
    }
    if accepted {
        head += "  ·  current result";
    }
    above(0.0, head, title, theme::TEXT_STRONG.now());
    let (ending, color) = match &run.ending {
        Ending::Finished => (finished(run), theme::TEXT_WEAK.now()),
        Ending::Stopped => ("stopped early".to_owned(), theme::ACCENT.now()),
        Ending::Failed(_) => ("failed".to_owned(), theme::ERROR.now()),
    };
    let age = SystemTime::now().duration_since(run.at).unwrap_or_default();
    below(0.0, format!("{}  ·  {ending}", ago(age)), color);
    let recipe = &run.recipe;
    let drawn = format!("seed {}  ·  {}", recipe.seed, recipe_in_a_line(recipe));
    above(250.0, drawn, small.clone(), theme::TEXT.now());
    let scores = run.study.as_ref().and_then(|study| study.scores);
    let (figures, color) = match (&run.ending, scores) {
        (Ending::Failed(reason), _) => (reason.clone(), theme::ERROR.now()),
        (_, Some(scores)) => {
            let words = scores.in_words();
            let words: Vec<String> = words.iter().map(|(n, f)| format!("{n} {f}")).collect();
            (words.join("  ·  "), theme::TEXT_WEAK.now())
        }
        _ => {
            let known = format!("prior {}  ·  {}", recipe.prior, recipe.device);
            (known, theme::TEXT_WEAK.now())
        }
    };
    below(250.0, figures, color);
}

fn finished(run: &Kept) -> String {
    let seconds = run.report.as_ref().map_or(0.0, |report| report.seconds);
    format!("took {}", spoken(Duration::from_secs_f64(seconds.max(0.0))))
}

/// How long ago, as a person says it.
fn ago(age: Duration) -> String {
    if age < Duration::from_secs(60) {
        "just now".to_owned()
    } else if age < Duration::from_secs(3600) {
        format!("{} min ago", age.as_secs() / 60)
    } else {
        format!(
            "{} h {:02} min ago",
            age.as_secs() / 3600,
            age.as_secs() / 60 % 60
        )
    }
}

fn run_buttons_ui(ui: &mut Ui, state: &State, rect: Rect, run: &Kept, out: &mut Vec<Command>) {
    let id = run.id;
    let named = |what: &str| format!("{what} {id}");
    buttons_ui(ui, rect, |ui| {
        let buttons = [
            (
                icons::TRASH,
                named("Delete"),
                Command::Runs(RunCommand::Delete(id)),
            ),
            (
                icons::EXPORT,
                named("Export"),
                Command::Session(SessionCommand::ExportRun(id)),
            ),
            (
                icons::COPY,
                named("Copy the recipe of"),
                Command::Runs(RunCommand::CopyRecipe(id)),
            ),
            (
                icons::PLAY,
                named("Continue"),
                Command::Runs(RunCommand::GoOn(Some(id))),
            ),
            (
                icons::REDO,
                named("Draw again"),
                Command::Runs(RunCommand::Rerun(id)),
            ),
            (
                icons::ARROWS,
                named("Compare with"),
                Command::Runs(RunCommand::CompareWith(id)),
            ),
            (
                icons::CHECK,
                named("Use"),
                Command::Runs(RunCommand::Accept(id)),
            ),
        ];
        for (icon, name, command) in buttons {
            small_button_ui(ui, state, (icon, &name), command, out);
        }
    });
}

fn buttons_ui(ui: &mut Ui, rect: Rect, contents: impl FnOnce(&mut Ui)) {
    let builder = egui::UiBuilder::new()
        .max_rect(rect.shrink2(vec2(6.0, 0.0)))
        .layout(Layout::right_to_left(Align::Center));
    ui.scope_builder(builder, |ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        contents(ui);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_said_as_people_say_them() {
        assert_eq!(ago(Duration::from_secs(3)), "just now");
        assert_eq!(ago(Duration::from_secs(150)), "2 min ago");
        assert_eq!(ago(Duration::from_secs(7500)), "2 h 05 min ago");
    }
}
