//! The drawer below the canvas: pages about the run, its steps, its candidates, the history of
//! runs, and how good a picture is.

mod candidates;
mod history;
mod live;
mod quality;
mod run_page;
mod steps;
mod thumbnails;

use egui::{Align, Layout, Panel, Ui};

use super::widgets::{Segment, help_ui, segments_ui};
use crate::document::{Command, Page, RunCommand, State};
use crate::shelf::Shelf;
use crate::theme;

/// Shows the drawer when it is open.
pub(crate) fn drawer_ui(ui: &mut Ui, state: &State, shelf: &mut Shelf, out: &mut Vec<Command>) {
    let frame = egui::Frame::new().inner_margin(egui::Margin::same(12));
    let mut open = state.view.drawer_open;
    Panel::bottom("drawer")
        .resizable(true)
        .drag_to_open(false)
        .default_size(264.0)
        .size_range(180.0..=520.0)
        .frame(frame)
        .show_collapsible(ui, &mut open, |ui| {
            ui.take_available_space();
            let whole = ui.max_rect();
            let (tabs, page) = whole.split_top_bottom_at_y(whole.top() + 30.0);
            let side = |rect| egui::UiBuilder::new().max_rect(rect);
            ui.scope_builder(side(tabs), |ui| tabs_ui(ui, state, out));
            let page = page.with_min_y(page.top() + theme::GAP);
            ui.scope_builder(side(page), |ui| match state.runs.page {
                Page::Run => run_page::run_page_ui(ui, state),
                Page::Steps => steps::steps_ui(ui, state, shelf, out),
                Page::Candidates => candidates::candidates_ui(ui, state, shelf, out),
                Page::History => history::history_ui(ui, state, shelf, out),
                Page::Quality => quality::quality_ui(ui, state, out),
            });
        });
    // The panel can be closed by dragging its edge.
    if open != state.view.drawer_open {
        out.push(Command::ToggleDrawer);
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

/// Says in the middle of an empty page what will be there.
fn empty_ui(ui: &mut Ui, text: &str) {
    let layout = Layout::centered_and_justified(egui::Direction::TopDown);
    ui.with_layout(layout, |ui| help_ui(ui, text));
}
