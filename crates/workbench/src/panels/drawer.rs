//! The drawer below the canvas: pages about the run, its steps, its candidates, the history of
//! runs, and how good a picture is.

mod candidates;
mod history;
mod live;
mod quality;
mod run_page;
mod steps;
mod thumbnails;

use desk::ViewCommand;
use egui::{Align, Layout, Panel, Ui};

use super::widgets::{Segment, help_ui, segments_ui};
use crate::shelf::Shelf;
use crate::theme;
use desk::{Command, Page, RunCommand, State};

/// Room for the longest row of controls.
const ROW: f32 = 900.0;

/// Shows the drawer when it is open.
pub(crate) fn drawer_ui(ui: &mut Ui, state: &State, shelf: &mut Shelf, out: &mut Vec<Command>) {
    let frame = egui::Frame::new().inner_margin(egui::Margin::same(12));
    let mut open = state.view.drawer_open;
    // In a low window the picture keeps some of what there is.
    let room = ui.available_height();
    let most = (room * 0.6).max(180.0).min((room - 100.0).max(80.0));
    Panel::bottom("drawer")
        .resizable(true)
        .drag_to_open(false)
        .default_size(264.0)
        .size_range(180.0_f32.min(most)..=520.0_f32.min(most))
        .frame(frame)
        .show_collapsible(ui, &mut open, |ui| {
            ui.take_available_space();
            let whole = ui.max_rect();
            let (tabs, page) = whole.split_top_bottom_at_y(whole.top() + 30.0);
            let side = |rect| egui::UiBuilder::new().max_rect(rect);
            ui.scope_builder(side(tabs), |ui| tabs_ui(ui, state, out));
            let page = page.with_min_y(page.top() + theme::GAP);
            // A page with more than there is room for is cut off; it must not move the drawer.
            let mut ui = ui.new_child(side(page));
            ui.shrink_clip_rect(page.expand(4.0));
            let ui = &mut ui;
            match state.runs.page {
                Page::Run => run_page::run_page_ui(ui, state),
                Page::Steps => steps::steps_ui(ui, state, shelf, out),
                Page::Candidates => candidates::candidates_ui(ui, state, shelf, out),
                Page::History => history::history_ui(ui, state, shelf, out),
                Page::Quality => quality::quality_ui(ui, state, out),
            }
        });
    // The panel can be closed by dragging its edge.
    if open != state.view.drawer_open {
        out.push(Command::View(ViewCommand::ToggleDrawer));
    }
}

fn tabs_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    ui.with_layout(Layout::left_to_right(Align::Min), |ui| {
        let width = 480.0_f32.min(ui.available_width());
        let segments = Page::ALL.map(|page| Segment::new(page.title(), state.runs.page == page));
        if let Some(index) = segments_ui(ui, width, &segments) {
            out.push(Command::Runs(RunCommand::Turn(Page::ALL[index])));
        }
    });
}

/// A row of controls above pictures: where the drawer is narrow it can be moved sideways.
fn row_ui(ui: &mut Ui, contents: impl FnOnce(&mut Ui)) {
    if ui.available_width() >= ROW {
        ui.horizontal(contents);
        return;
    }
    egui::ScrollArea::horizontal()
        .id_salt("row")
        .auto_shrink([false, true])
        .show(ui, |ui| ui.horizontal(contents));
}

/// Says in the middle of an empty page what will be there.
fn empty_ui(ui: &mut Ui, text: &str) {
    let room = ui.available_size();
    ui.allocate_ui_with_layout(room, Layout::top_down(Align::Center), |ui| {
        ui.add_space((room.y / 2.0 - 2.0 * theme::SMALL).max(0.0));
        help_ui(ui, text);
    });
}
