//! A combination of keys, written as people write it: `Ctrl+Shift+Z`, `B`, `Questionmark`.
//!
//! `Ctrl` stands for the platform's command key, so one settings file serves every system. Which
//! names of keys there are is the window's concern; here they are words.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A combination of keys.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Keys {
    /// Whether the command key (Ctrl, on a Mac ⌘) is held.
    pub command: bool,
    /// Whether Shift is held.
    pub shift: bool,
    /// Whether Alt is held.
    pub alt: bool,
    /// The name of the key, such as `Z`, `Enter` or `OpenBracket`.
    pub key: String,
}

impl Keys {
    /// Keys that always mean something of their own and cannot be bound alone: moving the focus,
    /// pressing what has it, and panning.
    const RESERVED: [&'static str; 8] = [
        "Tab", "Space", "Enter", "Escape", "Up", "Down", "Left", "Right",
    ];

    /// Why the combination cannot be given to a command.
    #[must_use]
    pub fn obstacle(&self) -> Option<String> {
        let free = self.command || self.alt;
        (Self::RESERVED.contains(&self.key.as_str()) && !free).then(|| {
            format!(
                "{} is needed to move and press things; add Ctrl or Alt, or choose another key",
                self.key
            )
        })
    }

    /// How many keys are held besides the last one.
    #[must_use]
    pub fn modifiers(&self) -> usize {
        usize::from(self.command) + usize::from(self.shift) + usize::from(self.alt)
    }
}

impl FromStr for Keys {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut keys = Self {
            command: false,
            shift: false,
            alt: false,
            key: String::new(),
        };
        let mut parts = text.split('+').map(str::trim).peekable();
        while let Some(part) = parts.next() {
            match part {
                "Ctrl" if parts.peek().is_some() => keys.command = true,
                "Shift" if parts.peek().is_some() => keys.shift = true,
                "Alt" if parts.peek().is_some() => keys.alt = true,
                key if parts.peek().is_none() && is_name(key) => keys.key = key.to_owned(),
                _ => return Err(format!("`{text}` is no combination of keys")),
            }
        }
        Ok(keys)
    }
}

fn is_name(key: &str) -> bool {
    let held = ["Ctrl", "Shift", "Alt"].contains(&key);
    !held && !key.is_empty() && key.len() <= 24 && key.chars().all(|c| c.is_ascii_alphanumeric())
}

impl TryFrom<String> for Keys {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Keys> for String {
    fn from(keys: Keys) -> Self {
        keys.to_string()
    }
}

impl fmt::Display for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let held = [
            (self.command, "Ctrl+"),
            (self.shift, "Shift+"),
            (self.alt, "Alt+"),
        ];
        for (_, name) in held.into_iter().filter(|(is_held, _)| *is_held) {
            f.write_str(name)?;
        }
        f.write_str(&self.key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for text in ["B", "Ctrl+Shift+Z", "Ctrl+Alt+F5", "Shift+Plus", "Ctrl+0"] {
            let keys: Keys = text.parse().expect(text);
            assert_eq!(keys.to_string(), text);
        }
        for text in ["", "Ctrl", "Ctrl+", "B+Ctrl", "Hyper+B", "Ctrl++", "a b"] {
            assert!(text.parse::<Keys>().is_err(), "{text}");
        }
    }

    #[test]
    fn keys_that_move_the_focus_stay_free() {
        let obstacle = |text: &str| text.parse::<Keys>().expect(text).obstacle();
        assert!(obstacle("Tab").is_some() && obstacle("Shift+Enter").is_some());
        assert_eq!(obstacle("Ctrl+Enter"), None);
        assert_eq!(obstacle("B"), None);
    }
}
