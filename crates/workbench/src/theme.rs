//! Every colour, size and typeface of the window.
//!
//! The greys carry no hue, so that the interface does not bend the judgement of a photograph's
//! colours. One accent, the amber of a darkroom lamp, marks what is chosen and what to press.
//! Distances are multiples of 4, mostly of 8. Figures are tabular (see `assets/fonts`).

use std::sync::Arc;

use egui::epaint::Shadow;
use egui::style::{Selection, WidgetVisuals};
use egui::{
    Color32, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Margin, Stroke,
    TextStyle, Vec2, Visuals,
};

/// Behind the picture.
pub(crate) const CANVAS: Color32 = Color32::from_gray(0x16);
/// Bars and panels.
pub(crate) const PANEL: Color32 = Color32::from_gray(0x20);
/// Cards on panels.
pub(crate) const CARD: Color32 = Color32::from_gray(0x28);
/// Text fields and slider rails.
pub(crate) const WELL: Color32 = Color32::from_gray(0x14);
/// Buttons at rest.
pub(crate) const CONTROL: Color32 = Color32::from_gray(0x33);
/// Buttons under the pointer.
pub(crate) const CONTROL_HOVERED: Color32 = Color32::from_gray(0x3E);
/// Buttons held down.
pub(crate) const CONTROL_HELD: Color32 = Color32::from_gray(0x4A);
/// Lines between panels and around cards.
pub(crate) const LINE: Color32 = Color32::from_gray(0x33);
/// Text.
pub(crate) const TEXT: Color32 = Color32::from_gray(0xD8);
/// Titles and values.
pub(crate) const TEXT_STRONG: Color32 = Color32::from_gray(0xF4);
/// Explanations and units.
pub(crate) const TEXT_WEAK: Color32 = Color32::from_gray(0x9C);
/// What is chosen, and what to press.
pub(crate) const ACCENT: Color32 = Color32::from_rgb(0xF0, 0xA8, 0x3C);
/// The accent under the pointer.
pub(crate) const ACCENT_HOVERED: Color32 = Color32::from_rgb(0xFF, 0xBC, 0x58);
/// A hint of the accent behind what is chosen.
pub(crate) const ACCENT_FAINT: Color32 = Color32::from_rgb(0x3D, 0x32, 0x20);
/// Text on the accent.
pub(crate) const ON_ACCENT: Color32 = Color32::from_rgb(0x1C, 0x14, 0x06);
/// Something went wrong.
pub(crate) const ERROR: Color32 = Color32::from_rgb(0xF0, 0x6A, 0x5E);
/// Something is done.
pub(crate) const SUCCESS: Color32 = Color32::from_rgb(0x6C, 0xC0, 0x8C);
/// The mask over the photo, as of rubylith film.
pub(crate) const MASK: [u8; 3] = [0xFF, 0x3B, 0x4E];
/// What the scratch finder proposes: far from the mask's red, also for the colour-blind.
pub(crate) const PROPOSAL: [u8; 3] = [0x35, 0xC8, 0xFF];

/// The rhythm of distances.
pub(crate) const GAP: f32 = 8.0;
/// Rounding of controls.
pub(crate) const ROUNDING: u8 = 5;
/// Rounding of cards and dialogs.
pub(crate) const ROUNDING_LARGE: u8 = 8;
/// Height of bars.
pub(crate) const BAR: f32 = 40.0;
/// Width of the tool rail.
pub(crate) const RAIL: f32 = 52.0;
/// Width of the inspector.
pub(crate) const INSPECTOR: f32 = 344.0;

/// The semi-bold text face.
pub(crate) fn semibold() -> FontFamily {
    FontFamily::Name("semibold".into())
}

/// The medium text face.
pub(crate) fn medium() -> FontFamily {
    FontFamily::Name("medium".into())
}

/// An icon of this size.
pub(crate) fn icon(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name("icons".into()))
}

/// Small text.
pub(crate) const SMALL: f32 = 11.5;
/// Ordinary text.
pub(crate) const BODY: f32 = 13.0;
/// Section questions.
pub(crate) const QUESTION: f32 = 15.0;

/// Gives a context the look of Tweedie.
pub(crate) fn install(ctx: &egui::Context) {
    ctx.set_fonts(fonts());
    ctx.set_theme(egui::Theme::Dark);
    ctx.options_mut(|options| options.zoom_with_keyboard = false);
    ctx.all_styles_mut(|style| {
        style.text_styles = [
            (TextStyle::Small, FontId::proportional(SMALL)),
            (TextStyle::Body, FontId::proportional(BODY)),
            (TextStyle::Button, FontId::proportional(BODY)),
            (TextStyle::Heading, FontId::new(QUESTION, semibold())),
            (TextStyle::Monospace, FontId::monospace(12.0)),
        ]
        .into();
        let spacing = &mut style.spacing;
        spacing.item_spacing = Vec2::splat(GAP);
        spacing.button_padding = Vec2::new(10.0, 5.0);
        spacing.interact_size = Vec2::new(32.0, 28.0);
        spacing.icon_width = 16.0;
        spacing.icon_spacing = 8.0;
        spacing.slider_rail_height = 4.0;
        spacing.menu_margin = Margin::same(6);
        spacing.window_margin = Margin::same(24);
        spacing.tooltip_width = 320.0;
        spacing.scroll = egui::style::ScrollStyle::floating();
        style.interaction.selectable_labels = false;
        style.interaction.tooltip_delay = 0.4;
        style.visuals = visuals();
    });
}

fn fonts() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    let mut add = |name: &str, bytes: &'static [u8]| {
        fonts
            .font_data
            .insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    };
    add(
        "inter",
        include_bytes!("../../../assets/fonts/Inter-Regular.otf"),
    );
    add(
        "inter-medium",
        include_bytes!("../../../assets/fonts/Inter-Medium.otf"),
    );
    add(
        "inter-semibold",
        include_bytes!("../../../assets/fonts/Inter-SemiBold.otf"),
    );
    add(
        "phosphor",
        include_bytes!("../../../assets/fonts/Phosphor.ttf"),
    );
    // egui's own faces stay behind ours for every letter ours lack.
    let fallback = fonts
        .families
        .get(&FontFamily::Proportional)
        .cloned()
        .unwrap_or_default();
    let with = |first: &[&str]| -> Vec<String> {
        first
            .iter()
            .map(ToString::to_string)
            .chain(fallback.iter().cloned())
            .collect()
    };
    fonts
        .families
        .insert(FontFamily::Proportional, with(&["inter", "phosphor"]));
    fonts
        .families
        .insert(medium(), with(&["inter-medium", "phosphor"]));
    fonts
        .families
        .insert(semibold(), with(&["inter-semibold", "phosphor"]));
    fonts
        .families
        .insert(FontFamily::Name("icons".into()), with(&["phosphor"]));
    fonts
}

fn visuals() -> Visuals {
    let mut visuals = Visuals::dark();
    visuals.panel_fill = PANEL;
    visuals.window_fill = PANEL;
    visuals.extreme_bg_color = WELL;
    visuals.text_edit_bg_color = Some(WELL);
    visuals.faint_bg_color = CARD;
    visuals.code_bg_color = WELL;
    visuals.window_stroke = Stroke::new(1.0, LINE);
    visuals.window_corner_radius = CornerRadius::same(ROUNDING_LARGE);
    visuals.menu_corner_radius = CornerRadius::same(ROUNDING_LARGE);
    let shadow = Shadow {
        offset: [0, 8],
        blur: 24,
        spread: 0,
        color: Color32::from_black_alpha(120),
    };
    visuals.window_shadow = shadow;
    visuals.popup_shadow = shadow;
    visuals.selection = Selection {
        bg_fill: ACCENT_FAINT,
        stroke: Stroke::new(1.0, ACCENT_HOVERED),
    };
    visuals.hyperlink_color = ACCENT;
    visuals.warn_fg_color = ACCENT;
    visuals.error_fg_color = ERROR;
    visuals.weak_text_color = Some(TEXT_WEAK);
    visuals.slider_trailing_fill = true;
    visuals.handle_shape = egui::style::HandleShape::Circle;
    visuals.text_cursor.stroke = Stroke::new(2.0, ACCENT);
    visuals.indent_has_left_vline = false;
    let state = |fill: Color32, outline: Color32, text: Color32| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(1.0, outline),
        corner_radius: CornerRadius::same(ROUNDING),
        fg_stroke: Stroke::new(1.0, text),
        expansion: 0.0,
    };
    visuals.widgets.noninteractive = state(PANEL, LINE, TEXT);
    visuals.widgets.inactive = state(CONTROL, Color32::TRANSPARENT, TEXT);
    visuals.widgets.hovered = state(CONTROL_HOVERED, Color32::TRANSPARENT, TEXT_STRONG);
    visuals.widgets.active = state(CONTROL_HELD, Color32::TRANSPARENT, TEXT_STRONG);
    visuals.widgets.open = state(CONTROL_HOVERED, Color32::TRANSPARENT, TEXT_STRONG);
    visuals
}
