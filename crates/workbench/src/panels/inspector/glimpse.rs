//! Thumbnails of the operator: its kernel, a sharp picture before and after it, and its spectrum where
//! that is what is measured.

use egui::{ColorImage, RichText, TextureHandle, TextureOptions, Ui, vec2};
use engine::Glimpse;
use imaging::Planar;

use crate::theme;
use desk::State;

const SIDE: f32 = 88.0;

/// The textures of one set of pictures.
#[derive(Clone)]
struct Textures {
    serial: u64,
    parts: Vec<(&'static str, TextureHandle)>,
}

/// Shows the pictures of the chosen operator, if there are any.
pub(super) fn glimpse_ui(ui: &mut Ui, state: &State) {
    let Some(pictures) = &state.glimpse.pictures else {
        // Room for what is being made, so that nothing below jumps when it is there.
        ui.add_space(SIDE + ui.spacing().item_spacing.y + theme::SMALL + 3.0);
        return;
    };
    let id = egui::Id::unique("glimpse");
    let known: Option<Textures> = ui.data(|data| data.get_temp(id));
    let textures = known.filter(|textures| textures.serial == state.glimpse.serial);
    let textures = textures.unwrap_or_else(|| {
        let textures = upload(ui, pictures, state.glimpse.serial);
        ui.data_mut(|data| data.insert_temp(id, textures.clone()));
        textures
    });
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        for (name, texture) in &textures.parts {
            ui.vertical(|ui| {
                let image = egui::Image::new(texture)
                    .fit_to_exact_size(vec2(SIDE, SIDE))
                    .alt_text(*name)
                    .corner_radius(theme::ROUNDING);
                ui.add(image);
                ui.label(
                    RichText::new(*name)
                        .size(theme::SMALL)
                        .color(theme::TEXT_WEAK),
                );
            });
        }
    });
}

fn upload(ui: &Ui, pictures: &Glimpse, serial: u64) -> Textures {
    let load = |name: &'static str, picture: &Planar| {
        let size = [picture.width, picture.height];
        let image = ColorImage::from_rgba_unmultiplied(size, &picture.to_rgba8());
        // Pixels stay square where each can be seen.
        let options = if picture.width > 2 * SIDE as usize {
            TextureOptions::LINEAR
        } else {
            TextureOptions::NEAREST
        };
        (name, ui.ctx().load_texture(name, image, options))
    };
    let point = pictures.point.as_ref().map(|point| load("A point", point));
    let spectrum = pictures.spectrum.as_ref();
    let becomes = if spectrum.is_some() {
        "Zero-filled"
    } else {
        "Becomes"
    };
    let spectrum = spectrum.map(|spectrum| load("Spectrum, log", spectrum));
    let (before, after) = (
        load("Sharp", &pictures.before),
        load(becomes, &pictures.after),
    );
    let parts = point.into_iter().chain([before]).chain(spectrum);
    Textures {
        serial,
        parts: parts.chain([after]).collect(),
    }
}
