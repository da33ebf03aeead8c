//! Painting the canvas: picture, mask, previews, the brush's outline.

use egui::{Color32, Sense, Stroke, StrokeKind, Ui};

use super::compare::{divider_ui, split_at};
use super::empty::empty_ui;
use super::layers::{Layers, placement};
use super::outline;
use super::pointer::pointer_ui;
use crate::document::{Command, Document, Show, State, Viewport};
use crate::theme;

/// Shows the canvas in what is left of the window.
pub(crate) fn canvas_ui(
    ui: &mut Ui,
    state: &mut State,
    layers: &mut Layers,
    out: &mut Vec<Command>,
) {
    let rect = ui.available_rect_before_wrap();
    let response = ui.allocate_rect(rect, Sense::click_and_drag());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Canvas, true, "Canvas"));
    measure(ui, state, rect, out);
    layers.follow(state);

    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, 0.0, theme::CANVAS.now());
    let Some(document) = &state.document else {
        empty_ui(ui, state, rect, out);
        return;
    };
    paint_pictures(&painter, state, document, layers, rect);
    if shown(state) == Show::Split {
        divider_ui(ui, state, document, rect, out);
    }
    pointer_ui(ui, state, &response, out);
    paint_brush(&painter, state, &response);
    outline::paint(&painter, state, document, &response);
    paint_drop_hint(ui, &painter, rect);
}

/// While a file is dragged over the window, says what dropping it will do.
fn paint_drop_hint(ui: &Ui, painter: &egui::Painter, rect: egui::Rect) {
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

/// What is shown now: while a run is on or a key is held, the original.
pub(super) fn shown(state: &State) -> Show {
    let has_result = state.document.as_ref().is_some_and(|d| d.result.is_some());
    if !has_result || state.view.peeking || state.run.is_some() {
        Show::Original
    } else {
        state.view.show
    }
}

fn measure(ui: &Ui, state: &State, rect: egui::Rect, out: &mut Vec<Command>) {
    let viewport = Viewport {
        left: rect.left(),
        top: rect.top(),
        width: rect.width(),
        height: rect.height(),
        density: ui.pixels_per_point(),
    };
    if viewport != state.view.viewport {
        out.push(Command::Measured(viewport));
        ui.ctx().request_repaint();
    }
}

fn paint_pictures(
    painter: &egui::Painter,
    state: &State,
    document: &Document,
    layers: &mut Layers,
    clip: egui::Rect,
) {
    let view = &state.view;
    let show = shown(state);
    let place = placement(view, document, document.photo.width(), clip);
    let frame = place.on_canvas(document.photo.bounds());
    painter.rect_stroke(
        frame,
        0.0,
        Stroke::new(1.0, theme::LINE.now()),
        StrokeKind::Outside,
    );
    let split = split_at(state, document);
    let left = match show {
        Show::Original => clip,
        Show::Split => clip.with_max_x(split),
        Show::Restored => egui::Rect::NOTHING,
    };
    if left.is_positive() {
        let painter = painter.with_clip_rect(left);
        if let Some(original) = &mut layers.original {
            original.paint(&painter, &place);
        }
        // Comparing is about the pictures; the mask would cover what is compared.
        let comparing = show != Show::Original || view.peeking;
        let masked = view.mask_visible && state.settings.needs_mask();
        if masked && !comparing && state.run.is_none() {
            let opacity = view.mask_opacity;
            layers.mask.paint(&painter, &place, &document.mask, opacity);
            if let Some(proposal) = &state.finder.proposal {
                layers.proposal.paint(&painter, &place, proposal, opacity);
            }
        }
    }
    if let (Some(run), false) = (&state.run, view.peeking) {
        let width = run
            .plan
            .as_ref()
            .map_or(document.photo.width(), |plan| plan.size.0);
        layers
            .previews
            .paint(painter, &placement(view, document, width, clip));
    }
    if let (Some(result), Some(picture), true) = (
        &document.result,
        &mut layers.restored,
        show != Show::Original,
    ) {
        let right = if show == Show::Split {
            clip.with_min_x(split)
        } else {
            clip
        };
        let place = placement(view, document, result.photo.width(), clip);
        picture.paint(&painter.with_clip_rect(right), &place);
    }
}

fn paint_brush(painter: &egui::Painter, state: &State, response: &egui::Response) {
    let Some(at) = response.hover_pos() else {
        return;
    };
    if !state.tool.has_size() || state.obstacle(&probe()).is_some() {
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
    Command::BeginStroke {
        at: (0.0, 0.0),
        opposite: false,
        straight: false,
    }
}
