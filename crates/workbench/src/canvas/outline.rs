//! The shape that is being drawn, as marching black and white dashes that show on every ground.

use egui::{Color32, Pos2, Response, Shape as Painted, Stroke, pos2};

use crate::theme;
use desk::{Document, Shape, State};

/// Length of a dash and of the gap after it, in points.
const DASH: f32 = 5.0;

/// Paints the shape, with the line to the pointer if its next corner is awaited.
pub(super) fn paint(
    painter: &egui::Painter,
    state: &State,
    document: &Document,
    response: &Response,
) {
    let closed = |outline: &&desk::Outline| outline.shape != Shape::Path;
    let Some(outline) = document.outline().filter(closed) else {
        return;
    };
    let on_canvas = |at: (f32, f32)| {
        let (x, y) = state.view.to_canvas(at);
        pos2(x, y)
    };
    let mut points: Vec<Pos2> = outline.corners().into_iter().map(on_canvas).collect();
    if outline.shape == Shape::Polygon {
        for corner in &points {
            painter.circle(
                *corner,
                3.0,
                Color32::WHITE,
                Stroke::new(1.0, Color32::BLACK),
            );
        }
        points.extend(response.hover_pos());
    }
    points.extend(points.first().copied());
    painter.line(
        points.clone(),
        Stroke::new(1.5, Color32::from_black_alpha(180)),
    );
    let dashes = Painted::dashed_line(&points, Stroke::new(1.5, Color32::WHITE), DASH, DASH);
    painter.extend(dashes);
    let [r, g, b] = theme::MASK;
    if outline.shape == Shape::Rectangle && points.len() == 5 {
        let rect = egui::Rect::from_two_pos(points[0], points[2]);
        painter.rect_filled(rect, 0.0, Color32::from_rgba_unmultiplied(r, g, b, 40));
    }
}
