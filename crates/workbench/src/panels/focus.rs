//! A ring around the control that has the keyboard focus.
//!
//! egui tells a focused control by the fill of a pressed one alone, which is hard to see. Clicking a button
//! does not focus it, so the ring appears where the keyboard or a text field is used.

use egui::{Context, Memory, Rect, Stroke, StrokeKind, Ui};

use crate::theme;
use desk::{State, Viewport};

/// Width of the ring.
const WIDTH: f32 = 2.0;
/// How far it keeps from the control.
const AWAY: f32 = 1.0;

/// Paints the ring. Call it when everything else of the frame has been shown: it is painted over the
/// control's own layer, and below whatever lies over that.
pub(crate) fn focus_ui(ctx: &Context, state: &State) {
    let focused = ctx.memory(Memory::focused);
    let Some(control) = focused.and_then(|id| ctx.read_response(id)) else {
        return;
    };
    let Some(ring) = ring(control.rect, control.interact_rect, state.view.viewport) else {
        return;
    };
    let painter = ctx.layer_painter(control.layer_id);
    let stroke = Stroke::new(WIDTH, theme::ACCENT.now());
    painter.rect_stroke(ring, theme::ROUNDING + 1, stroke, StrokeKind::Outside);
}

/// Moves a scrolled panel so far that the control which has just got the focus can be seen. Call it at the end of
/// what is scrolled.
pub(super) fn follow_ui(ui: &mut Ui) {
    let focused = ui.memory(Memory::focused);
    let Some(control) = focused.and_then(|id| ui.ctx().read_response(id)) else {
        return;
    };
    let within = control.layer_id == ui.layer_id() && ui.min_rect().contains_rect(control.rect);
    if within && control.gained_focus() {
        ui.scroll_to_rect(control.rect.expand(theme::GAP), None);
    }
}

/// Where the ring of a control is, of which only `seen` is not scrolled out of sight. The canvas has none: it
/// would frame the picture.
fn ring(control: Rect, seen: Rect, canvas: Viewport) -> Option<Rect> {
    let canvas = Rect::from_min_size(
        egui::pos2(canvas.left, canvas.top),
        egui::vec2(canvas.width, canvas.height),
    );
    let shown = control.intersect(seen);
    (shown.is_positive() && !shown.contains_rect(canvas)).then(|| shown.expand(AWAY))
}

#[cfg(test)]
mod tests {
    use egui::pos2;

    use super::*;

    #[test]
    fn the_ring_is_around_what_can_be_seen_of_the_control_and_not_around_the_canvas() {
        let at =
            |left, top, right, bottom| Rect::from_min_max(pos2(left, top), pos2(right, bottom));
        let canvas = Viewport {
            left: 52.0,
            top: 80.0,
            width: 900.0,
            height: 700.0,
            ..Viewport::default()
        };
        let button = at(10.0, 10.0, 60.0, 40.0);
        let whole = ring(button, button, canvas);
        assert_eq!(whole, Some(at(9.0, 9.0, 61.0, 41.0)));
        let half = ring(button, at(10.0, 25.0, 60.0, 40.0), canvas);
        assert_eq!(half, Some(at(9.0, 24.0, 61.0, 41.0)));
        assert_eq!(ring(button, at(10.0, 50.0, 60.0, 40.0), canvas), None);
        let picture = at(52.0, 80.0, 952.0, 780.0);
        assert_eq!(ring(picture, picture, canvas), None);
    }
}
