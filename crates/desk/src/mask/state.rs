//! The open photo with its mask, and the tools that mark it.

use super::document::Document;
use super::finder::Finder;
use super::stroke::{Brush, Tool};
use crate::layer::layer;
use crate::photo::state::PhotoState;

/// The state of the mask, above that of the picture's view.
#[derive(Clone, Debug)]
pub struct MaskState {
    /// How the picture is looked at.
    pub below: PhotoState,
    /// The open photo.
    pub document: Option<Document>,
    /// What the pointer does.
    pub tool: Tool,
    /// The brush, or the eraser where that was chosen last: each has a size of its own.
    pub brush: Brush,
    /// The other of the two.
    pub(crate) spare_brush: Brush,
    /// Which of them is at hand.
    pub(crate) brush_of: Tool,
    /// How hard the pen presses, 0 to 1; 1 of everything else that draws.
    pub pressure: f32,
    /// The scratch finder.
    pub finder: Finder,
}

layer!(MaskState, PhotoState);

impl Default for MaskState {
    fn default() -> Self {
        let brush = Brush { diameter: 24.0 };
        Self {
            below: PhotoState::default(),
            document: None,
            tool: Tool::default(),
            brush,
            spare_brush: brush,
            brush_of: Tool::Brush,
            pressure: 1.0,
            finder: Finder::default(),
        }
    }
}

impl MaskState {
    /// Whether there is a current result.
    pub(crate) fn has_result(&self) -> bool {
        let document = self.document.as_ref();
        document.is_some_and(|document| document.result.is_some())
    }
}
