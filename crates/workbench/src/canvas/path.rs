//! The path of a blur over the photo: a bright line with dark edges, and dots where it begins and ends.

use egui::{Color32, Painter, Pos2, Shape, Stroke, pos2};

use super::scene::{Scene, scene};
use crate::theme;
use desk::{Document, Shape as Drawn, State};

/// Paints the path that is being drawn, or the one that was.
pub(super) fn paint(painter: &Painter, state: &State, document: &Document) {
    if !state.settings.draws_path() || !matches!(scene(state), Scene::Photo) || state.view.peeking {
        return;
    }
    let open = document
        .outline()
        .filter(|outline| outline.shape == Drawn::Path);
    let points = open.map_or_else(|| state.settings.blur.path.clone(), desk::Outline::corners);
    let on_canvas = |at: &(f32, f32)| {
        let (x, y) = state.view.to_canvas(*at);
        pos2(x, y)
    };
    let line: Vec<Pos2> = points.iter().map(on_canvas).collect();
    let (Some(first), Some(last)) = (line.first().copied(), line.last().copied()) else {
        return;
    };
    let dark = Stroke::new(5.0, Color32::from_black_alpha(150));
    let bright = Stroke::new(2.0, theme::PATH);
    painter.add(Shape::line(line.clone(), dark));
    painter.add(Shape::line(line, bright));
    let edge = Stroke::new(1.5, Color32::from_black_alpha(200));
    painter.circle(first, 4.0, Color32::WHITE, edge);
    painter.circle(last, 4.0, theme::PATH, edge);
}
