//! Every size and typeface of the window, and how egui's own widgets look. The colours are in
//! [`tokens`].
//!
//! Distances are multiples of 4, mostly of 8. Figures are tabular (see `assets/fonts`).

mod size;
mod tokens;

use std::sync::Arc;

use egui::epaint::Shadow;
use egui::style::{Selection, WidgetVisuals};
use egui::{
    Color32, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Margin, Stroke,
    TextStyle, Vec2, Visuals,
};

pub(crate) use tokens::*;

use desk::{Preferences, Theme};

/// The mask over the photo, as of rubylith film.
pub(crate) const MASK: [u8; 3] = [0xFF, 0x3B, 0x4E];
/// What the scratch finder proposes: far from the mask's red, also for the colour-blind.
pub(crate) const PROPOSAL: [u8; 3] = [0x35, 0xC8, 0xFF];

/// The path of a blur: yellow, which neither the mask nor the finder is.
pub(crate) const PATH: Color32 = Color32::from_rgb(0xFF, 0xE0, 0x4A);

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
    });
    for theme in [egui::Theme::Dark, egui::Theme::Light] {
        ctx.set_visuals_of(theme, tokens::with(theme, || visuals(theme)));
    }
}

/// Brings colours and size in step with what was chosen. Call it at the start of a frame.
pub(crate) fn follow(ctx: &egui::Context, preferences: &Preferences) {
    ctx.set_theme(match preferences.theme {
        Theme::Dark => egui::ThemePreference::Dark,
        Theme::Light => egui::ThemePreference::Light,
        Theme::System => egui::ThemePreference::System,
    });
    let window = ctx.content_rect().size() * ctx.zoom_factor();
    ctx.set_zoom_factor(size::zoom(preferences.scale, window));
    tokens::choose(ctx.theme());
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

fn visuals(theme: egui::Theme) -> Visuals {
    let mut visuals = theme.default_visuals();
    visuals.panel_fill = PANEL.now();
    visuals.window_fill = PANEL.now();
    visuals.extreme_bg_color = WELL.now();
    visuals.text_edit_bg_color = Some(WELL.now());
    visuals.faint_bg_color = CARD.now();
    visuals.code_bg_color = WELL.now();
    visuals.window_stroke = Stroke::new(1.0, LINE);
    visuals.window_corner_radius = CornerRadius::same(ROUNDING_LARGE);
    visuals.menu_corner_radius = CornerRadius::same(ROUNDING_LARGE);
    let shadow = Shadow {
        offset: [0, 8],
        blur: 24,
        spread: 0,
        color: Color32::from_black_alpha(if visuals.dark_mode { 120 } else { 60 }),
    };
    visuals.window_shadow = shadow;
    visuals.popup_shadow = shadow;
    visuals.selection = Selection {
        bg_fill: ACCENT_FAINT.now(),
        stroke: Stroke::new(1.0, ACCENT_HOVERED),
    };
    visuals.hyperlink_color = ACCENT.now();
    visuals.warn_fg_color = ACCENT.now();
    visuals.error_fg_color = ERROR.now();
    visuals.weak_text_color = Some(TEXT_WEAK.now());
    visuals.slider_trailing_fill = true;
    visuals.handle_shape = egui::style::HandleShape::Circle;
    visuals.text_cursor.stroke = Stroke::new(2.0, ACCENT);
    visuals.indent_has_left_vline = false;
    let state = |fill: Token, outline: Color32, text: Token| WidgetVisuals {
        bg_fill: fill.now(),
        weak_bg_fill: fill.now(),
        bg_stroke: Stroke::new(1.0, outline),
        corner_radius: CornerRadius::same(ROUNDING),
        fg_stroke: Stroke::new(1.0, text),
        expansion: 0.0,
    };
    let bare = Color32::TRANSPARENT;
    visuals.widgets.noninteractive = state(PANEL, LINE.now(), TEXT);
    visuals.widgets.inactive = state(CONTROL, bare, TEXT);
    visuals.widgets.hovered = state(CONTROL_HOVERED, bare, TEXT_STRONG);
    visuals.widgets.active = state(CONTROL_HELD, bare, TEXT_STRONG);
    visuals.widgets.open = state(CONTROL_HOVERED, bare, TEXT_STRONG);
    visuals
}
