//! The scratch finder's card over the canvas: what to look for, and what to do with what it found.

use egui::{Area, Context, Order, RichText, Slider, Stroke, Ui};
use imaging::{ScratchSearch, ScratchTone};

use super::widgets::{Segment, escaped, help_ui, name_ui, question_ui, segments_ui, slider_ui};
use crate::theme;
use desk::{Command, MaskCommand, State, Tool};

const WIDTH: f32 = 264.0;

/// Shows the card while the finder is the tool.
pub(crate) fn finder_ui(ctx: &Context, state: &State, out: &mut Vec<Command>) {
    if state.tool_now() != Tool::Finder || state.document.is_none() || !state.mask_is_free() {
        return;
    }
    if !state.is_covered() && escaped(ctx) {
        out.push(Command::Mask(MaskCommand::DiscardProposal));
    }
    let viewport = state.view.viewport;
    Area::new(egui::Id::unique("finder"))
        .order(Order::Middle)
        .fixed_pos(egui::pos2(viewport.left + 16.0, viewport.top + 16.0))
        .show(ctx, |ui| {
            egui::Frame::new()
                .fill(theme::CARD.now())
                .stroke(Stroke::new(1.0, theme::LINE.now()))
                .corner_radius(theme::ROUNDING_LARGE)
                .shadow(ui.visuals().popup_shadow)
                .inner_margin(egui::Margin::same(12))
                .show(ui, |ui| card_ui(ui, state, out));
        });
}

fn card_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    ui.set_width(WIDTH);
    ui.spacing_mut().item_spacing.y = 6.0;
    question_ui(ui, "Find scratches");
    help_ui(
        ui,
        "Blue is a proposal. Hair and twigs are thin as well: click what is no scratch, or wipe over it.",
    );
    let mut search = state.finder.search;
    tone_ui(ui, &mut search);
    name_ui(ui, "Width");
    let slider = Slider::new(&mut search.width, 1..=ScratchSearch::WIDEST).suffix(" px");
    slider_ui(ui, "Width", WIDTH, slider).on_hover_text("The widest scratch to look for");
    name_ui(ui, "Length");
    let slider = Slider::new(&mut search.length, 1..=400)
        .logarithmic(true)
        .suffix(" px");
    slider_ui(ui, "Length", WIDTH, slider).on_hover_text("Shorter marks are left alone");
    name_ui(ui, "Sensitivity");
    let mut percent = (search.sensitivity * 100.0).round();
    let slider = Slider::new(&mut percent, 0.0..=100.0)
        .fixed_decimals(0)
        .suffix(" %");
    if slider_ui(ui, "Sensitivity", WIDTH, slider)
        .on_hover_text("How faint a scratch may be")
        .changed()
    {
        search.sensitivity = percent / 100.0;
    }
    if search != state.finder.search {
        out.push(Command::Mask(MaskCommand::Search(search)));
    }
    found_ui(ui, state);
    verdict_ui(ui, state, out);
}

fn tone_ui(ui: &mut Ui, search: &mut ScratchSearch) {
    let tones = [
        ("Both", ScratchTone::Both),
        ("Bright", ScratchTone::Bright),
        ("Dark", ScratchTone::Dark),
    ];
    let segments = tones.map(|(text, tone)| Segment::new(text, search.tone == tone));
    if let Some(index) = segments_ui(ui, WIDTH, &segments) {
        search.tone = tones[index].1;
    }
}

fn found_ui(ui: &mut Ui, state: &State) {
    let finder = &state.finder;
    ui.horizontal(|ui| {
        if finder.busy {
            ui.add(egui::Spinner::new().size(14.0).color(theme::ACCENT.now()));
        }
        let text = match (&finder.proposal, finder.busy) {
            (None, true) => "Looking …".to_owned(),
            (None, false) => "Nothing was looked for yet".to_owned(),
            (Some(_), _) if finder.pixels == 0 => "Nothing found: raise the sensitivity".to_owned(),
            (Some(proposal), _) => {
                let share = finder.pixels as f64 / proposal.data().len().max(1) as f64;
                format!("{:.1} % of the picture", 100.0 * share)
            }
        };
        ui.label(
            RichText::new(text)
                .size(theme::SMALL)
                .color(theme::TEXT.now()),
        );
    });
}

fn verdict_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        let verdicts = [
            ("Add to mask", MaskCommand::AcceptProposal),
            ("Bring back", MaskCommand::BringBack),
            ("Discard", MaskCommand::DiscardProposal),
        ];
        for (text, command) in verdicts {
            let command = Command::Mask(command);
            let obstacle = state.obstacle(&command);
            let mut response = ui.add_enabled(obstacle.is_none(), egui::Button::new(text));
            if let Some(reason) = obstacle {
                response = response.on_disabled_hover_text(reason);
            }
            if response.clicked() {
                out.push(command);
            }
        }
    });
}
