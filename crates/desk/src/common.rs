//! What every feature needs: a notice to the person, undo, and what is remembered between starts.

pub(crate) mod history;
pub(crate) mod notice;
pub(crate) mod remembered;
pub(crate) mod state;
pub(crate) mod store_remembered;
