//! What blurred the picture: a round spot, a straight smear, a drawn path, a kernel file.

use egui::{Align, Button, Layout, Slider, Ui, vec2};

use crate::panels::widgets::{
    Segment, adjusted, chosen, help_ui, name_ui, path_field_ui, segments_ui, slider_ui,
};
use desk::{Blur, BlurKind, Command, Settings, State};

pub(super) fn deblur_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    let settings = &state.settings;
    let kinds = [
        ("Gaussian", BlurKind::Gaussian),
        ("Motion", BlurKind::Motion),
        ("Drawn", BlurKind::Path),
        ("Kernel", BlurKind::Kernel),
    ];
    let segments = kinds.map(|(text, kind)| Segment::new(text, settings.blur.kind == kind));
    if let Some(index) = segments_ui(ui, ui.available_width(), &segments) {
        let mut next = settings.clone();
        next.blur.kind = kinds[index].1;
        chosen(next, out);
    }
    match settings.blur.kind {
        BlurKind::Gaussian => gaussian_ui(ui, settings, out),
        BlurKind::Motion => motion_ui(ui, settings, out),
        BlurKind::Path => path_ui(ui, settings, out),
        BlurKind::Kernel => {
            let mut next = settings.clone();
            let kernel = &mut next.blur.kernel;
            let hint = "Path of a small picture of the kernel";
            let response = path_field_ui(ui, "Kernel file", hint, kernel);
            adjusted(&response, next, out);
            help_ui(
                ui,
                "What a single point of light became: a small grey picture with odd sides.",
            );
        }
    }
}

fn gaussian_ui(ui: &mut Ui, settings: &Settings, out: &mut Vec<Command>) {
    let mut next = settings.clone();
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

fn motion_ui(ui: &mut Ui, settings: &Settings, out: &mut Vec<Command>) {
    let mut next = settings.clone();
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
        "How far, and which way, the camera moved: 0° is level, 90° upright. Look at what became \
         of a point of light.",
    );
}

fn path_ui(ui: &mut Ui, settings: &Settings, out: &mut Vec<Command>) {
    let path = &settings.blur.path;
    if path.is_empty() {
        return help_ui(
            ui,
            "Draw the path of the blur on the photo: follow the streak that a lamp or a bright \
             point left, at its real size. Zoom in for short ones.",
        );
    }
    ui.horizontal(|ui| {
        let text = format!(
            "A path of {:.0} px. Draw again to replace it.",
            length(&settings.blur)
        );
        help_ui(ui, &text);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let clear = Button::new("Clear").min_size(vec2(56.0, 26.0));
            if ui.add(clear).accessible_name("Clear the path").clicked() {
                let mut next = settings.clone();
                next.blur.path.clear();
                chosen(next, out);
            }
        });
    });
}

fn length(blur: &Blur) -> f32 {
    let line = |pair: &[(f32, f32)]| (pair[1].0 - pair[0].0).hypot(pair[1].1 - pair[0].1);
    blur.path.windows(2).map(line).sum()
}
