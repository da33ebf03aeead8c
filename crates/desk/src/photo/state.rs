//! How the picture is looked at, and what is being opened.

use super::view::View;
use crate::common::state::CommonState;
use crate::layer::layer;

/// The state of the picture's view, above what every feature shares.
#[derive(Clone, Debug, Default)]
pub struct PhotoState {
    /// What every feature shares.
    pub below: CommonState,
    /// How the picture is looked at.
    pub view: View,
    /// What is being loaded.
    pub loading: Option<String>,
}

layer!(PhotoState, CommonState);
