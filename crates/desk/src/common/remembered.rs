//! What the window remembers by itself from one start to the next.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use engine::Pace;
use serde::{Deserialize, Deserializer, Serialize};

/// Files and commands used lately, and whether the tour was seen.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Remembered {
    /// Photos and sessions that were opened, the latest first.
    pub files: Vec<PathBuf>,
    /// Commands chosen in the palette by their ids, the latest first.
    pub actions: Vec<String>,
    /// How long a prior takes on a device, by the names of both.
    #[serde(deserialize_with = "those_that_are_known")]
    pub paces: BTreeMap<String, Pace>,
    /// Whether the tour was taken or skipped.
    pub tour_seen: bool,
}

impl Remembered {
    /// More would be a list to read, not to glance at.
    const FILES: usize = 10;
    const ACTIONS: usize = 5;
    const PACES: usize = 64;

    /// A file was opened.
    pub(crate) fn file(&mut self, path: &Path) {
        latest(&mut self.files, path.to_owned(), Self::FILES);
    }

    /// A prior was timed on a device.
    pub(crate) fn pace(&mut self, name: String, pace: Pace) {
        if self.paces.len() >= Self::PACES && !self.paces.contains_key(&name) {
            let _ = self.paces.pop_first();
        }
        let _ = self.paces.insert(name, pace);
    }

    /// A command was chosen in the palette.
    pub(crate) fn action(&mut self, id: &str) {
        latest(&mut self.actions, id.to_owned(), Self::ACTIONS);
    }
}

/// Earlier versions remembered paces in another form, and too short: what cannot be read is timed again.
fn those_that_are_known<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, Pace>, D::Error> {
    let all = BTreeMap::<String, serde_json::Value>::deserialize(deserializer)?;
    let known = all.into_iter().filter_map(|(name, pace)| {
        let pace = serde_json::from_value::<Pace>(pace).ok()?;
        pace.is_sound().then_some((name, pace))
    });
    Ok(known.collect())
}

fn latest<T: PartialEq>(list: &mut Vec<T>, item: T, most: usize) {
    list.retain(|known| *known != item);
    list.insert(0, item);
    list.truncate(most);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paces_of_another_form_are_forgotten_and_nothing_else() {
        let text = r#"{"tour_seen": true, "paces": {
            "old": {"evaluation": 1e-6, "product": 2e-6, "stride": 8},
            "broken": {"sizes": [{"pixels": 0, "evaluation": 1, "product": 1}], "stride": 8},
            "new": {"sizes": [{"pixels": 4096, "evaluation": 0.02, "product": 0.02}], "stride": 8}
        }}"#;
        let remembered: Remembered = serde_json::from_str(text).expect("well-formed");
        assert!(remembered.tour_seen);
        assert_eq!(remembered.paces.keys().collect::<Vec<_>>(), ["new"]);
        let again = serde_json::to_string(&remembered).expect("writes");
        let again: Remembered = serde_json::from_str(&again).expect("reads");
        assert_eq!(again, remembered);
    }

    #[test]
    fn the_latest_comes_first_and_once() {
        let mut remembered = Remembered::default();
        for number in 0..15 {
            remembered.file(Path::new(&format!("/{number}.png")));
        }
        remembered.file(Path::new("/9.png"));
        assert_eq!(remembered.files.len(), Remembered::FILES);
        assert_eq!(remembered.files[0], Path::new("/9.png"));
        let nines = remembered.files.iter().filter(|p| p.ends_with("9.png"));
        assert_eq!(nines.count(), 1);
    }
}
