//! What a person has chosen once and for all: kept in the settings file, apart from the settings
//! of a restoration.

use std::path::PathBuf;

use engine::DeviceChoice;
use serde::{Deserialize, Serialize};

use crate::shell::keymap::Keymap;

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
    const AUTOSAVE_MAX: u64 = 3600;

    /// Reads a settings file. Values that are out of range are brought into it, and said.
    ///
    /// # Errors
    /// In words, when it is no settings file.
    pub fn read(text: &str) -> Result<(Self, Vec<String>), String> {
        if !text.trim_start().starts_with('{') {
            // Lists would be read as well, field by field.
            return Err("it is no JSON object".to_owned());
        }
        let mut read: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let mut complaints = read.keys.repair();
        let scale = read.scale.clamp(*Self::SCALE.start(), *Self::SCALE.end());
        if scale != read.scale {
            complaints.push(format!("a scale of {} % is out of range", read.scale));
            read.scale = scale;
        }
        if read.autosave_seconds > Self::AUTOSAVE_MAX {
            let seconds = read.autosave_seconds;
            complaints.push(format!("saving every {seconds} s is out of range"));
            read.autosave_seconds = Self::default().autosave_seconds;
        }
        Ok((read, complaints))
    }

    /// The settings file.
    #[must_use]
    pub fn written(&self) -> String {
        let text = serde_json::to_string_pretty(self);
        // Only maps with keys that are no strings, and failing writers, are errors.
        text.map_or_else(|_| String::new(), |text| text + "\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mut kept = Preferences {
            theme: Theme::Light,
            scale: 150,
            device: DeviceChoice::Gpu(1),
            export_folder: Some("/pictures".into()),
            autosave_seconds: 0,
            pen_pressure: false,
            ..Preferences::default()
        };
        let action = crate::Action::by_id("mask.clear").expect("in the table");
        kept.keys.bind(action, "Ctrl+L".parse().expect("valid"));
        let (read, complaints) = Preferences::read(&kept.written()).expect("valid");
        assert_eq!(read, kept);
        assert!(complaints.is_empty(), "{complaints:?}");
    }

    #[test]
    fn what_is_missing_or_unknown_does_no_harm() {
        let text = r#"{"scale": 125, "invented_later": [1]}"#;
        let (read, complaints) = Preferences::read(text).expect("valid");
        assert_eq!(read.scale, 125);
        assert_eq!(read.autosave_seconds, 30);
        assert!(complaints.is_empty());
    }

    #[test]
    fn what_is_out_of_range_is_said_and_no_settings_file_is_an_error() {
        let text = r#"{"scale": 9000, "autosave_seconds": 99999999}"#;
        let (read, complaints) = Preferences::read(text).expect("valid");
        assert_eq!((read.scale, read.autosave_seconds), (200, 30));
        assert_eq!(complaints.len(), 2);
        for broken in ["", "{", "[]", "{\"theme\": 7}", "\u{0}\u{1}"] {
            assert!(Preferences::read(broken).is_err(), "{broken:?}");
        }
    }
}
