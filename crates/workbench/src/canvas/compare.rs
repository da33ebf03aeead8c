//! What is written over the pictures: the divider and its handle, their names, the scale of the
//! spread, the patch that a click would take over.

use desk::ViewCommand;
use egui::{
    Align2, Color32, CursorIcon, FontId, Key, Painter, Rect, Response, Sense, Stroke, StrokeKind,
    Ui, pos2, vec2,
};

use super::scene::{Scene, halves, scene};
use crate::{icons, theme};
use desk::{Command, Document, MAGNIFIED, Spread, State, colour};

/// Canvas position of the divider.
pub(super) fn split_at(state: &State, document: &Document) -> f32 {
    let x = state.view.divider * document.photo.width() as f32;
    state.view.to_canvas((x, 0.0)).0
}

/// Names the pictures that are shown, and shows the divider if there is one.
pub(super) fn captions_ui(
    ui: &mut Ui,
    state: &State,
    document: &Document,
    canvas: Rect,
    out: &mut Vec<Command>,
) {
    let comparison = state.runs.comparison;
    let (left, right) = (
        state.side_name(comparison.left),
        state.side_name(comparison.right),
    );
    let painter = ui.painter_at(canvas);
    let bottom = |rect: Rect| pos2(rect.center().x, rect.bottom() - 28.0);
    let below =
        |rect: Rect, text: &str| caption(&painter, bottom(rect), Align2::CENTER_CENTER, text);
    match scene(state) {
        Scene::Split(..) => divider_ui(ui, state, document, canvas, (&left, &right), out),
        Scene::Halves(..) => {
            let (l, r) = halves(canvas);
            below(
                l,
                if state.view.peeking {
                    "Original"
                } else {
                    &left
                },
            );
            below(
                r,
                if state.view.peeking {
                    "Original"
                } else {
                    &right
                },
            );
        }
        Scene::Difference(..) => {
            below(canvas, &format!("|{left} − {right}| × {MAGNIFIED}"));
        }
        Scene::One(_) if state.view.peeking => below(canvas, "Original"),
        Scene::One(_) if state.runs.shown().is_some() => {
            below(canvas, &format!("{right}  ·  not the current result"));
        }
        Scene::Photo => {
            let frames = &state.runs.frames;
            let frame = state.runs.inspected.and_then(|i| frames.all().get(i));
            let live = state.run.is_some() && !state.runs.yielded;
            if let Some(frame) = frame {
                below(canvas, &format!("After step {}", frame.done));
            } else if live && state.runs.marking {
                below(canvas, "Marks are for the next run");
            } else if let (Some(what), false) = (state.stand_in(), live) {
                below(canvas, what);
            }
        }
        Scene::One(_) => {}
    }
    if let (Some(spread), true) = (&state.runs.spread, state.runs.spread_visible)
        && !state.view.peeking
    {
        legend(&painter, canvas, spread);
    }
}

/// Where the keyboard, or a tool for people who do not see the screen, moves the divider while it has
/// the focus: arrows by a hundredth, with Shift by a tenth, Home and End to the borders.
fn divider_keys(ui: &Ui, state: &State, response: &Response) -> Option<f32> {
    use egui::accesskit::Action;
    const STEP: f32 = 0.01;
    let asked = |action| ui.input(|i| i.num_accesskit_action_requests(response.id, action)) as f32;
    let mut steps = asked(Action::Increment) - asked(Action::Decrement);
    let mut to = None;
    if response.has_focus() {
        let filter = egui::EventFilter {
            horizontal_arrows: true,
            ..egui::EventFilter::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        ui.input(|input| {
            let far = if input.modifiers.shift { 10.0 } else { 1.0 };
            let times = |key| input.num_presses(key) as f32;
            steps += far * (times(Key::ArrowRight) - times(Key::ArrowLeft));
            if input.key_pressed(Key::Home) {
                to = Some(0.0);
            } else if input.key_pressed(Key::End) {
                to = Some(1.0);
            }
        });
    }
    to.or_else(|| (steps != 0.0).then_some(state.view.divider + STEP * steps))
}

/// The line, its handle, and what lies on either side.
fn divider_ui(
    ui: &mut Ui,
    state: &State,
    document: &Document,
    canvas: Rect,
    (left, right): (&str, &str),
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
        out.push(Command::View(ViewCommand::MoveDivider(
            x / document.photo.width() as f32,
        )));
    }
    out.extend(
        divider_keys(ui, state, &response).map(|it| Command::View(ViewCommand::MoveDivider(it))),
    );

    let painter = ui.painter_at(canvas);
    let strong = response.hovered() || response.dragged() || response.has_focus();
    let color = if strong {
        theme::ACCENT.now()
    } else {
        Color32::WHITE
    };
    let shade = Stroke::new(3.0, Color32::from_black_alpha(90));
    painter.vline(x, canvas.y_range(), shade);
    painter.vline(x, canvas.y_range(), Stroke::new(1.0, color));
    let knob = pos2(x, canvas.center().y);
    let line = Stroke::new(1.0, color);
    painter.circle(knob, 15.0, Color32::from_black_alpha(200), line);
    let font = theme::icon(16.0);
    painter.text(knob, Align2::CENTER_CENTER, icons::ARROWS, font, color);
    let y = canvas.bottom() - 28.0;
    caption(&painter, pos2(x - 16.0, y), Align2::RIGHT_CENTER, left);
    caption(&painter, pos2(x + 16.0, y), Align2::LEFT_CENTER, right);
}

fn caption(painter: &Painter, at: egui::Pos2, align: Align2, text: &str) {
    let font = FontId::new(theme::SMALL, theme::medium());
    let galley = painter.layout_no_wrap(text.to_owned(), font, Color32::WHITE);
    let place = align.anchor_size(at, galley.size());
    let ground = place.expand2(vec2(8.0, 4.0));
    painter.rect_filled(ground, theme::ROUNDING, Color32::from_black_alpha(170));
    painter.galley(place.min, galley, Color32::WHITE);
}

/// What the colours of the spread mean.
fn legend(painter: &Painter, canvas: Rect, spread: &Spread) {
    let size = vec2(232.0, 60.0);
    let card = Rect::from_min_size(
        pos2(canvas.left() + 16.0, canvas.bottom() - 16.0 - size.y),
        size,
    );
    painter.rect_filled(card, theme::ROUNDING_LARGE, Color32::from_black_alpha(200));
    let inner = card.shrink2(vec2(12.0, 8.0));
    let font = FontId::new(theme::SMALL, theme::medium());
    let title = format!("Standard deviation of {} candidates", spread.runs.len());
    let strong = theme::TEXT_STRONG.now();
    painter.text(inner.left_top(), Align2::LEFT_TOP, title, font, strong);
    let bar = Rect::from_min_size(
        pos2(inner.left(), inner.top() + 18.0),
        vec2(inner.width(), 8.0),
    );
    let columns = bar.width() as usize;
    for column in 0..columns {
        let [r, g, b] = colour(column as f32 / (columns - 1) as f32);
        let x = bar.left() + column as f32;
        let strip = Rect::from_min_size(pos2(x, bar.top()), vec2(1.5, bar.height()));
        painter.rect_filled(strip, 0.0, Color32::from_rgb(r, g, b));
    }
    let font = FontId::proportional(theme::SMALL);
    let y = bar.bottom() + 3.0;
    let write = |x: f32, align, text: String| {
        painter.text(pos2(x, y), align, text, font.clone(), theme::TEXT.now());
    };
    write(bar.left(), Align2::LEFT_TOP, "0".to_owned());
    let mean = format!("mean {:.1} of 255", spread.mean);
    write(bar.center().x, Align2::CENTER_TOP, mean);
    write(bar.right(), Align2::RIGHT_TOP, format!("{:.0}", spread.top));
}

/// Frames the patch that a click would take over.
pub(super) fn paint_target(painter: &Painter, state: &State, response: &egui::Response) {
    let Some(at) = response.hover_pos() else {
        return;
    };
    let photo = state.view.to_photo((at.x, at.y));
    let Some(bounds) = state.blend_target(photo).and_then(|part| part.bounds()) else {
        return;
    };
    for right in [false, true] {
        let corner = |x: usize, y: usize| {
            let (x, y) = state.view.to_half((x as f32, y as f32), right);
            pos2(x, y)
        };
        let frame = Rect::from_min_max(
            corner(bounds.x, bounds.y),
            corner(bounds.right(), bounds.bottom()),
        );
        let frame = frame.expand(3.0);
        let shade = Stroke::new(3.0, Color32::from_black_alpha(120));
        painter.rect_stroke(frame, theme::ROUNDING, shade, StrokeKind::Outside);
        let line = Stroke::new(1.5, theme::ACCENT.now());
        painter.rect_stroke(frame, theme::ROUNDING, line, StrokeKind::Outside);
    }
}
