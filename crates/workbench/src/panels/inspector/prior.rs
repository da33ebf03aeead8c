//! What pictures look like: the prior's card, and the way to another.

use desk::RecipeCommand;
use std::path::PathBuf;

use egui::{Align, Button, Id, Layout, RichText, Ui};
use engine::{PriorChoice, PriorSummary};

use crate::panels::widgets::{
    chosen, command_button_ui, fact_ui, facts_card_ui, help_ui, path_field_ui,
};
use crate::{icons, theme};
use desk::{Command, ImportCommand, PriorCard, State};

/// Shows the card.
pub(super) fn prior_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    facts_card_ui(ui, |ui| match &state.prior {
        PriorCard::Known(summary) => summary_ui(ui, summary),
        PriorCard::Reading => {
            title_ui(
                ui,
                &state.settings.prior.to_string(),
                theme::TEXT_WEAK.now(),
            );
            help_ui(ui, "Reading …");
        }
        PriorCard::Unusable(reason) => {
            title_ui(ui, &state.settings.prior.to_string(), theme::ERROR.now());
            ui.label(
                RichText::new(reason)
                    .size(theme::SMALL)
                    .color(theme::ERROR.now()),
            );
        }
    });
    other_ui(ui, state, out);
    let import = Command::Recipe(RecipeCommand::Import(ImportCommand::Show(PathBuf::new())));
    command_button_ui(ui, state, (icons::FOLDER_OPEN, "Import checkpoint…"), import, out).on_hover_text(
        "From guided-diffusion (.pt) or a diffusers folder; dropping it on the window does the same",
    );
}

fn title_ui(ui: &mut Ui, name: &str, tint: egui::Color32) {
    ui.horizontal(|ui| {
        ui.label(
            RichText::new(icons::STACK)
                .font(theme::icon(18.0))
                .color(tint),
        );
        let font = egui::FontId::new(theme::BODY, theme::medium());
        let text = RichText::new(name)
            .font(font)
            .color(theme::TEXT_STRONG.now());
        ui.add(egui::Label::new(text).truncate());
    });
}

/// Its name, and behind it what only some want to know.
fn summary_ui(ui: &mut Ui, summary: &PriorSummary) {
    let id = Id::unique("about the prior");
    let mut open = ui.data(|data| data.get_temp(id)).unwrap_or(false);
    ui.horizontal(|ui| {
        let caret = if open {
            icons::CARET_UP
        } else {
            icons::CARET_DOWN
        };
        let button = Button::new(RichText::new(caret).font(theme::icon(14.0)))
            .frame_when_inactive(false)
            .min_size(egui::Vec2::splat(24.0));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let response = ui.add(button).accessible_name("About this prior");
            if response
                .on_hover_text("Size, licence, what it was trained on")
                .clicked()
            {
                open = !open;
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                title_ui(ui, &summary.name, theme::ACCENT.now());
            });
        });
    });
    ui.data_mut(|data| data.insert_temp(id, open));
    if open {
        facts_ui(ui, summary);
    }
}

fn facts_ui(ui: &mut Ui, summary: &PriorSummary) {
    let closed_form = summary.parameters == 0;
    if closed_form {
        fact_ui(ui, "Kind", "closed form");
    } else {
        let millions = summary.parameters as f64 / 1e6;
        let side = summary.resolution;
        fact_ui(
            ui,
            "Size",
            &format!("{side} × {side} px, {millions:.1} M weights"),
        );
    }
    fact_ui(ui, "Licence", &summary.licence);
    if !summary.sha256.is_empty() {
        fact_ui(ui, "SHA-256", &short(&summary.sha256));
    }
    if summary.trained_on != "not stated" {
        help_ui(ui, &format!("Trained on {}", summary.trained_on));
    }
}

/// The first twelve digits: enough to tell two checkpoints apart.
fn short(hash: &str) -> String {
    hash.chars().take(12).chain(std::iter::once('…')).collect()
}

fn other_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    // What is typed is nobody else's business until it is accepted.
    let id = Id::unique("prior path");
    let mut typed: String = ui.data(|data| data.get_temp(id)).unwrap_or_default();
    ui.horizontal(|ui| {
        let is_default = state.settings.prior == PriorChoice::default();
        let room = if is_default { 64.0 } else { 132.0 };
        let width = ui.available_width() - room - ui.spacing().item_spacing.x;
        let response = ui
            .allocate_ui(egui::vec2(width, 28.0), |ui| {
                path_field_ui(
                    ui,
                    "Prior path",
                    "Another prior: folder or file",
                    &mut typed,
                )
            })
            .inner;
        let entered = response.lost_focus() && ui.input(|i| i.key_pressed(egui::Key::Enter));
        let path = typed.trim().to_owned();
        let button = Button::new("Load").min_size(egui::vec2(64.0, 28.0));
        let load = ui
            .add_enabled(!path.is_empty(), button)
            .accessible_name("Load prior");
        if (load.clicked() || entered) && !path.is_empty() {
            let mut next = state.settings.clone();
            next.prior = PriorChoice::from(path);
            chosen(next, out);
            typed.clear();
        }
        if !is_default {
            let reset = Button::new("Reset").min_size(egui::vec2(60.0, 28.0));
            if ui
                .add(reset)
                .accessible_name("Use the built-in prior")
                .clicked()
            {
                let mut next = state.settings.clone();
                next.prior = PriorChoice::default();
                chosen(next, out);
            }
        }
    });
    ui.data_mut(|data| data.insert_temp(id, typed));
}
