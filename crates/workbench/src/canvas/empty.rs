//! The canvas without a photo: how to get one, and those that were open lately.

use desk::session::SessionCommand;
use egui::{Align, Button, FontId, Layout, RichText, Ui, UiBuilder, vec2};

use crate::panels::shown;
use crate::{icons, shortcuts, theme};
use desk::{Command, Purpose, State};

const WIDTH: f32 = 420.0;
/// As many as are taken in at a glance.
const RECENT: usize = 5;

/// Shows the ways to a photo in the middle of the canvas.
pub(super) fn empty_ui(ui: &mut Ui, state: &State, rect: egui::Rect, out: &mut Vec<Command>) {
    let middle = egui::Rect::from_center_size(rect.center(), vec2(WIDTH, 340.0));
    let builder = UiBuilder::new()
        .max_rect(middle.intersect(rect))
        .layout(Layout::top_down(Align::Center));
    ui.scope_builder(builder, |ui| {
        let icon = RichText::new(icons::IMAGE).font(theme::icon(44.0));
        ui.label(icon.color(theme::TEXT_WEAK.now()));
        if let Some(what) = &state.loading {
            let text = format!("Opening {what} …");
            ui.label(RichText::new(text).color(theme::TEXT_WEAK.now()));
            return;
        }
        let font = FontId::new(17.0, theme::semibold());
        let title = RichText::new("Drop a photograph here").font(font);
        ui.label(title.color(theme::TEXT_STRONG.now()));
        let text = "Pictures, sessions and checkpoints can be dropped; pictures can be pasted.";
        let text = RichText::new(text).size(theme::SMALL);
        ui.label(text.color(theme::TEXT_WEAK.now()));
        ui.add_space(8.0);
        buttons_ui(ui, state, out);
        recent_ui(ui, state, out);
    });
}

fn buttons_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    let open = Command::Session(SessionCommand::ShowDialog(Purpose::OpenPhoto));
    let name = shortcuts::named(ui.ctx(), state, "Open a photo", &open);
    let text = RichText::new(name).color(theme::ON_ACCENT.now());
    let button = Button::new(text)
        .fill(theme::ACCENT.now())
        .min_size(vec2(240.0, 36.0));
    if ui.add(button).accessible_name("Open a photo").clicked() {
        out.push(open);
    }
    let button = Button::new("Open the demo photograph").min_size(vec2(240.0, 36.0));
    if ui.add(button).clicked() {
        out.push(Command::Session(SessionCommand::OpenDemo));
    }
}

fn recent_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    let files = &state.remembered.files;
    if files.is_empty() {
        return;
    }
    ui.add_space(12.0);
    let title = RichText::new("Open lately").size(theme::SMALL);
    ui.label(title.color(theme::TEXT_WEAK.now()));
    ui.spacing_mut().item_spacing.y = 2.0;
    for path in files.iter().take(RECENT) {
        let button = Button::new(shown(path))
            .truncate()
            .frame_when_inactive(false);
        let response = ui.add(button).on_hover_text(path.display().to_string());
        if response.clicked() {
            out.push(Command::Session(SessionCommand::OpenFile(path.clone())));
        }
    }
}
