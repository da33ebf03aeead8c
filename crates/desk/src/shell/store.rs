//! Where settings and what is remembered are kept, and reading them when the window opens.
//!
//! A settings file that cannot be read is kept aside under another name and named in words; the
//! window opens with the usual settings.

use std::path::Path;

use crate::common::remembered::Remembered;
use crate::outside::{Folders, read};
use crate::session::preferences::Preferences;

/// What was kept, and what to say about it.
#[derive(Debug)]
pub struct Loaded {
    /// The preferences.
    pub preferences: Preferences,
    /// What is remembered.
    pub remembered: Remembered,
    /// What to say about the settings file.
    pub complaint: Option<String>,
}

/// Reads what was kept.
#[must_use]
pub fn load(folders: &Folders) -> Loaded {
    let (preferences, complaint) = preferences(&folders.settings());
    let remembered = read(&folders.remembered())
        .ok()
        .flatten()
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default();
    Loaded {
        preferences,
        remembered,
        complaint,
    }
}

fn preferences(path: &Path) -> (Preferences, Option<String>) {
    let usual = Preferences::default();
    let read = match read(path) {
        Ok(None) => return (usual, None),
        Ok(Some(text)) => Preferences::read(&text).map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    match read {
        Ok((preferences, complaints)) if complaints.is_empty() => (preferences, None),
        Ok((preferences, complaints)) => {
            let text = format!(
                "In the settings file {} {}; this was left out.",
                path.display(),
                complaints.join(", ")
            );
            (preferences, Some(text))
        }
        Err(reason) => {
            let aside = path.with_extension("broken.json");
            let kept = std::fs::rename(path, &aside).is_ok();
            let mut text = format!(
                "The settings file {} cannot be used: {reason}. The usual settings are used.",
                path.display()
            );
            if kept {
                text += &format!(" It was kept as {}.", aside.display());
            }
            (usual, Some(text))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outside;

    fn folders(root: &Path) -> Folders {
        Folders {
            config: root.join("config"),
            state: root.join("state"),
        }
    }

    #[test]
    fn what_is_kept_is_found_again() {
        let root = tempfile::tempdir().expect("a folder");
        let folders = folders(root.path());
        let loaded = load(&folders);
        assert_eq!(loaded.preferences, Preferences::default());
        assert!(loaded.complaint.is_none());
        let preferences = Preferences {
            scale: 150,
            ..Preferences::default()
        };
        let remembered = Remembered {
            tour_seen: true,
            ..Remembered::default()
        };
        outside::write(&folders.settings(), &preferences.written()).expect("written");
        let text = serde_json::to_string(&remembered).expect("plain data");
        outside::write(&folders.remembered(), &text).expect("written");
        let loaded = load(&folders);
        assert_eq!(loaded.preferences, preferences);
        assert_eq!(loaded.remembered, remembered);
    }

    #[test]
    fn a_broken_settings_file_is_named_and_kept_aside() {
        let root = tempfile::tempdir().expect("a folder");
        let folders = folders(root.path());
        std::fs::create_dir_all(&folders.config).expect("made");
        for broken in [&b"{ \"scale\": "[..], b"\xFF\xFE\x00", b"[1, 2]"] {
            std::fs::write(folders.settings(), broken).expect("written");
            let loaded = load(&folders);
            assert_eq!(loaded.preferences, Preferences::default());
            let complaint = loaded.complaint.expect("it says so");
            assert!(complaint.contains("settings.json") && complaint.contains("broken.json"));
            let aside = folders.config.join("settings.broken.json");
            assert_eq!(std::fs::read(aside).expect("kept"), broken);
        }
    }

    #[test]
    fn a_damaged_memory_is_forgotten_without_a_word() {
        let root = tempfile::tempdir().expect("a folder");
        let folders = folders(root.path());
        std::fs::create_dir_all(&folders.state).expect("made");
        std::fs::write(folders.remembered(), "{{{").expect("written");
        let loaded = load(&folders);
        assert_eq!(loaded.remembered, Remembered::default());
        assert!(loaded.complaint.is_none());
    }
}
