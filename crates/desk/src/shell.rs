//! The window as a whole: every command by its name, keys, overlays, undo, and the one `apply`.

pub(crate) mod action;
mod actions;
mod availability;
pub(crate) mod capture;
pub(crate) mod command;
mod edit;
mod fuzzy;
pub(crate) mod keymap;
pub(crate) mod overlay;
pub(crate) mod palette;
pub(crate) mod state;
#[cfg(test)]
mod state_tests;
