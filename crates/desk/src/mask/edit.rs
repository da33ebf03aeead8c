//! A change of the mask, as it can be taken back and done again.
//!
//! A stroke keeps only the pixels of its rectangle before and after; inverting is its own inverse and
//! keeps nothing.

use imaging::Rect;

/// A change of the mask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Pixels changed inside a rectangle.
    Patch {
        /// Where.
        rect: Rect,
        /// The rectangle's pixels before, row by row.
        before: Vec<u8>,
        /// The rectangle's pixels after.
        after: Vec<u8>,
        /// The command that did it; `None` for what was drawn.
        by: Option<&'static str>,
    },
    /// The whole mask was inverted.
    Invert,
}

impl Edit {
    /// Names the command that changed the mask, where it was not drawn.
    #[must_use]
    pub(crate) fn named(mut self, name: &'static str) -> Self {
        if let Self::Patch { by, .. } = &mut self {
            *by = Some(name);
        }
        self
    }

    /// A few words: what was done, and how much of it.
    pub(crate) fn title(&self) -> String {
        match self {
            Self::Patch { by: Some(name), .. } => (*name).to_owned(),
            Self::Patch {
                rect,
                before,
                after,
                by: None,
            } => {
                // A stroke only adds or only takes away, so its first change tells which.
                let changed = before.iter().zip(after).find(|(a, b)| a != b);
                let verb = match changed {
                    Some((before, after)) if before > after => "Erase",
                    _ => "Mark",
                };
                format!("{verb} {} × {} px", rect.width, rect.height)
            }
            Self::Invert => "Invert mask".to_owned(),
        }
    }

    /// Memory that it keeps, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Patch { before, after, .. } => before.len() + after.len(),
            Self::Invert => 0,
        }
    }
}
