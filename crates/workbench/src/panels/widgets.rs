//! The few widgets everything is made of.

use desk::RecipeCommand;
use std::sync::Arc;

use egui::style::WidgetVisuals;
use egui::{
    Align, Button, Color32, FontId, Galley, Layout, Painter, Response, RichText, Role, Sense,
    Slider, Stroke, Ui, Vec2, WidgetInfo, pos2, vec2,
};

use crate::{icons, shortcuts, theme};
use desk::{Action, Command, Gesture, Settings, State};

/// Whether Escape was pressed and nobody else wanted it, such as a run that could be stopped or a
/// shape that was being drawn.
pub(super) fn escaped(ctx: &egui::Context) -> bool {
    !ctx.text_edit_focused()
        && ctx.input_mut(|input| input.consume_key(egui::Modifiers::NONE, egui::Key::Escape))
}

/// A quiet card as wide as there is room, for facts in close lines.
pub(super) fn facts_card_ui(ui: &mut Ui, facts: impl FnOnce(&mut Ui)) {
    egui::Frame::new()
        .fill(theme::CARD.now())
        .stroke(egui::Stroke::new(1.0, theme::LINE.now()))
        .corner_radius(theme::ROUNDING_LARGE)
        .inner_margin(egui::Margin::same(12))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = 3.0;
            facts(ui);
        });
}

/// Opens a section of the inspector.
pub(super) fn question_ui(ui: &mut Ui, text: &str) {
    ui.label(
        RichText::new(text)
            .font(FontId::new(theme::QUESTION, theme::semibold()))
            .color(theme::TEXT_STRONG.now()),
    );
}

/// One line that says what a setting does to the picture.
pub(super) fn help_ui(ui: &mut Ui, text: &str) {
    ui.label(
        RichText::new(text)
            .size(theme::SMALL)
            .color(theme::TEXT_WEAK.now()),
    );
}

/// What is wrong with a setting, below it.
pub(super) fn error_ui(ui: &mut Ui, text: &str) {
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let color = theme::ERROR.now();
        ui.label(
            RichText::new(icons::WARNING)
                .font(theme::icon(13.0))
                .color(color),
        );
        // Its further lines begin below the first word, not below the icon.
        ui.vertical(|ui| ui.label(RichText::new(text).size(theme::SMALL).color(color)));
    });
}

/// The buttons at the end of a dialog, from the right. They are as high as buttons are: a dialog that
/// has become shorter must not keep its height for their sake.
pub(super) fn dialog_buttons_ui(ui: &mut Ui, buttons: impl FnOnce(&mut Ui)) {
    let row = vec2(ui.available_width(), 32.0);
    ui.allocate_ui_with_layout(row, Layout::right_to_left(Align::Center), buttons);
}

/// The name of a setting.
pub(super) fn name_ui(ui: &mut Ui, text: &str) {
    ui.label(RichText::new(text).font(FontId::new(theme::BODY, theme::medium())));
}

/// A label on the left, a value at the right end of the same line, cut short if it is long.
pub(super) fn fact_ui(ui: &mut Ui, name: &str, value: &str) {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 18.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{name}: {value}")));
    let font = FontId::proportional(theme::SMALL);
    let painter = ui.painter_at(rect);
    let name = painter.layout_no_wrap(name.to_owned(), font.clone(), theme::TEXT_WEAK.now());
    let room = rect.width() - name.size().x - 2.0 * theme::GAP;
    let galley = one_line(&painter, value, font, theme::TEXT.now(), room);
    let elided = galley.elided;
    let top = |height: f32| rect.center().y - height / 2.0;
    painter.galley(
        pos2(rect.left(), top(name.size().y)),
        name,
        theme::TEXT_WEAK.now(),
    );
    let left = rect.right() - galley.size().x;
    painter.galley(pos2(left, top(galley.size().y)), galley, theme::TEXT.now());
    if elided {
        response.on_hover_text(value);
    }
}

/// Text on one line, cut short with dots where it is longer than `room` points.
pub(super) fn one_line(
    painter: &Painter,
    text: &str,
    font: FontId,
    color: Color32,
    room: f32,
) -> Arc<Galley> {
    let mut job = egui::text::LayoutJob::simple(text.to_owned(), font, color, room.max(0.0));
    job.wrap.max_rows = 1;
    job.wrap.break_anywhere = true;
    painter.layout_job(job)
}

/// A square button that shows only an icon; its name is read aloud and shown as a tooltip.
pub(super) fn icon_button_ui(
    ui: &mut Ui,
    state: &State,
    (icon, name): (&str, &str),
    selected: bool,
    command: Command,
    out: &mut Vec<Command>,
) -> Response {
    let obstacle = state.obstacle(&command);
    let text = RichText::new(icon).font(theme::icon(18.0));
    let button = Button::new(text)
        .selected(selected)
        .frame_when_inactive(selected)
        .min_size(Vec2::splat(36.0));
    let response = ui
        .add_enabled(obstacle.is_none(), button)
        .accessible_name(name);
    let tip = shortcuts::named(ui.ctx(), state, name, &command);
    let response = match obstacle {
        Some(reason) => response.on_disabled_hover_text(format!("{tip}\n{reason}")),
        None => response.on_hover_text(tip),
    };
    if response.clicked() {
        out.push(command);
    }
    response
}

/// A button with an icon and a name.
pub(super) fn command_button_ui(
    ui: &mut Ui,
    state: &State,
    (icon, name): (&str, &str),
    command: Command,
    out: &mut Vec<Command>,
) -> Response {
    let obstacle = state.obstacle(&command);
    let button = Button::new((RichText::new(icon).font(theme::icon(16.0)), name));
    let mut response = ui
        .add_enabled(obstacle.is_none(), button)
        .accessible_name(name);
    response = match (obstacle, Action::of(&command)) {
        (Some(reason), _) => response.on_disabled_hover_text(reason),
        (None, Some(action)) => {
            let tip = shortcuts::named(ui.ctx(), state, action.help, &command);
            response.on_hover_text(tip)
        }
        (None, None) => response,
    };
    if response.clicked() {
        out.push(command);
    }
    response
}

/// One of several exclusive choices side by side.
pub(super) struct Segment<'a> {
    /// What it says.
    pub(super) text: &'a str,
    /// What it is called when read aloud.
    pub(super) name: &'a str,
    /// Whether it is the chosen one.
    pub(super) selected: bool,
    /// Why it cannot be chosen.
    pub(super) obstacle: Option<String>,
}

impl<'a> Segment<'a> {
    /// A segment that can be chosen.
    pub(super) fn new(text: &'a str, selected: bool) -> Self {
        Self {
            text,
            name: text,
            selected,
            obstacle: None,
        }
    }
}

/// A row of exclusive choices that share the width; the index of the one that was clicked.
pub(super) fn segments_ui(ui: &mut Ui, width: f32, segments: &[Segment<'_>]) -> Option<usize> {
    let mut clicked = None;
    let (whole, _) = ui.allocate_exact_size(vec2(width, 30.0), Sense::hover());
    ui.painter()
        .rect_filled(whole, theme::ROUNDING + 1, theme::WELL.now());
    let font = FontId::new(theme::BODY, theme::medium());
    let words: Vec<f32> = segments
        .iter()
        .map(|segment| {
            let text = segment.text.to_owned();
            let galley = ui
                .painter()
                .layout_no_wrap(text, font.clone(), Color32::WHITE);
            galley.size().x
        })
        .collect();
    let mut left = whole.left() + 2.0;
    let places = shares(width - 4.0, &words);
    for (index, (segment, each)) in segments.iter().zip(places).enumerate() {
        let rect =
            egui::Rect::from_min_size(pos2(left, whole.top() + 2.0), vec2(each, 26.0)).shrink(1.0);
        left += each;
        let enabled = segment.obstacle.is_none();
        let sense = if enabled {
            Sense::click()
        } else {
            Sense::hover()
        };
        let response = ui.interact(rect, ui.scope_id().with(("segment", segment.name)), sense);
        response.widget_info(|| {
            WidgetInfo::selected(Role::RadioButton, enabled, segment.selected, segment.name)
        });
        let (fill, color) = if segment.selected {
            (theme::CONTROL_HELD.now(), theme::TEXT_STRONG.now())
        } else if response.hovered() && enabled {
            (theme::CONTROL.now(), theme::TEXT_STRONG.now())
        } else {
            (Color32::TRANSPARENT, theme::TEXT_WEAK.now())
        };
        let color = if enabled {
            color
        } else {
            color.gamma_multiply(0.5)
        };
        ui.painter().rect_filled(rect, theme::ROUNDING, fill);
        let galley = one_line(
            ui.painter(),
            segment.text,
            font.clone(),
            color,
            rect.width(),
        );
        let at = rect.center() - galley.size() / 2.0;
        ui.painter().galley(at, galley, color);
        if response.clicked() {
            clicked = Some(index);
        }
        if let Some(reason) = &segment.obstacle {
            response.on_hover_text(reason);
        }
    }
    clicked
}

/// How `width` is shared by segments with words of these widths: alike where that gives every one
/// room, else by what they need.
fn shares(width: f32, words: &[f32]) -> Vec<f32> {
    const AIR: f32 = 12.0;
    let count = words.len().max(1) as f32;
    let alike = width / count;
    if words.iter().all(|word| word + AIR <= alike) {
        return vec![alike; words.len()];
    }
    let spare = (width - words.iter().sum::<f32>()) / count;
    if spare >= 0.0 {
        return words.iter().map(|word| word + spare).collect();
    }
    let all: f32 = words.iter().sum();
    words.iter().map(|word| word / all * width).collect()
}

/// A slider of a width in all, with its value at the right.
pub(super) fn slider_ui(ui: &mut Ui, name: &str, width: f32, slider: Slider<'_>) -> Response {
    ui.scope(|ui| {
        let value_width = 72.0;
        ui.spacing_mut().slider_width = width - value_width - theme::GAP;
        ui.spacing_mut().interact_size = vec2(value_width, 22.0);
        ui.spacing_mut().button_padding.y = 2.0;
        let visuals = ui.visuals_mut();
        visuals.selection.bg_fill = theme::ACCENT.now();
        // The rail and the handle share a fill; the ring makes the handle.
        let ring = Stroke::new(2.0, theme::TEXT_STRONG.now());
        visuals.widgets.inactive.bg_fill = theme::CONTROL_HELD.now();
        visuals.widgets.inactive.fg_stroke = ring;
        visuals.widgets.hovered.fg_stroke = ring;
        visuals.widgets.active.bg_fill = theme::ACCENT.now();
        visuals.widgets.active.fg_stroke = ring;
        ui.name_inputs(name, |ui| ui.add(slider))
    })
    .inner
}

/// Pushes a changed setting, as one undo step for a whole drag.
pub(super) fn adjusted(response: &Response, next: Settings, out: &mut Vec<Command>) {
    if response.changed() {
        let ongoing = response.dragged() || response.has_focus();
        let gesture = if ongoing {
            Gesture::Ongoing
        } else {
            Gesture::Once
        };
        out.push(Command::Recipe(RecipeCommand::Adjust {
            next: Box::new(next),
            gesture,
        }));
    }
    if response.drag_stopped() || response.lost_focus() {
        out.push(Command::Recipe(RecipeCommand::EndGesture));
    }
}

/// Pushes changed settings as an undo step of their own.
pub(super) fn chosen(next: Settings, out: &mut Vec<Command>) {
    out.push(Command::Recipe(RecipeCommand::Adjust {
        next: Box::new(next),
        gesture: Gesture::Once,
    }));
}

/// A path field over the width that is left.
pub(super) fn path_field_ui(ui: &mut Ui, name: &str, hint: &str, text: &mut String) -> Response {
    let width = ui.available_width();
    ui.add(
        egui::TextEdit::singleline(text)
            .hint_text(hint.to_owned())
            .desired_width(width)
            .margin(vec2(8.0, 6.0)),
    )
    .accessible_name(name)
}

/// A box to tick. Its outline can be seen on every ground, also while it is empty. It is filled alike whether it
/// has the focus or not: a fill of its own would look like a tick.
pub(super) fn check_ui(ui: &mut Ui, on: &mut bool, text: &str) -> Response {
    ui.scope(|ui| {
        let visuals = ui.visuals_mut();
        let line = Stroke::new(1.0, theme::TEXT_WEAK.now());
        visuals.widgets.inactive.bg_stroke = line;
        visuals.widgets.hovered.bg_stroke = line;
        visuals.widgets.active = WidgetVisuals {
            fg_stroke: visuals.widgets.active.fg_stroke,
            ..visuals.widgets.inactive
        };
        ui.checkbox(on, text)
    })
    .inner
}

/// A line of small text that can be pressed.
pub(super) fn small_link_ui(ui: &mut Ui, text: &str, name: &str) -> Response {
    let text = RichText::new(text)
        .size(theme::SMALL)
        .color(theme::ACCENT.now());
    let button = Button::new(text).frame_when_inactive(false).small();
    ui.add(button).accessible_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_share_alike_while_every_word_has_room() {
        assert_eq!(shares(300.0, &[40.0, 60.0, 50.0]), [100.0; 3]);
        // Long words take from short ones.
        let tight = shares(200.0, &[20.0, 90.0, 40.0]);
        assert!((tight.iter().sum::<f32>() - 200.0).abs() < 1e-3);
        assert!(
            tight
                .iter()
                .zip([20.0, 90.0, 40.0])
                .all(|(a, word)| *a > word)
        );
        let none = shares(75.0, &[20.0, 90.0, 40.0]);
        assert!((none.iter().sum::<f32>() - 75.0).abs() < 1e-3, "{none:?}");
    }
}
