//! The file dialogs: a path that can be typed, the system's chooser beside it, and what stands
//! in the way in words.

use desk::session::SessionCommand;
use egui::{Button, Context, FontId, Id, Key, Modal, RichText, Slider, Ui, vec2};

use super::widgets::{check_ui, dialog_buttons_ui, path_field_ui, slider_ui};
use crate::theme;
use desk::{Command, Dialog, Purpose, State, Target};

/// Shows the open dialog.
pub(crate) fn dialog_ui(ctx: &Context, state: &State, out: &mut Vec<Command>) {
    let Some(dialog) = &state.dialog else { return };
    let frame = egui::Frame::popup(&ctx.global_style())
        .fill(theme::PANEL.now())
        .inner_margin(egui::Margin::same(24));
    let response = Modal::new(Id::unique("dialog"))
        .frame(frame)
        .backdrop_color(egui::Color32::from_black_alpha(150))
        .show(ctx, |ui| {
            ui.set_width(520.0_f32.min(ctx.content_rect().width() - 80.0));
            ui.spacing_mut().item_spacing.y = 12.0;
            contents_ui(ui, state, dialog, out);
        });
    if response.should_close() {
        out.push(Command::Session(SessionCommand::DialogCancel));
    }
}

fn contents_ui(ui: &mut Ui, state: &State, dialog: &Dialog, out: &mut Vec<Command>) {
    let (title, hint, verb) = match dialog.purpose {
        Purpose::OpenPhoto => ("Open", "Path of a photograph or a session", "Open"),
        Purpose::LocatePhoto => ("Where is the photo?", "Path of the photograph", "Open"),
        Purpose::SaveSession => ("Save session", "Path to keep it at", "Save"),
        Purpose::ExportPhoto => (
            "Export the restored picture",
            "Path to store it at",
            "Export",
        ),
        Purpose::ExportReport => ("Export a report", "Path to store it at", "Export"),
        Purpose::ExportFilm => ("Export the steps", "Path to store them at", "Export"),
        Purpose::ImportMask => (
            "Import mask",
            "Path of a picture: white is restored",
            "Import",
        ),
        Purpose::ExportMask => ("Export mask", "Path to store it at", "Export"),
    };
    ui.label(
        RichText::new(title)
            .font(FontId::new(17.0, theme::semibold()))
            .color(theme::TEXT_STRONG.now()),
    );
    path_ui(ui, dialog, hint, out);
    if dialog.purpose.writes() {
        let formats = match dialog.purpose {
            Purpose::ExportMask => "The extension chooses the format: png, webp, tiff or bmp.",
            Purpose::SaveSession => {
                "Keeps mask, settings, result and runs. The photo itself stays where it is."
            }
            Purpose::ExportReport => {
                "One page (.html) with pictures, recipe, plots and the history of runs."
            }
            Purpose::ExportFilm => {
                "How the latest run formed, as an animated PNG that every browser plays."
            }
            _ => "The extension chooses the format: png, jpg, webp, tiff or bmp.",
        };
        ui.label(
            RichText::new(formats)
                .size(theme::SMALL)
                .color(theme::TEXT_WEAK.now()),
        );
    }
    completed_ui(ui, dialog);
    terms_ui(ui, dialog, out);
    replace_ui(ui, dialog, out);
    if let Some(error) = &dialog.error {
        ui.label(RichText::new(error).color(theme::ERROR.now()));
    }
    ui.add_space(4.0);
    let accept = Command::Session(SessionCommand::DialogAccept);
    dialog_buttons_ui(ui, |ui| {
        let obstacle = state.obstacle(&accept);
        let text = RichText::new(verb).color(theme::ON_ACCENT.now());
        let button = Button::new(text)
            .fill(theme::ACCENT.now())
            .min_size(vec2(96.0, 32.0));
        let mut response = ui
            .add_enabled(obstacle.is_none(), button)
            .accessible_name(verb);
        if let Some(reason) = obstacle {
            response = response.on_disabled_hover_text(reason);
        }
        if response.clicked() {
            out.push(accept);
        }
        if ui
            .add(Button::new("Cancel").min_size(vec2(96.0, 32.0)))
            .clicked()
        {
            out.push(Command::Session(SessionCommand::DialogCancel));
        }
        if dialog.busy {
            ui.add(egui::Spinner::new().size(16.0).color(theme::ACCENT.now()));
        }
    });
}

fn path_ui(ui: &mut Ui, dialog: &Dialog, hint: &str, out: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        let mut typed = dialog.path.clone();
        let width = ui.available_width() - 96.0 - ui.spacing().item_spacing.x;
        let response = ui
            .allocate_ui(vec2(width, 30.0), |ui| {
                path_field_ui(ui, "Path", hint, &mut typed)
            })
            .inner;
        // A fresh dialog is ready to be typed into.
        let seen = Id::unique("dialog seen");
        let purpose = ui.data(|data| data.get_temp::<(Purpose, u64)>(seen));
        let pass = ui.ctx().cumulative_pass_nr();
        if purpose.is_none_or(|(last, at)| last != dialog.purpose || pass > at + 1) {
            response.request_focus();
        }
        ui.data_mut(|data| data.insert_temp(seen, (dialog.purpose, pass)));
        if response.changed() {
            out.push(Command::Session(SessionCommand::DialogPath(typed)));
        }
        if response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) {
            out.push(Command::Session(SessionCommand::DialogAccept));
            // Where the name is refused the next letter belongs here again.
            response.request_focus();
        }
        if ui
            .add(Button::new("Browse…").min_size(vec2(96.0, 30.0)))
            .clicked()
        {
            out.push(Command::Session(SessionCommand::DialogBrowse));
        }
    });
}

/// The whole name, where the typed one has no ending.
fn completed_ui(ui: &mut Ui, dialog: &Dialog) {
    if let Some(path) = dialog.completed() {
        let text = format!("Will be saved as {}", path.display());
        ui.label(
            RichText::new(text)
                .size(theme::SMALL)
                .color(theme::TEXT.now()),
        );
    }
}

/// What becomes of the picture in the chosen format, before it is saved.
fn terms_ui(ui: &mut Ui, dialog: &Dialog, out: &mut Vec<Command>) {
    let Some(terms) = &dialog.terms else { return };
    let compression = terms.compression();
    for text in terms.lost.iter().chain(&compression) {
        ui.label(
            RichText::new(text)
                .size(theme::SMALL)
                .color(theme::ACCENT.now()),
        );
    }
    if compression.is_some() {
        ui.label("Quality");
        let mut quality = dialog.quality;
        let slider = Slider::new(&mut quality, 1..=100);
        if slider_ui(ui, "Quality", ui.available_width(), slider).changed() {
            out.push(Command::Session(SessionCommand::DialogQuality(quality)));
        }
    }
}

fn replace_ui(ui: &mut Ui, dialog: &Dialog, out: &mut Vec<Command>) {
    let text = match dialog.target {
        Target::Original => "Replace the original",
        Target::Existing => "Replace the existing file",
        _ => {
            if let (Target::BadFormat(reason), false) = (&dialog.target, dialog.path.is_empty()) {
                let reason = RichText::new(reason)
                    .size(theme::SMALL)
                    .color(theme::TEXT_WEAK.now());
                ui.label(reason);
            }
            return;
        }
    };
    let mut replace = dialog.replace;
    if check_ui(ui, &mut replace, text).changed() {
        out.push(Command::Session(SessionCommand::DialogReplace(replace)));
    }
    if let Some(obstacle) = dialog.obstacle().filter(|_| !dialog.busy) {
        ui.label(
            RichText::new(obstacle)
                .size(theme::SMALL)
                .color(theme::ACCENT.now()),
        );
    }
}
