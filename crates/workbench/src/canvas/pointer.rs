//! The pointer on the canvas: painting, panning, zooming.
//!
//! Strokes are read from the raw events, so that every sample of a fast movement counts, not
//! one for each frame, and so that a stroke may begin and end within one.

use desk::ViewCommand;
use egui::{CursorIcon, Event, Key, PointerButton, Pos2, Response, TouchPhase, Ui};

use super::draw::probe;
use desk::{Command, MaskCommand, RunCommand, State, Tool};

/// Zoom factor for one point of wheel movement: a notch of 40 points is about a seventh.
const WHEEL: f32 = 0.0035;

/// How near the pointer has to come to a proposed patch, in points.
const NEAR: f32 = 4.0;

/// Turns what the pointer does into commands.
pub(super) fn pointer_ui(ui: &Ui, state: &State, response: &Response, out: &mut Vec<Command>) {
    wheel(ui, response, out);
    let space = ui.input(|input| input.key_down(Key::Space)) && !ui.ctx().text_edit_focused();
    let drawing = state
        .document
        .as_ref()
        .is_some_and(desk::Document::is_drawing);
    let by_hand = (state.tool_now() == Tool::Pan || space || state.runs.blending) && !drawing;
    let panning = response.dragged_by(PointerButton::Middle)
        || (by_hand && response.dragged_by(PointerButton::Primary));
    if panning {
        let delta = response.drag_delta();
        if delta != egui::Vec2::ZERO {
            out.push(Command::View(ViewCommand::PanBy(delta.x, delta.y)));
        }
    }
    if state.runs.blending {
        let at = response.interact_pointer_pos();
        if let (true, Some(at)) = (response.clicked(), at) {
            let at = state.view.to_photo((at.x, at.y));
            out.push(Command::Runs(RunCommand::BlendAt(at)));
        }
    } else if !by_hand && dismisses(state) {
        dismiss(ui, state, response, out);
    } else if !by_hand {
        stroke(ui, state, response, out);
        polygon(ui, state, response, out);
    }
    cursor(ui, state, response, by_hand, panning);
}

fn wheel(ui: &Ui, response: &Response, out: &mut Vec<Command>) {
    let Some(at) = response.hover_pos() else {
        return;
    };
    let (scroll, pinch) = ui.input(|input| (input.smooth_scroll_delta(), input.zoom_delta()));
    // With Shift, egui turns a wheel sideways.
    if scroll.x != 0.0 && ui.input(|input| input.modifiers.shift) {
        out.push(Command::View(ViewCommand::PanBy(scroll.x, 0.0)));
    }
    let factor = pinch * (scroll.y * WHEEL).exp();
    if (factor - 1.0).abs() > 1e-5 {
        out.push(Command::View(ViewCommand::ZoomBy {
            factor,
            at: (at.x, at.y),
        }));
    }
}

fn stroke(ui: &Ui, state: &State, response: &Response, out: &mut Vec<Command>) {
    let mut drawing = state
        .document
        .as_ref()
        .is_some_and(desk::Document::is_drawing);
    let possible = state.obstacle(&probe()).is_none()
        && (state.tool != Tool::Finder || state.settings.draws_path());
    let running = !state.mask_is_free();
    let photo = |at: Pos2| state.view.to_photo((at.x, at.y));
    let events = ui.input(|input| input.events.clone());
    for event in events {
        match event {
            // Many desktops keep Alt and the pointer for moving windows: the other button does the same.
            Event::PointerButton {
                pos,
                button: button @ (PointerButton::Primary | PointerButton::Secondary),
                pressed: true,
                modifiers,
            } if !drawing && lies_open(ui, response, pos) => {
                if possible {
                    drawing = true;
                    let straight = modifiers.shift;
                    let opposite = modifiers.alt || button == PointerButton::Secondary;
                    out.push(Command::Mask(MaskCommand::BeginStroke {
                        at: photo(pos),
                        straight,
                        opposite,
                    }));
                } else if running && state.settings.needs_mask() {
                    out.push(Command::Runs(RunCommand::AskToEdit));
                }
            }
            // What a tablet says of its pen comes before the pointer that follows it.
            Event::Touch {
                phase: TouchPhase::End | TouchPhase::Cancel,
                ..
            } => out.push(Command::Mask(MaskCommand::Press(1.0))),
            Event::Touch {
                force: Some(force), ..
            } if state.preferences.pen_pressure => {
                out.push(Command::Mask(MaskCommand::Press(force)));
            }
            Event::PointerMoved(pos) if drawing => {
                out.push(Command::Mask(MaskCommand::ExtendStroke(photo(pos))));
            }
            Event::PointerButton {
                button: PointerButton::Primary | PointerButton::Secondary,
                pressed: false,
                ..
            } if drawing => {
                drawing = false;
                out.push(Command::Mask(MaskCommand::EndStroke));
            }
            _ => {}
        }
    }
    // A release that never arrived, for instance outside of another window.
    let held = ui.input(|input| input.pointer.primary_down() || input.pointer.secondary_down());
    if drawing && !held {
        out.push(Command::Mask(MaskCommand::EndStroke));
    }
}

/// Whether the pointer takes out of what the finder proposes.
fn dismisses(state: &State) -> bool {
    state.tool == Tool::Finder
        && state.finder.proposal.is_some()
        && state.mask_is_free()
        && !state.settings.draws_path()
}

/// Takes out every proposed patch that the pressed pointer meets, between two of its samples as well.
fn dismiss(ui: &Ui, state: &State, response: &Response, out: &mut Vec<Command>) {
    let id = response.id.with("wiping");
    let mut last: Option<Pos2> = ui.data(|data| data.get_temp(id)).flatten();
    let photo = |at: Pos2| state.view.to_photo((at.x, at.y));
    for event in ui.input(|input| input.events.clone()) {
        let (from, to) = match event {
            Event::PointerButton {
                pos,
                button: PointerButton::Primary,
                pressed,
                ..
            } => {
                last = (pressed && lies_open(ui, response, pos)).then_some(pos);
                (last, pos)
            }
            Event::PointerMoved(to) => (last, to),
            _ => continue,
        };
        if let Some(from) = from {
            last = Some(to);
            out.push(Command::Mask(MaskCommand::Dismiss {
                from: photo(from),
                to: photo(to),
                reach: NEAR / state.view.scale(),
            }));
        }
    }
    // A release that never arrived.
    let held = ui.input(|input| input.pointer.primary_down());
    ui.data_mut(|data| data.insert_temp(id, last.filter(|_| held)));
}

/// Whether a press there is the canvas's: nothing that takes clicks or drags lies over it.
///
/// egui decides who owns a press once for a frame, by where the pointer is at its end: a press, a drag
/// and a release that all arrive within one frame are nobody's drag and nobody's click. So every
/// press is looked up here by its own place, among the widgets of the last frame, as egui does.
fn lies_open(ui: &Ui, response: &Response, at: Pos2) -> bool {
    if !response.interact_rect.contains(at) || ui.ctx().layer_id_at(at) != Some(response.layer_id) {
        return false;
    }
    ui.ctx().viewport(|viewport| {
        let widgets = &viewport.prev_pass.widgets;
        let takes = |widget: &&egui::WidgetRect| {
            widget.enabled && widget.sense.interactive() && widget.interact_rect.contains(at)
        };
        let top = widgets.get_layer(response.layer_id).filter(takes).last();
        top.is_none_or(|widget| widget.id == response.id)
    })
}

/// A double click or Enter closes a polygon, Backspace takes a corner back, Escape gives it up.
fn polygon(ui: &Ui, state: &State, response: &Response, out: &mut Vec<Command>) {
    let document = state.document.as_ref();
    if document.is_none_or(|document| document.outline().is_none()) {
        return;
    }
    if response.double_clicked() {
        out.push(Command::Mask(MaskCommand::CloseShape));
    }
    if ui.ctx().text_edit_focused() {
        return;
    }
    let keys = [
        (Key::Enter, MaskCommand::CloseShape),
        (Key::Escape, MaskCommand::CancelShape),
        (Key::Backspace, MaskCommand::RemoveCorner),
    ];
    for (key, command) in keys {
        if ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, key)) {
            out.push(Command::Mask(command));
        }
    }
}

fn cursor(ui: &Ui, state: &State, response: &Response, by_hand: bool, panning: bool) {
    if !response.hovered() && !panning {
        return;
    }
    let radius = state.brush.diameter / 2.0 * state.view.scale();
    let icon = if panning {
        CursorIcon::Grabbing
    } else if state.runs.blending || dismisses(state) {
        CursorIcon::PointingHand
    } else if by_hand {
        CursorIcon::Grab
    } else if state.obstacle(&probe()).is_some() {
        CursorIcon::Default
    } else if state.tool.has_size() && radius > 4.0 && !state.settings.draws_path() {
        CursorIcon::None
    } else {
        CursorIcon::Crosshair
    };
    ui.ctx().set_cursor_icon(icon);
}
