//! Colours by what they are for. What a token looks like depends on the theme in force.
//!
//! The greys carry no hue, so that the interface does not bend the judgement of a photograph's
//! colours. One accent, the amber of a darkroom lamp, marks what is chosen and what to press.
//! Text keeps a contrast of at least 4.5 : 1 on every ground it stands on (WCAG 2.2, 1.4.3), which
//! the tests measure.

use std::cell::Cell;

use egui::{Color32, Theme};

/// A colour by its purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    dark: Color32,
    light: Color32,
}

thread_local! {
    /// A window is painted by one thread; tests paint several at once.
    static THEME: Cell<Theme> = const { Cell::new(Theme::Dark) };
}

/// Puts a theme in force on this thread.
pub(super) fn choose(theme: Theme) {
    THEME.set(theme);
}

/// Does something while a theme is in force.
pub(super) fn with<R>(theme: Theme, work: impl FnOnce() -> R) -> R {
    let before = THEME.replace(theme);
    let result = work();
    THEME.set(before);
    result
}

impl Token {
    const fn gray(dark: u8, light: u8) -> Self {
        Self {
            dark: Color32::from_gray(dark),
            light: Color32::from_gray(light),
        }
    }

    const fn rgb(dark: [u8; 3], light: [u8; 3]) -> Self {
        Self {
            dark: Color32::from_rgb(dark[0], dark[1], dark[2]),
            light: Color32::from_rgb(light[0], light[1], light[2]),
        }
    }

    /// The colour in the theme in force.
    pub(crate) fn now(self) -> Color32 {
        match THEME.get() {
            Theme::Dark => self.dark,
            Theme::Light => self.light,
        }
    }
}

impl From<Token> for Color32 {
    fn from(token: Token) -> Self {
        token.now()
    }
}

/// Behind the picture.
pub(crate) const CANVAS: Token = Token::gray(0x16, 0xC6);
/// Bars and panels.
pub(crate) const PANEL: Token = Token::gray(0x20, 0xF2);
/// Cards on panels.
pub(crate) const CARD: Token = Token::gray(0x28, 0xFA);
/// Text fields and slider rails.
pub(crate) const WELL: Token = Token::gray(0x14, 0xFF);
/// Buttons at rest.
pub(crate) const CONTROL: Token = Token::gray(0x33, 0xE2);
/// Buttons under the pointer.
pub(crate) const CONTROL_HOVERED: Token = Token::gray(0x3E, 0xD8);
/// Buttons held down.
pub(crate) const CONTROL_HELD: Token = Token::gray(0x4A, 0xCC);
/// Lines between panels and around cards.
pub(crate) const LINE: Token = Token::gray(0x33, 0xD4);
/// Text.
pub(crate) const TEXT: Token = Token::gray(0xD8, 0x2A);
/// Titles and values.
pub(crate) const TEXT_STRONG: Token = Token::gray(0xF4, 0x0C);
/// Explanations and units.
pub(crate) const TEXT_WEAK: Token = Token::gray(0xAA, 0x50);
/// What is chosen, and what to press.
pub(crate) const ACCENT: Token = Token::rgb([0xF0, 0xA8, 0x3C], [0x8A, 0x55, 0x00]);
/// The accent under the pointer.
pub(crate) const ACCENT_HOVERED: Token = Token::rgb([0xFF, 0xBC, 0x58], [0x73, 0x46, 0x00]);
/// A hint of the accent behind what is chosen.
pub(crate) const ACCENT_FAINT: Token = Token::rgb([0x3D, 0x32, 0x20], [0xFA, 0xE6, 0xC6]);
/// Text on the accent.
pub(crate) const ON_ACCENT: Token = Token::rgb([0x1C, 0x14, 0x06], [0xFF, 0xFF, 0xFF]);
/// Something went wrong.
pub(crate) const ERROR: Token = Token::rgb([0xF0, 0x6A, 0x5E], [0xB0, 0x26, 0x1C]);
/// Something is done.
pub(crate) const SUCCESS: Token = Token::rgb([0x6C, 0xC0, 0x8C], [0x1E, 0x6B, 0x3C]);

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance (WCAG 2.2).
    fn luminance(color: Color32) -> f64 {
        let linear = |value: u8| {
            let v = f64::from(value) / 255.0;
            if v <= 0.040_45 {
                v / 12.92
            } else {
                ((v + 0.055) / 1.055).powf(2.4)
            }
        };
        let [r, g, b, _] = color.to_array();
        0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
    }

    fn contrast(a: Color32, b: Color32) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// Every text with every ground it stands on.
    fn pairs() -> Vec<(&'static str, Token, Token)> {
        let mut pairs = Vec::new();
        let grounds = [PANEL, CARD, WELL];
        let texts = [
            ("text", TEXT),
            ("strong text", TEXT_STRONG),
            ("weak text", TEXT_WEAK),
            ("accent", ACCENT),
            ("error", ERROR),
            ("success", SUCCESS),
        ];
        for (name, text) in texts {
            pairs.extend(grounds.map(|ground| (name, text, ground)));
        }
        // What buttons say, and the keys and reasons at their right.
        for ground in [CONTROL, CONTROL_HOVERED, CONTROL_HELD] {
            pairs.push(("text on a button", TEXT, ground));
            pairs.push(("strong text on a button", TEXT_STRONG, ground));
        }
        // Such as the keys at the right of a menu's entry, under the pointer as well.
        pairs.push(("weak text on a button", TEXT_WEAK, CONTROL));
        pairs.push(("weak text on a lit button", TEXT_WEAK, CONTROL_HOVERED));
        for (name, text) in [
            ("strong text on what is chosen", TEXT_STRONG),
            ("text on what is chosen", TEXT),
            ("weak text on what is chosen", TEXT_WEAK),
            ("accent on what is chosen", ACCENT),
        ] {
            pairs.push((name, text, ACCENT_FAINT));
        }
        pairs.push(("text on the accent", ON_ACCENT, ACCENT));
        pairs.push(("text on the lit accent", ON_ACCENT, ACCENT_HOVERED));
        pairs.push(("weak text on the canvas", TEXT_WEAK, CANVAS));
        pairs.push(("strong text on the canvas", TEXT_STRONG, CANVAS));
        pairs
    }

    #[test]
    fn text_can_be_read_on_every_ground_in_both_themes() {
        let mut bad = Vec::new();
        for theme in [Theme::Dark, Theme::Light] {
            with(theme, || {
                for (name, text, ground) in pairs() {
                    let ratio = contrast(text.now(), ground.now());
                    if ratio < 4.5 {
                        bad.push(format!("{theme:?}: {name}: {ratio:.2}"));
                    }
                }
            });
        }
        assert!(bad.is_empty(), "{bad:#?}");
    }

    #[test]
    fn the_measure_of_contrast_is_that_of_the_standard() {
        assert!((contrast(Color32::BLACK, Color32::WHITE) - 21.0).abs() < 1e-9);
        assert!((contrast(Color32::from_gray(0x77), Color32::WHITE) - 4.48).abs() < 0.01);
    }

    #[test]
    fn greys_carry_no_hue() {
        for token in [CANVAS, PANEL, CARD, WELL, CONTROL, LINE, TEXT, TEXT_WEAK] {
            for color in [token.dark, token.light] {
                let [r, g, b, _] = color.to_array();
                assert!(r == g && g == b);
            }
        }
    }
}
