//! Choosing keys by pressing them: what may be taken, and from whom.

use crate::session::keys::Keys;

/// A combination of keys that is being chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capture {
    /// The action it is for.
    pub action: &'static str,
    /// What was pressed, if it cannot be taken at once.
    pub pressed: Option<Keys>,
    /// Why not, in words.
    pub reason: Option<String>,
    /// Whether it may be taken away from its owner.
    pub takeable: bool,
}
