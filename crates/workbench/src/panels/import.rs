//! The form in which a checkpoint is imported: its path, what it is, and what only a person knows.

use desk::RecipeCommand;
use egui::{
    Align, Button, Context, DragValue, FontId, Id, Layout, Modal, RichText, ScrollArea, Ui, vec2,
};
use engine::{Answers, AttentionOrder, Field, Heads, Inspection, NoiseSchedule};

use super::widgets::{
    Segment, check_ui, dialog_buttons_ui, fact_ui, facts_card_ui, help_ui, name_ui, path_field_ui,
    segments_ui,
};
use crate::theme;
use desk::{Command, Finding, ImportCommand, ImportForm, State};

const WIDTH: f32 = 560.0;
/// Above and below what scrolls: the margins, the title, what it is about and the buttons.
const AROUND: f32 = 230.0;
const BUTTON: egui::Vec2 = vec2(72.0, 30.0);

/// Shows the form, if it is open.
pub(crate) fn import_ui(ctx: &Context, state: &State, out: &mut Vec<Command>) {
    let Some(form) = &state.import else { return };
    let frame = egui::Frame::popup(&ctx.global_style())
        .fill(theme::PANEL.now())
        .inner_margin(egui::Margin::same(24));
    let mut asked = Vec::new();
    let response = Modal::new(Id::unique("import"))
        .frame(frame)
        .backdrop_color(egui::Color32::from_black_alpha(150))
        .show(ctx, |ui| {
            ui.set_width(WIDTH.min(ctx.content_rect().width() - 80.0));
            ui.spacing_mut().item_spacing.y = 10.0;
            contents_ui(ui, state, form, &mut asked);
        });
    if response.should_close() {
        asked.push(ImportCommand::Close);
    }
    out.extend(
        asked
            .into_iter()
            .map(|it| Command::Recipe(RecipeCommand::Import(it))),
    );
}

fn contents_ui(ui: &mut Ui, state: &State, form: &ImportForm, out: &mut Vec<ImportCommand>) {
    ui.label(
        RichText::new("Import checkpoint")
            .font(FontId::new(17.0, theme::semibold()))
            .color(theme::TEXT_STRONG.now()),
    );
    help_ui(
        ui,
        "A guided-diffusion checkpoint (.pt, .safetensors) or the folder of a diffusers \
         UNet2DModel. Nothing in it is run, and nothing is downloaded.",
    );
    // What is between the title and the buttons scrolls where the window is low.
    let most = (ui.ctx().content_rect().height() - AROUND).max(120.0);
    ScrollArea::vertical().max_height(most).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 10.0;
        fields_ui(ui, form, out);
    });
    ui.add_space(4.0);
    buttons_ui(ui, state, out);
}

fn fields_ui(ui: &mut Ui, form: &ImportForm, out: &mut Vec<ImportCommand>) {
    path_ui(ui, form, out);
    match &form.finding {
        Finding::Nothing => {}
        Finding::Absent => help_ui(ui, "There is nothing at this path yet."),
        Finding::Reading => help_ui(ui, "Reading …"),
        Finding::Refused(reason) => {
            ui.label(RichText::new(reason).color(theme::ERROR.now()));
        }
        Finding::Found(found) => {
            facts_ui(ui, found);
            questions_ui(ui, form, out);
            output_ui(ui, form, out);
        }
    }
    if let Some(error) = &form.error {
        ui.label(RichText::new(error).color(theme::ERROR.now()));
    }
}

fn path_ui(ui: &mut Ui, form: &ImportForm, out: &mut Vec<ImportCommand>) {
    ui.horizontal(|ui| {
        let mut typed = form.path.clone();
        let gaps = 2.0 * ui.spacing().item_spacing.x;
        let width = ui.available_width() - 2.0 * BUTTON.x - gaps;
        let hint = "Path of a checkpoint or a folder";
        let response = ui
            .allocate_ui(vec2(width, BUTTON.y), |ui| {
                path_field_ui(ui, "Checkpoint path", hint, &mut typed)
            })
            .inner;
        // A fresh form is ready to be typed into.
        let fresh = form.path.is_empty() && ui.memory(|memory| memory.focused().is_none());
        if fresh {
            response.request_focus();
        }
        if response.changed() {
            out.push(ImportCommand::Path(typed));
        }
        for (name, folder) in [("File…", false), ("Folder…", true)] {
            if ui.add(Button::new(name).min_size(BUTTON)).clicked() {
                out.push(ImportCommand::Browse(folder));
            }
        }
    });
}

fn facts_ui(ui: &mut Ui, found: &Inspection) {
    facts_card_ui(ui, |ui| {
        let millions = found.parameters as f64 / 1e6;
        fact_ui(ui, "Weights", &format!("{millions:.1} M"));
        for (name, value) in &found.facts {
            fact_ui(ui, name, value);
        }
        if let Some(config) = &found.config {
            let side = config.model.image_size();
            fact_ui(ui, "Pictures", &format!("{side} × {side} px"));
        }
        if let Some(known) = found.known {
            help_ui(ui, &format!("Has the shapes of {known}."));
        }
        for assumed in &found.assumed {
            help_ui(ui, &format!("Taken as usual: {assumed}."));
        }
    });
}

/// What tensors leave open: asked for until the path changes, so that an answer can be changed.
fn questions_ui(ui: &mut Ui, form: &ImportForm, out: &mut Vec<ImportCommand>) {
    if form.asked.is_empty() {
        return;
    }
    help_ui(
        ui,
        "Its tensors leave the following open. Whoever trained it knows: look beside the download.",
    );
    let mut next = form.answers.clone();
    for field in &form.asked {
        ui.horizontal(|ui| {
            let left = ui.allocate_ui(vec2(190.0, 30.0), |ui| {
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    ui.set_width(190.0);
                    name_ui(ui, question(*field));
                });
            });
            let _ = left;
            answer_ui(ui, *field, &mut next);
        });
    }
    if next != form.answers {
        out.push(ImportCommand::Answer(Box::new(next)));
    }
}

fn question(field: Field) -> &'static str {
    match field {
        Field::ImageSize => "Trained on pictures of",
        Field::Heads => "Attention heads",
        Field::AttentionOrder => "Attention order",
        Field::NoiseSchedule => "Noise schedule",
    }
}

fn answer_ui(ui: &mut Ui, field: Field, next: &mut Answers) {
    const SIZES: [(&str, usize); 5] = [
        ("32 px", 32),
        ("64 px", 64),
        ("128 px", 128),
        ("256 px", 256),
        ("512 px", 512),
    ];
    let width = ui.available_width();
    match field {
        Field::ImageSize => {
            let segments =
                SIZES.map(|(text, size)| Segment::new(text, next.image_size == Some(size)));
            if let Some(index) = segments_ui(ui, width, &segments) {
                next.image_size = Some(SIZES[index].1);
            }
        }
        Field::Heads => {
            let (number, head_width) = match next.heads {
                None => (None, None),
                Some(Heads::Number(number)) => (Some(number), None),
                Some(Heads::Width(width)) => (None, Some(width)),
            };
            let segments = [
                Segment::new("By number", number.is_some()),
                Segment::new("By width", head_width.is_some()),
            ];
            match segments_ui(ui, width - 80.0, &segments) {
                Some(0) => next.heads = Some(Heads::Number(4)),
                Some(_) => next.heads = Some(Heads::Width(64)),
                None => {}
            }
            if let Some(Heads::Number(value) | Heads::Width(value)) = &mut next.heads {
                ui.name_inputs("Heads", |ui| ui.add(DragValue::new(value).range(1..=1024)));
            }
        }
        Field::AttentionOrder => {
            let is = |order| next.attention_order == Some(order);
            let segments = [
                Segment::new("Legacy (heads first)", is(AttentionOrder::HeadsFirst)),
                Segment::new("New (q, k, v first)", is(AttentionOrder::QkvFirst)),
            ];
            match segments_ui(ui, width, &segments) {
                Some(0) => next.attention_order = Some(AttentionOrder::HeadsFirst),
                Some(_) => next.attention_order = Some(AttentionOrder::QkvFirst),
                None => {}
            }
        }
        Field::NoiseSchedule => {
            let is = |schedule| next.noise_schedule == Some(schedule);
            let segments = [
                Segment::new("Linear", is(NoiseSchedule::Linear)),
                Segment::new("Cosine", is(NoiseSchedule::Cosine)),
            ];
            match segments_ui(ui, width, &segments) {
                Some(0) => next.noise_schedule = Some(NoiseSchedule::Linear),
                Some(_) => next.noise_schedule = Some(NoiseSchedule::Cosine),
                None => {}
            }
        }
    }
}

fn output_ui(ui: &mut Ui, form: &ImportForm, out: &mut Vec<ImportCommand>) {
    name_ui(ui, "Keep it in");
    let mut typed = form.output.clone();
    let response = path_field_ui(
        ui,
        "Folder to write",
        "A folder that is not there yet",
        &mut typed,
    );
    if response.changed() {
        out.push(ImportCommand::Output(typed));
    }
    let mut half = form.half;
    let text = "16-bit weights: half the size, three decimal digits";
    if check_ui(ui, &mut half, text).changed() {
        out.push(ImportCommand::Half(half));
    }
}

fn buttons_ui(ui: &mut Ui, state: &State, out: &mut Vec<ImportCommand>) {
    dialog_buttons_ui(ui, |ui| {
        let obstacle = state.obstacle(&Command::Recipe(RecipeCommand::Import(
            ImportCommand::Accept,
        )));
        let text = RichText::new("Import").color(theme::ON_ACCENT.now());
        let button = Button::new(text)
            .fill(theme::ACCENT.now())
            .min_size(vec2(96.0, 32.0));
        let mut response = ui
            .add_enabled(obstacle.is_none(), button)
            .accessible_name("Import");
        if let Some(reason) = &obstacle {
            response = response.on_disabled_hover_text(reason);
        }
        if response.clicked() {
            out.push(ImportCommand::Accept);
        }
        let close = if state.importing.is_some() {
            "Close"
        } else {
            "Cancel"
        };
        if ui
            .add(Button::new(close).min_size(vec2(96.0, 32.0)))
            .clicked()
        {
            out.push(ImportCommand::Close);
        }
        if let Some(doing) = state.import_progress() {
            ui.add(egui::Spinner::new().size(16.0).color(theme::ACCENT.now()));
            help_ui(ui, &format!("{doing} …"));
        }
    });
}
