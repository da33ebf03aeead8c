//! What a person has chosen once and for all: kept in the settings file, apart from the settings
//! of a restoration.

use std::path::PathBuf;

use engine::DeviceChoice;
use serde::{Deserialize, Serialize};

use super::keymap::Keymap;

/// The colours of the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// Dark grey, which bends the judgement of colours least.
    #[default]
    Dark,
    /// Light grey.
    Light,
    /// As the system has it.
    System,
}

impl Theme {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Dark, Self::Light, Self::System];

    /// Its name.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Dark => "Dark",
            Self::Light => "Light",
            Self::System => "As the system",
        }
    }
}

/// The settings file. What an older or newer program wrote differently is taken as by default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Preferences {
    /// The colours.
    pub theme: Theme,
    /// Size of everything in percent, within [`Self::SCALE`].
    pub scale: u16,
    /// Where restorations are computed when the window opens.
    pub device: DeviceChoice,
    /// Where exports are suggested; beside the photo if none is chosen.
    pub export_folder: Option<PathBuf>,
    /// Where sessions are suggested; beside the photo if none is chosen.
    pub session_folder: Option<PathBuf>,
    /// Seconds between automatic saves; 0 turns them off.
    pub autosave_seconds: u64,
    /// Whether a pen that is pressed less draws a thinner stroke.
    pub pen_pressure: bool,
    /// Keys bound by hand.
    pub keys: Keymap,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            theme: Theme::default(),
            scale: 100,
            device: DeviceChoice::Auto,
            export_folder: None,
            session_folder: None,
            autosave_seconds: 30,
            pen_pressure: true,
            keys: Keymap::default(),
        }
    }
}

impl Preferences {
    /// The offered sizes in percent.
    pub const SCALE: std::ops::RangeInclusive<u16> = 100..=200;
    /// The offered seconds between automatic saves.
    pub const AUTOSAVE: [u64; 4] = [0, 10, 30, 120];
    /// Longer than anybody would trust.
    pub(crate) const AUTOSAVE_MAX: u64 = 3600;

    /// The settings file.
    #[must_use]
    pub fn written(&self) -> String {
        let text = serde_json::to_string_pretty(self);
        // Only maps with keys that are no strings, and failing writers, are errors.
        text.map_or_else(|_| String::new(), |text| text + "\n")
    }
}
