//! Which pictures are painted where: one, two about a divider or side by side, or their
//! difference; the run's estimates over the photo; the spread over everything.

use egui::{Painter, Rect, Stroke, StrokeKind, pos2};

use super::compare::split_at;
use super::layers::{Layers, placement};
use super::picture::Raster;
use crate::shelf::{Key, Shelf};
use crate::theme;
use desk::{Content, Document, Manner, Show, Side, State};

/// What fills the canvas.
pub(super) enum Scene {
    /// The photo with its mask, and what the sampler shows of it.
    Photo,
    /// One picture.
    One(Content),
    /// Two pictures about a divider.
    Split(Content, Content),
    /// Two pictures side by side.
    Halves(Content, Content),
    /// What differs between two pictures.
    Difference(Content, Content),
}

/// What fills the canvas now. While a key is held, the original takes the place of the others.
pub(super) fn scene(state: &State) -> Scene {
    let comparison = state.runs.comparison;
    let right = state.content(comparison.right);
    let peeked = state.view.peeking.then(|| state.content(Side::Original));
    match (state.view.show, peeked.flatten(), right) {
        (Show::Original, ..) | (_, _, None) => Scene::Photo,
        (Show::Split, Some(original), _) if state.view.side_by_side => {
            Scene::Halves(original.clone(), original)
        }
        (_, Some(original), _) => Scene::One(original),
        (Show::Restored, None, Some(right)) => Scene::One(right),
        (Show::Split, None, Some(right)) => {
            let Some(left) = state.content(comparison.left) else {
                return Scene::One(right);
            };
            match comparison.manner {
                Manner::Split => Scene::Split(left, right),
                Manner::SideBySide => Scene::Halves(left, right),
                Manner::Difference if left.size() == right.size() => Scene::Difference(left, right),
                Manner::Difference => Scene::One(right),
            }
        }
    }
}

/// Paints a scene. Returns the part of the canvas that shows nothing of what lies below, if that is one
/// rectangle.
pub(super) fn paint(
    painter: &Painter,
    (state, document): (&State, &Document),
    (layers, shelf): (&mut Layers, &mut Shelf),
    clip: Rect,
) -> Option<Rect> {
    let mut one = |painter: &Painter, raster: Raster, right: bool, clip: Rect| {
        let place = placement(&state.view, document, raster.size().0, right, clip);
        let frame = place.on_canvas(imaging::Rect::new(0, 0, raster.size().0, raster.size().1));
        let painter = painter.with_clip_rect(clip);
        let line = Stroke::new(1.0, theme::LINE.now());
        painter.rect_stroke(frame, 0.0, line, StrokeKind::Outside);
        let opaque = layers.paint(&painter, &raster, &place);
        let spread = state.runs.spread.as_ref();
        let spread = spread.filter(|_| state.runs.spread_visible && !state.view.peeking);
        if let (Some(spread), Raster::Picture(_)) = (spread, &raster) {
            let place = placement(&state.view, document, spread.size().0, right, clip);
            let _ = layers.paint(&painter, &Raster::Spread(spread.clone()), &place);
        }
        opaque.then_some(frame)
    };
    match scene(state) {
        Scene::Photo => {
            let original = Content::Whole(document.photo.clone());
            let covered = one(painter, Raster::Picture(original), false, clip);
            paint_estimates(painter, state, document, (layers, shelf), clip);
            covered
        }
        Scene::One(content) => one(painter, Raster::Picture(content), false, clip),
        Scene::Split(left, right) => {
            let at = split_at(state, document).clamp(clip.left(), clip.right());
            let left = one(painter, Raster::Picture(left), false, clip.with_max_x(at));
            let right = one(painter, Raster::Picture(right), false, clip.with_min_x(at));
            left.filter(|_| left == right)
        }
        Scene::Halves(left, right) => {
            let (l, r) = halves(clip);
            let _ = one(painter, Raster::Picture(left), false, l);
            let _ = one(painter, Raster::Picture(right), true, r);
            let line = Stroke::new(1.0, theme::LINE.now());
            painter.vline(clip.center().x, clip.y_range(), line);
            None
        }
        Scene::Difference(left, right) => {
            one(painter, Raster::Difference(left, right), false, clip)
        }
    }
}

/// The two halves of the canvas, with a gap between them.
pub(super) fn halves(clip: Rect) -> (Rect, Rect) {
    let (left, right) = clip.split_left_right_at_fraction(0.5);
    (
        left.with_max_x(left.right() - 1.0),
        right.with_min_x(right.left() + 1.0),
    )
}

/// The mask, and what the sampler has drawn of the picture: the moment that is inspected, or the
/// latest while a run is on.
fn paint_estimates(
    painter: &Painter,
    state: &State,
    document: &Document,
    (layers, shelf): (&mut Layers, &mut Shelf),
    clip: Rect,
) {
    let view = &state.view;
    let place = |width| placement(view, document, width, false, clip);
    let runs = &state.runs;
    let live = state.run.as_ref().filter(|_| !runs.yielded);
    if view.peeking {
        return;
    }
    if let Some(index) = runs.inspected {
        let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
        let place = place(runs.frames.size.0);
        for frame in runs.frames.moment(index) {
            let key = Key::frame(&runs.frames, frame);
            let texture = shelf.texture(painter.ctx(), key, frame.size, &frame.rgba);
            let at = place.on_canvas(frame.window);
            painter.image(texture, at, whole, egui::Color32::WHITE);
        }
        return;
    }
    if let Some(run) = live {
        let size = run.plan.as_ref().map(|plan| plan.size.0);
        let width = size.unwrap_or(document.photo.width());
        layers.previews.paint(painter, &place(width));
    }
    // Over a run that is on, marks for the next one only.
    let marks = live.is_none() || runs.marking;
    if marks && view.mask_visible && state.settings.needs_mask() {
        let place = place(document.photo.width());
        let opacity = view.mask_opacity;
        layers.mask.paint(painter, &place, &document.mask, opacity);
        if let Some(proposal) = &state.finder.proposal {
            layers.proposal.paint(painter, &place, proposal, opacity);
        }
    }
}
