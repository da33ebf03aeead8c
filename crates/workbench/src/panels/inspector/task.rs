//! What happened: one card for each task, and the parameters of the chosen one.

use egui::{RichText, Slider, Ui};

use super::glimpse::glimpse_ui;
use crate::document::{BlurKind, Command, Enlarge, EnlargeMethod, Settings, State, Task, Tool};
use crate::panels::widgets::{
    Segment, adjusted, choice_card_ui, chosen, help_ui, name_ui, path_field_ui, segments_ui,
    slider_ui,
};
use crate::{icons, shortcuts, theme};

/// Shows the cards.
pub(super) fn task_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    ui.spacing_mut().item_spacing.y = 6.0;
    for task in Task::ALL {
        let icon = match task {
            Task::Inpaint => icons::BANDAIDS,
            Task::Deblur => icons::APERTURE,
            Task::Enlarge => icons::RESIZE,
        };
        let selected = state.settings.task == task;
        if choice_card_ui(ui, selected, icon, task.title(), task.summary()).clicked() {
            out.push(Command::ChooseTask(task));
        }
        if selected {
            ui.add_space(2.0);
            match task {
                Task::Inpaint => mask_ui(ui, state, out),
                Task::Deblur => {
                    blur_ui(ui, state, out);
                    glimpse_ui(ui, state);
                }
                Task::Enlarge => {
                    enlarge_ui(ui, state, out);
                    glimpse_ui(ui, state);
                }
            }
            ui.add_space(6.0);
        }
    }
}

fn mask_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    let Some(document) = &state.document else {
        return;
    };
    let (masked, all) = (document.masked(), document.photo.bounds().area());
    let text = if masked == 0 {
        let text = "Paint over the damage with the brush";
        shortcuts::named(ui.ctx(), state, text, &Command::ChooseTool(Tool::Brush))
    } else {
        let share = 100.0 * masked as f64 / all.max(1) as f64;
        let share = if share < 0.1 {
            "< 0.1".to_owned()
        } else {
            format!("{share:.1}")
        };
        let beyond = match state.settings.feather {
            0 => "All else stays bit for bit.".to_owned(),
            feather => format!("Beyond {feather} px around it, all stays bit for bit."),
        };
        format!("{share} % of the picture is painted. {beyond}")
    };
    help_ui(ui, &text);
    name_ui(ui, "Feather");
    let mut next = state.settings.clone();
    let slider = Slider::new(&mut next.feather, 0..=Settings::MOST_FEATHER).suffix(" px");
    let response = slider_ui(ui, "Feather", ui.available_width(), slider)
        .on_hover_text("Blends the restored picture into its surroundings, to hide a seam");
    adjusted(&response, next, out);
}

fn blur_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    let settings = &state.settings;
    let kinds = [
        ("Gaussian", BlurKind::Gaussian),
        ("Motion", BlurKind::Motion),
        ("Kernel", BlurKind::Kernel),
    ];
    let segments = kinds.map(|(text, kind)| Segment::new(text, settings.blur.kind == kind));
    if let Some(index) = segments_ui(ui, ui.available_width(), &segments) {
        let mut next = settings.clone();
        next.blur.kind = kinds[index].1;
        chosen(next, out);
    }
    let mut next = settings.clone();
    match settings.blur.kind {
        BlurKind::Gaussian => {
            name_ui(ui, "Blur radius");
            let slider = Slider::new(&mut next.blur.std, 0.3..=10.0)
                .logarithmic(true)
                .fixed_decimals(2)
                .suffix(" px");
            let response = slider_ui(ui, "Blur radius", ui.available_width(), slider);
            adjusted(&response, next, out);
            help_ui(
                ui,
                "Standard deviation of the blur. Too much gives halos, too little stays soft.",
            );
        }
        BlurKind::Motion => {
            name_ui(ui, "Length of the smear");
            let slider = Slider::new(&mut next.blur.length, 2.0..=100.0)
                .logarithmic(true)
                .fixed_decimals(1)
                .suffix(" px");
            let response = slider_ui(ui, "Length of the smear", ui.available_width(), slider);
            adjusted(&response, next, out);
            let mut next = settings.clone();
            name_ui(ui, "Direction");
            let slider = Slider::new(&mut next.blur.angle, -90.0..=90.0)
                .fixed_decimals(0)
                .suffix("°");
            let response = slider_ui(ui, "Direction", ui.available_width(), slider);
            adjusted(&response, next, out);
            help_ui(
                ui,
                "How far, and which way, the camera moved: 0° is level, 90° upright. Look at \
                 what became of a point of light.",
            );
        }
        BlurKind::Kernel => {
            let response = path_field_ui(
                ui,
                "Kernel file",
                "Path of a small picture of the kernel",
                &mut next.blur.kernel,
            );
            adjusted(&response, next, out);
            help_ui(
                ui,
                "What a single point of light became: a small grey picture with odd sides.",
            );
        }
    }
}

fn enlarge_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    let settings = &state.settings;
    let names = ["× 2", "× 4", "× 8"];
    let factors: Vec<_> = Enlarge::FACTORS
        .iter()
        .zip(names)
        .map(|(factor, name)| Segment::new(name, settings.enlarge.factor == *factor))
        .collect();
    if let Some(index) = segments_ui(ui, ui.available_width(), &factors) {
        let mut next = settings.clone();
        next.enlarge.factor = Enlarge::FACTORS[index];
        chosen(next, out);
    }
    let methods = [
        ("Bicubic", EnlargeMethod::Bicubic),
        ("Averaged", EnlargeMethod::Box),
    ];
    let segments =
        methods.map(|(text, method)| Segment::new(text, settings.enlarge.method == method));
    if let Some(index) = segments_ui(ui, ui.available_width(), &segments) {
        let mut next = settings.clone();
        next.enlarge.method = methods[index].1;
        chosen(next, out);
    }
    help_ui(
        ui,
        "How the picture was made small: by a photo program, or by averaging pixels.",
    );
    if let Some(document) = &state.document {
        let factor = settings.enlarge.factor;
        let (width, height) = (
            document.photo.width() * factor,
            document.photo.height() * factor,
        );
        let text = format!("The result will be {width} × {height} px.");
        ui.label(
            RichText::new(text)
                .size(theme::SMALL)
                .color(theme::TEXT.now()),
        );
    }
}
