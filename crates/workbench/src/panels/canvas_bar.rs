//! Above the canvas: the brush at the left, what is shown in the middle, the zoom at the right.

use desk::MaskCommand;
use desk::ViewCommand;
use egui::{Align, Layout, Panel, RichText, Slider, Ui, vec2};

use super::widgets::{Segment, icon_button_ui, segments_ui, slider_ui};
use crate::shortcuts::{named, text};
use crate::{icons, theme};
use desk::{Brush, Command, Show, State, Tool};

/// The room for brush, choice and zoom side by side.
const NARROW: f32 = 640.0;

/// Shows the bar above the canvas.
pub(crate) fn canvas_bar_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    let frame = egui::Frame::new().inner_margin(egui::Margin {
        left: 12,
        right: 8,
        top: 2,
        bottom: 2,
    });
    // Below this the three parts would lie over each other.
    if ui.available_width() < NARROW {
        return Panel::top("canvas_bar")
            .exact_size(2.0 * theme::BAR)
            .frame(frame)
            .show(ui, |ui| two_rows_ui(ui, state, out))
            .inner;
    }
    Panel::top("canvas_bar")
        .exact_size(theme::BAR)
        .frame(frame)
        .show(ui, |ui| {
            let whole = ui.max_rect();
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                brush_ui(ui, state, 176.0, out);
            });
            // Centred, but never over the brush's slider or the zoom.
            let (brush, zoom) = (240.0, 186.0);
            let width = (whole.width() - brush - zoom).clamp(200.0, 264.0);
            let left = (whole.center().x - width / 2.0)
                .min(whole.right() - zoom - width)
                .max(whole.left() + brush);
            let middle = egui::Rect::from_min_size(
                egui::pos2(left, whole.center().y - 15.0),
                vec2(width, 30.0),
            );
            ui.scope_builder(egui::UiBuilder::new().max_rect(middle), |ui| {
                show_ui(ui, state, out);
            });
            ui.scope_builder(
                egui::UiBuilder::new()
                    .max_rect(whole)
                    .layout(Layout::right_to_left(Align::Center)),
                |ui| zoom_ui(ui, state, out),
            );
        });
}

/// What is shown above; the brush and the zoom below.
fn two_rows_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    let whole = ui.max_rect();
    let (above, below) = whole.split_top_bottom_at_fraction(0.5);
    let row = |rect: egui::Rect| egui::UiBuilder::new().max_rect(rect);
    let middle = egui::Rect::from_center_size(above.center(), vec2(above.width(), 30.0));
    ui.scope_builder(row(middle), |ui| show_ui(ui, state, out));
    let zoom = row(below).layout(Layout::right_to_left(Align::Center));
    let left = ui.scope_builder(zoom, |ui| {
        zoom_ui(ui, state, out);
        ui.min_rect().left()
    });
    let brush = below.with_max_x(left.inner - theme::GAP);
    let brush = row(brush).layout(Layout::left_to_right(Align::Center));
    ui.scope_builder(brush, |ui| {
        ui.shrink_clip_rect(ui.max_rect());
        let width = ui.available_width();
        brush_ui(ui, state, width, out);
    });
}

fn brush_ui(ui: &mut Ui, state: &State, room: f32, out: &mut Vec<Command>) {
    let hint = match state.tool_now() {
        Tool::Pan => Some("Drag to move the picture"),
        _ if state.settings.draws_path() => Some("Draw the path of the blur"),
        Tool::Brush | Tool::Eraser => None,
        Tool::Rectangle => Some("Drag a rectangle · Alt erases"),
        Tool::Lasso => Some("Draw around it · Alt erases"),
        Tool::Polygon => Some("Click corners · Enter closes"),
        Tool::Finder => Some("Looks for scratches"),
    };
    if let Some(hint) = hint {
        let hint = RichText::new(hint).color(theme::TEXT_WEAK.now());
        ui.add(egui::Label::new(hint).truncate());
        return;
    }
    if room >= 176.0 {
        ui.label(RichText::new("Size").color(theme::TEXT_WEAK.now()));
    }
    let mut diameter = state.brush.diameter;
    let slider = Slider::new(&mut diameter, Brush::RANGE)
        .logarithmic(true)
        .fixed_decimals(0)
        .suffix(" px");
    let response = slider_ui(ui, "Brush size", room.min(176.0), slider)
        .on_hover_text(brush_tip(ui.ctx(), state));
    if response.changed() {
        out.push(Command::Mask(MaskCommand::BrushDiameter(diameter)));
    }
}

fn brush_tip(ctx: &egui::Context, state: &State) -> String {
    let keys = [false, true]
        .map(|larger| text(ctx, state, &Command::Mask(MaskCommand::ResizeBrush(larger))));
    match keys {
        [Some(smaller), Some(larger)] => {
            format!("Diameter in pixels of the photo  ({smaller} and {larger})")
        }
        _ => "Diameter in pixels of the photo".to_owned(),
    }
}

fn show_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    // While a run is on, the original is where it can be watched.
    let live = state.run.is_some() && !state.runs.yielded;
    let choices = [
        (if live { "Live" } else { "Original" }, Show::Original),
        ("Compare", Show::Split),
        ("Restored", Show::Restored),
    ];
    let segments = choices.map(|(text, show)| Segment {
        obstacle: state.obstacle(&Command::View(ViewCommand::ChooseShow(show))),
        ..Segment::new(text, state.view.show == show)
    });
    if let Some(index) = segments_ui(ui, ui.available_width(), &segments) {
        out.push(Command::View(ViewCommand::ChooseShow(choices[index].1)));
    }
}

fn zoom_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    ui.spacing_mut().item_spacing.x = 2.0;
    icon_button_ui(
        ui,
        state,
        (icons::FIT, "Fit picture"),
        state.view.fitted,
        Command::View(ViewCommand::ZoomFit),
        out,
    );
    icon_button_ui(
        ui,
        state,
        (icons::PLUS, "Zoom in"),
        false,
        Command::View(ViewCommand::ZoomStep(true)),
        out,
    );
    let percent = RichText::new(zoom_text(state.view.zoom)).color(theme::TEXT.now());
    let button = egui::Button::new(percent)
        .frame_when_inactive(false)
        .min_size(vec2(60.0, 28.0));
    let enabled = state
        .obstacle(&Command::View(ViewCommand::ZoomActual))
        .is_none();
    let actual = ui
        .add_enabled(enabled, button)
        .accessible_name("Actual size")
        .on_hover_text(named(
            ui.ctx(),
            state,
            "Actual size",
            &Command::View(ViewCommand::ZoomActual),
        ));
    if actual.clicked() {
        out.push(Command::View(ViewCommand::ZoomActual));
    }
    icon_button_ui(
        ui,
        state,
        (icons::MINUS, "Zoom out"),
        false,
        Command::View(ViewCommand::ZoomStep(false)),
        out,
    );
}

/// The zoom as a percentage.
pub(super) fn zoom_text(zoom: f32) -> String {
    let percent = zoom * 100.0;
    if percent < 10.0 {
        format!("{percent:.1} %")
    } else {
        format!("{percent:.0} %")
    }
}
