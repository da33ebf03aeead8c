//! Where settings and what is remembered are kept, and reading them when the window opens.
//!
//! A settings file that cannot be read is kept aside under another name and named in words; the
//! window opens with the usual settings.

use std::path::Path;

use etcetera::AppStrategy;

use crate::options::Folders;
use desk::{Preferences, Remembered};

const SETTINGS: &str = "settings.json";
const REMEMBERED: &str = "remembered.json";
/// No settings are longer.
const MOST: u64 = 4 << 20;

impl Folders {
    /// The folders of the person who runs the program; `None` without a home.
    #[must_use]
    pub fn of_user() -> Option<Self> {
        let strategy = etcetera::app_strategy::choose_native_strategy(etcetera::AppStrategyArgs {
            app_name: "tweedie".to_owned(),
            ..Default::default()
        })
        .ok()?;
        Some(Self {
            config: strategy.config_dir(),
            state: strategy.state_dir().unwrap_or_else(|| strategy.data_dir()),
        })
    }
}

/// What was kept, and what to say about it.
pub(crate) struct Loaded {
    pub(crate) preferences: Preferences,
    pub(crate) remembered: Remembered,
    pub(crate) complaint: Option<String>,
}

/// Reads what was kept.
pub(crate) fn load(folders: &Folders) -> Loaded {
    let (preferences, complaint) = preferences(&folders.config.join(SETTINGS));
    let remembered = read(&folders.state.join(REMEMBERED))
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
        Ok(Some(text)) => Preferences::read(&text),
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

/// A file's text; `None` if there is no such file.
fn read(path: &Path) -> std::io::Result<Option<String>> {
    use std::io::Read;
    let file = match std::fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut text = String::new();
    file.take(MOST).read_to_string(&mut text)?;
    Ok(Some(text))
}

/// Writes the settings file.
///
/// # Errors
/// In words.
pub(super) fn keep_preferences(folders: &Folders, preferences: &Preferences) -> Result<(), String> {
    write(&folders.config.join(SETTINGS), &preferences.written())
}

/// Writes down what is remembered.
///
/// # Errors
/// In words.
pub(super) fn keep_remembered(folders: &Folders, remembered: &Remembered) -> Result<(), String> {
    let text = serde_json::to_string_pretty(remembered).map_err(|e| e.to_string())?;
    write(&folders.state.join(REMEMBERED), &text)
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    if let Some(folder) = path.parent() {
        let cannot = |e| format!("cannot make the folder {}: {e}", folder.display());
        std::fs::create_dir_all(folder).map_err(cannot)?;
    }
    imaging::write_atomically(path, text.as_bytes()).map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

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
        keep_preferences(&folders, &preferences).expect("written");
        keep_remembered(&folders, &remembered).expect("written");
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
            std::fs::write(folders.config.join(SETTINGS), broken).expect("written");
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
        std::fs::write(folders.state.join(REMEMBERED), "{{{").expect("written");
        let loaded = load(&folders);
        assert_eq!(loaded.remembered, Remembered::default());
        assert!(loaded.complaint.is_none());
    }
}
