//! Small pictures in the drawer, and the buttons beside them.

use egui::{
    Align2, Button, Color32, FontId, Rect, Response, RichText, Sense, Stroke, StrokeKind, Ui, Vec2,
    WidgetInfo, pos2, vec2,
};

use crate::shelf::{Key, Shelf};
use crate::theme;
use desk::{Command, Kept, State};

/// The largest rectangle of these proportions within `room`, in its middle.
pub(super) fn fitted(room: Rect, size: (usize, usize)) -> Rect {
    let size = vec2(size.0.max(1) as f32, size.1.max(1) as f32);
    let scale = (room.width() / size.x).min(room.height() / size.y);
    Rect::from_center_size(room.center(), size * scale)
}

/// Paints the thumbnail of a run, or a quiet place for it.
pub(super) fn paint_run(ui: &Ui, shelf: &mut Shelf, run: &Kept, room: Rect) {
    let Some(study) = &run.study else {
        ui.painter()
            .rect_filled(room, theme::ROUNDING, theme::WELL.now());
        return;
    };
    let small = &study.thumbnail;
    let texture = shelf.texture(ui.ctx(), Key::Run(run.id), small.size, &small.rgba);
    let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    let place = fitted(room, small.size);
    ui.painter().image(texture, place, whole, Color32::WHITE);
}

/// A tile that can be clicked: the picture is painted into the rectangle it is given.
pub(super) fn tile_ui(
    ui: &mut Ui,
    size: Vec2,
    (name, selected): (&str, bool),
    caption: &str,
    picture: impl FnOnce(&Ui, Rect),
) -> Response {
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::selected(egui::Role::RadioButton, true, selected, name));
    if !ui.is_rect_visible(rect) {
        return response;
    }
    let (fill, line) = match (selected, response.hovered()) {
        (true, _) => (theme::ACCENT_FAINT.now(), theme::ACCENT.now()),
        (false, true) => (theme::CONTROL.now(), theme::CONTROL_HELD.now()),
        (false, false) => (theme::CARD.now(), theme::LINE.now()),
    };
    let line = Stroke::new(1.0, line);
    let painter = ui.painter();
    painter.rect(rect, theme::ROUNDING, fill, line, StrokeKind::Inside);
    let room = rect.shrink(5.0);
    picture(ui, room.with_max_y(room.bottom() - 17.0));
    let font = FontId::proportional(theme::SMALL);
    let at = pos2(rect.center().x, rect.bottom() - 6.0);
    let color = if selected {
        theme::TEXT_STRONG.now()
    } else {
        theme::TEXT.now()
    };
    painter.text(at, Align2::CENTER_BOTTOM, caption, font, color);
    response.on_hover_cursor(egui::CursorIcon::PointingHand)
}

/// A small button with an icon for a command; what stands in its way is its tooltip.
pub(super) fn small_button_ui(
    ui: &mut Ui,
    state: &State,
    (icon, name): (&str, &str),
    command: Command,
    out: &mut Vec<Command>,
) {
    let obstacle = state.obstacle(&command);
    let button = Button::new(RichText::new(icon).font(theme::icon(16.0)))
        .frame_when_inactive(false)
        .min_size(Vec2::splat(28.0));
    let response = ui
        .add_enabled(obstacle.is_none(), button)
        .accessible_name(name);
    let response = match obstacle {
        Some(reason) => response.on_disabled_hover_text(format!("{name}\n{reason}")),
        None => response.on_hover_text(name),
    };
    if response.clicked() {
        out.push(command);
    }
}
