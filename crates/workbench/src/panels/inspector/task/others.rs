//! Tasks with a parameter or two, or none.

use egui::{RichText, Slider, Ui};

use crate::panels::widgets::{Segment, adjusted, chosen, help_ui, name_ui, segments_ui, slider_ui};
use crate::theme;
use desk::{Command, Enlarge, EnlargeMethod, Grey, State};

pub(super) fn enlarge_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
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

pub(super) fn denoise_ui(ui: &mut Ui) {
    help_ui(
        ui,
        "The noise level below decides how much is taken for noise: too high smooths detail away, \
         too low leaves grain.",
    );
}

pub(super) fn colours_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    let settings = &state.settings;
    let kinds = [("Luma", Grey::Luma), ("Mean", Grey::Mean)];
    let segments = kinds.map(|(text, grey)| Segment::new(text, settings.grey == grey));
    if let Some(index) = segments_ui(ui, ui.available_width(), &segments) {
        let mut next = settings.clone();
        next.grey = kinds[index].1;
        chosen(next, out);
    }
    help_ui(
        ui,
        "How grey was made of colours: as photo programs do, by what the eye finds bright, or as a \
         third of each. Colours that the photo has are not looked at; another seed gives others.",
    );
}

pub(super) fn jpeg_ui(ui: &mut Ui, state: &State, out: &mut Vec<Command>) {
    let settings = &state.settings;
    let mut next = settings.clone();
    name_ui(ui, "Quality");
    let slider = Slider::new(&mut next.jpeg.quality, 1..=100);
    let response = slider_ui(ui, "Quality", ui.available_width(), slider);
    adjusted(&response, next, out);
    let facts = state
        .document
        .as_ref()
        .map(|document| document.photo.jpeg());
    if let Some(quality) = facts.and_then(|facts| facts.quality) {
        let text = format!("Read from the file: {quality}");
        ui.label(
            RichText::new(text)
                .size(theme::SMALL)
                .color(theme::TEXT.now()),
        );
    }
    help_ui(
        ui,
        "What it was saved with. Too low a guess draws real detail anew, too high keeps blocks. With \
         the built-in prior, some detail goes with the blocks.",
    );
    name_ui(ui, "Its colours");
    let kinds = [("Half size", true), ("Full size", false)];
    let segments = kinds.map(|(text, halved)| Segment::new(text, settings.jpeg.halved == halved));
    if let Some(index) = segments_ui(ui, ui.available_width(), &segments) {
        let mut next = settings.clone();
        next.jpeg.halved = kinds[index].1;
        chosen(next, out);
    }
    help_ui(
        ui,
        "Cameras and phones save colours at half the size (4:2:0). Set it right: what was halved is \
         drawn anew.",
    );
}

pub(super) fn highlights_ui(ui: &mut Ui) {
    help_ui(
        ui,
        "Takes the photo for exposed at twice the contrast, with the lights and the shadows cut off. \
         The result has half the contrast, and room for both.",
    );
}
