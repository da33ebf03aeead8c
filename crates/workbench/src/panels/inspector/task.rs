//! What happened: a tile for each task, and the parameters of the chosen one.

mod composition;
mod deblur;
mod inpaint;
mod others;
mod step;

use desk::RecipeCommand;
use egui::{FontId, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

use super::glimpse::glimpse_ui;
use crate::panels::widgets::{error_ui, help_ui};
use crate::{icons, theme};
use desk::{Command, Settings, State, Task};
use engine::sampler_title;

/// Space between tiles.
const BETWEEN: f32 = 6.0;

/// Shows the tiles and what belongs to the chosen one.
pub(super) fn task_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    ui.spacing_mut().item_spacing.y = BETWEEN;
    for pair in Task::ALL.chunks(2) {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = BETWEEN;
            for &task in pair {
                if tile_ui(ui, task, state.settings.task == task).clicked() {
                    out.push(Command::Recipe(RecipeCommand::ChooseTask(task)));
                }
            }
        });
    }
    ui.add_space(2.0);
    let settings = &state.settings;
    if settings.task != Task::Inpaint {
        help_ui(ui, settings.task.summary());
    }
    match settings.task {
        Task::Inpaint => return inpaint::inpaint_ui(ui, state, out),
        Task::Deblur => deblur::deblur_ui(ui, state, out),
        Task::Enlarge => others::enlarge_ui(ui, state, out),
        Task::Denoise => others::denoise_ui(ui),
        Task::Colours => others::colours_ui(ui, state, out),
        Task::Jpeg => others::jpeg_ui(ui, state, out),
        Task::Highlights => others::highlights_ui(ui),
        Task::Custom => composition::composition_ui(ui, state, out),
    }
    if settings.missing().is_some() {
        return;
    }
    // The list of steps shows its problem where it is written.
    match state.glimpse.problem(settings) {
        Some(problem) if settings.task != Task::Custom => error_ui(ui, problem),
        Some(_) => {}
        None => glimpse_ui(ui, state),
    }
    sampler_line_ui(ui, settings);
}

/// Says who draws what few samplers can.
fn sampler_line_ui(ui: &mut Ui, settings: &Settings) {
    if settings.is_linear() {
        return;
    }
    let chosen = settings.sampler_now();
    let now = sampler_title(&chosen.name);
    let other = sampler_title(&settings.sampler.name);
    let text = if now == other {
        format!("This is not linear; {now} can undo it all the same.")
    } else {
        format!("This is not linear, so {now} draws it. For what is, your choice stays {other}.")
    };
    help_ui(ui, &text);
}

fn icon(task: Task) -> &'static str {
    match task {
        Task::Inpaint => icons::BANDAIDS,
        Task::Deblur => icons::APERTURE,
        Task::Enlarge => icons::RESIZE,
        Task::Denoise => icons::DOTS,
        Task::Colours => icons::PALETTE,
        Task::Jpeg => icons::BLOCKS,
        Task::Highlights => icons::SUN,
        Task::Custom => icons::STACK,
    }
}

/// One of two tiles in a row: an icon, and a title of at most two lines.
fn tile_ui(ui: &mut Ui, task: Task, selected: bool) -> Response {
    let width = (theme::INSPECTOR - 2.0 * 16.0 - BETWEEN) / 2.0;
    let (rect, response) = ui.allocate_exact_size(vec2(width, 44.0), Sense::click());
    let title = task.title();
    response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, selected, title));
    let lit = response.hovered() || response.has_focus();
    let (fill, line) = match (selected, lit) {
        (true, false) => (theme::ACCENT_FAINT.now(), theme::ACCENT.now()),
        (true, true) => (theme::ACCENT_FAINT.now(), theme::ACCENT_HOVERED.now()),
        (false, true) => (theme::CONTROL.now(), theme::CONTROL_HELD.now()),
        (false, false) => (theme::CARD.now(), theme::LINE.now()),
    };
    let tint = if selected {
        theme::ACCENT.now()
    } else {
        theme::TEXT_WEAK.now()
    };
    let painter = ui.painter();
    let line = Stroke::new(1.0, line);
    painter.rect(rect, theme::ROUNDING_LARGE, fill, line, StrokeKind::Inside);
    let middle = rect.center().y;
    painter.text(
        pos2(rect.left() + 21.0, middle),
        egui::Align2::CENTER_CENTER,
        icon(task),
        theme::icon(20.0),
        tint,
    );
    let left = rect.left() + 42.0;
    let font = FontId::new(12.0, theme::medium());
    let ink = theme::TEXT_STRONG.now();
    let room = rect.right() - left - 8.0;
    // The longest title would take three lines.
    let shown = match task {
        Task::Inpaint => "Scratches and objects",
        _ => title,
    };
    let galley = painter.layout(shown.to_owned(), font, ink, room);
    painter.galley(pos2(left, middle - galley.size().y / 2.0), galley, ink);
    response
        .on_hover_cursor(egui::CursorIcon::PointingHand)
        .on_hover_text(task.summary())
}
