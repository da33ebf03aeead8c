//! Keys that were bound by hand.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::keys::Keys;

/// Keys that were bound by hand, by the id of their action; an empty list binds none. Every
/// action that is not listed has its default keys.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Keymap {
    pub(crate) bound: BTreeMap<String, Vec<Keys>>,
}
