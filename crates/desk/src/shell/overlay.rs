//! What lies over the window for a moment: palette, cheat sheet, settings, tour.

use super::capture::Capture;
use super::palette::Palette;

/// A page of the settings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SettingsPage {
    /// Colours and size.
    #[default]
    Appearance,
    /// Device, folders, autosave.
    Work,
    /// Keys.
    Keyboard,
}

impl SettingsPage {
    /// All pages in their order.
    pub const ALL: [Self; 3] = [Self::Appearance, Self::Work, Self::Keyboard];

    /// Its title.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Appearance => "Appearance",
            Self::Work => "Work",
            Self::Keyboard => "Keyboard",
        }
    }
}

/// The open settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SettingsWindow {
    /// The page shown.
    pub page: SettingsPage,
    /// The keys being chosen.
    pub capture: Option<Capture>,
}

/// What lies over the window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Overlay {
    /// The command palette.
    Palette(Palette),
    /// Every shortcut.
    CheatSheet,
    /// The settings.
    Settings(SettingsWindow),
}

/// Hints of the tour.
pub const HINTS: usize = 4;
