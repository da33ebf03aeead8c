//! The command palette: every action by a few letters of its name.

/// The open palette.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Palette {
    /// What is typed.
    pub query: String,
    /// The chosen row.
    pub selected: usize,
}
