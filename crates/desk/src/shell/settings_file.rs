//! Reading a settings file, whoever wrote it.

use crate::session::preferences::Preferences;

/// Why a text is no settings file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// It is something else, such as a list, which would be read as well, field by field.
    #[error("it is no JSON object")]
    NoObject,
    /// It is damaged.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

impl Preferences {
    /// Reads a settings file. Values that are out of range are brought into it, and said.
    ///
    /// # Errors
    /// A [`SettingsError`] when it is no settings file.
    pub fn read(text: &str) -> Result<(Self, Vec<String>), SettingsError> {
        if !text.trim_start().starts_with('{') {
            return Err(SettingsError::NoObject);
        }
        let mut read: Self = serde_json::from_str(text)?;
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
}

#[cfg(test)]
mod tests {
    use engine::DeviceChoice;

    use super::*;
    use crate::session::preferences::Theme;

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
