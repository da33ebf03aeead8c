//! Painting the canvas: picture, mask, previews, the brush's outline.

use desk::MaskCommand;
use desk::ViewCommand;
use egui::{Color32, Rect, Sense, Stroke, StrokeKind, Ui};

use super::compare::{captions_ui, paint_target};
use super::empty::empty_ui;
use super::layers::Layers;
use super::pointer::pointer_ui;
use super::scene;
use super::{outline, path};
use crate::shelf::Shelf;
use crate::theme;
use desk::{Command, State, Viewport};

/// Shows the canvas in what is left of the window.
pub(crate) fn canvas_ui(
    ui: &mut Ui,
    state: &State,
    (layers, shelf): (&mut Layers, &mut Shelf),
    out: &mut Vec<Command>,
) {
    let rect = ui.available_rect_before_wrap();
    let response = ui.allocate_rect(rect, Sense::click_and_drag());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Canvas, true, "Canvas"));
    measure(ui, state, rect, out);
    layers.follow(state);

    let painter = ui.painter_at(rect);
    let Some(document) = &state.document else {
        painter.rect_filled(rect, 0.0, theme::CANVAS.now());
        empty_ui(ui, state, rect, out);
        return;
    };
    // What is covered is known when the picture is painted, but the ground lies below it.
    let ground = painter.add(egui::Shape::Noop);
    let covered = scene::paint(&painter, (state, document), (layers, shelf), rect);
    painter.set(ground, ground_around(rect, covered));
    captions_ui(ui, state, document, rect, out);
    pointer_ui(ui, state, &response, out);
    if state.runs.blending {
        paint_target(&painter, state, &response);
    } else {
        paint_brush(&painter, state, &response);
        outline::paint(&painter, state, document, &response);
        path::paint(&painter, state, document);
    }
    paint_drop_hint(ui, &painter, rect);
}

/// The canvas as far as no picture covers it: a processor that plays the GPU takes as long for a plain
/// surface as for a photo. Without the soft edges of shapes, which would show where they meet.
fn ground_around(canvas: Rect, covered: Option<Rect>) -> egui::Shape {
    let mut mesh = egui::Mesh::default();
    let mut fill = |rect: Rect| {
        if rect.is_positive() {
            mesh.add_colored_rect(rect, theme::CANVAS.now());
        }
    };
    let covered = covered.map(|covered| covered.intersect(canvas));
    match covered.filter(Rect::is_positive) {
        None => fill(canvas),
        Some(covered) => {
            let rows = canvas
                .with_min_y(covered.top())
                .with_max_y(covered.bottom());
            fill(canvas.with_max_y(covered.top()));
            fill(canvas.with_min_y(covered.bottom()));
            fill(rows.with_max_x(covered.left()));
            fill(rows.with_min_x(covered.right()));
        }
    }
    mesh.into()
}

/// While a file is dragged over the window, says what dropping it will do.
fn paint_drop_hint(ui: &Ui, painter: &egui::Painter, rect: Rect) {
    if ui.input(|input| input.raw.hovered_files.is_empty()) {
        return;
    }
    painter.rect_filled(rect, 0.0, Color32::from_black_alpha(150));
    let frame = rect.shrink(16.0);
    let line = Stroke::new(2.0, theme::ACCENT.now());
    painter.rect_stroke(frame, theme::ROUNDING_LARGE, line, StrokeKind::Inside);
    let font = egui::FontId::new(theme::QUESTION, theme::medium());
    let at = rect.center();
    painter.text(
        at,
        egui::Align2::CENTER_CENTER,
        "Drop to open",
        font,
        theme::TEXT_STRONG.now(),
    );
}

fn measure(ui: &Ui, state: &State, rect: Rect, out: &mut Vec<Command>) {
    let viewport = Viewport {
        left: rect.left(),
        top: rect.top(),
        width: rect.width(),
        height: rect.height(),
        density: ui.pixels_per_point(),
    };
    if viewport != state.view.viewport {
        out.push(Command::View(ViewCommand::Measured(viewport)));
        ui.ctx().request_repaint();
    }
}

fn paint_brush(painter: &egui::Painter, state: &State, response: &egui::Response) {
    let Some(at) = response.hover_pos() else {
        return;
    };
    let draws_path = state.settings.draws_path();
    if !state.tool.has_size() || draws_path || state.obstacle(&probe()).is_some() {
        return;
    }
    let radius = state.brush.diameter / 2.0 * state.view.scale();
    // Two rings are seen on every ground.
    painter.circle_stroke(
        at,
        radius + 1.0,
        Stroke::new(1.0, Color32::from_black_alpha(160)),
    );
    painter.circle_stroke(at, radius, Stroke::new(1.0, Color32::WHITE));
    if radius > 12.0 {
        painter.circle_filled(at, 1.5, Color32::WHITE);
    }
}

/// Stands for any stroke, to ask whether painting is possible.
pub(super) fn probe() -> Command {
    Command::Mask(MaskCommand::BeginStroke {
        at: (0.0, 0.0),
        opposite: false,
        straight: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(canvas: Rect, covered: Option<Rect>) -> f32 {
        let egui::Shape::Mesh(mesh) = ground_around(canvas, covered) else {
            panic!("a mesh")
        };
        let quads = mesh.vertices.chunks_exact(4);
        quads
            .map(|quad| Rect::from_points(&[quad[0].pos, quad[1].pos, quad[2].pos, quad[3].pos]))
            .map(|rect| rect.area())
            .sum()
    }

    #[test]
    fn the_ground_is_what_no_picture_covers() {
        let rect = |left, top, right, bottom| {
            Rect::from_min_max(egui::pos2(left, top), egui::pos2(right, bottom))
        };
        let canvas = rect(10.0, 20.0, 110.0, 70.0);
        assert_eq!(area(canvas, None), 5000.0);
        assert_eq!(area(canvas, Some(rect(30.0, 30.0, 80.0, 60.0))), 3500.0);
        assert_eq!(area(canvas, Some(rect(-9.0, 30.0, 999.0, 60.0))), 2000.0);
        assert_eq!(area(canvas, Some(rect(-9.0, -9.0, 999.0, 999.0))), 0.0);
        assert_eq!(
            area(canvas, Some(rect(0.0, 0.0, 5.0, 5.0))),
            5000.0,
            "elsewhere"
        );
    }
}
