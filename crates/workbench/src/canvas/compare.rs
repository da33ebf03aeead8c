//! The divider between the original and the restored picture.

use egui::{Align2, Color32, CursorIcon, FontId, Rect, Sense, Stroke, Ui, pos2, vec2};

use crate::document::{Command, Document, State};
use crate::{icons, theme};

/// Canvas position of the divider.
pub(super) fn split_at(state: &State, document: &Document) -> f32 {
    let x = state.view.divider * document.photo.width() as f32;
    state.view.to_canvas((x, 0.0)).0
}

/// The line, its handle, and what lies on either side.
pub(super) fn divider_ui(
    ui: &mut Ui,
    state: &State,
    document: &Document,
    canvas: Rect,
    out: &mut Vec<Command>,
) {
    let x = split_at(state, document);
    let grip = Rect::from_min_max(pos2(x - 8.0, canvas.top()), pos2(x + 8.0, canvas.bottom()));
    let response = ui
        .interact(grip, ui.scope_id().with("divider"), Sense::click_and_drag())
        .on_hover_and_drag_cursor(CursorIcon::ResizeHorizontal);
    let value = f64::from(state.view.divider);
    response.widget_info(|| egui::WidgetInfo::slider(true, value, "Compare divider"));
    if response.dragged()
        && let Some(at) = response.interact_pointer_pos()
    {
        let (x, _) = state.view.to_photo((at.x, at.y));
        out.push(Command::MoveDivider(x / document.photo.width() as f32));
    }

    let painter = ui.painter_at(canvas);
    let strong = response.hovered() || response.dragged();
    let color = if strong {
        theme::ACCENT.now()
    } else {
        Color32::WHITE
    };
    painter.vline(
        x,
        canvas.y_range(),
        Stroke::new(3.0, Color32::from_black_alpha(90)),
    );
    painter.vline(x, canvas.y_range(), Stroke::new(1.0, color));
    let knob = pos2(x, canvas.center().y);
    painter.circle(
        knob,
        15.0,
        Color32::from_black_alpha(200),
        Stroke::new(1.0, color),
    );
    painter.text(
        knob,
        Align2::CENTER_CENTER,
        icons::ARROWS,
        theme::icon(16.0),
        color,
    );
    caption(
        &painter,
        pos2(x - 16.0, canvas.bottom() - 28.0),
        Align2::RIGHT_CENTER,
        "Original",
    );
    caption(
        &painter,
        pos2(x + 16.0, canvas.bottom() - 28.0),
        Align2::LEFT_CENTER,
        "Restored",
    );
}

fn caption(painter: &egui::Painter, at: egui::Pos2, align: Align2, text: &str) {
    let font = FontId::new(theme::SMALL, theme::medium());
    let galley = painter.layout_no_wrap(text.to_owned(), font, Color32::WHITE);
    let place = align.anchor_size(at, galley.size());
    let ground = place.expand2(vec2(8.0, 4.0));
    painter.rect_filled(ground, theme::ROUNDING, Color32::from_black_alpha(170));
    painter.galley(place.min, galley, Color32::WHITE);
}
