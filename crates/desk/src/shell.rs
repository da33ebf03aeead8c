//! The window as a whole: every command by its name, keys, overlays, undo, and the one `apply`.

pub(crate) mod action;
mod actions;
mod apply;
mod availability;
pub(crate) mod capture;
mod capturing;
pub(crate) mod command;
mod fuzzy;
pub(crate) mod input;
pub(crate) mod keymap;
pub(crate) mod overlay;
pub(crate) mod overlay_command;
mod overlaying;
pub(crate) mod palette;
pub(crate) mod palette_rows;
pub(crate) mod settings_file;
pub(crate) mod state;
#[cfg(test)]
mod state_tests;
#[cfg(test)]
mod step_tests;
pub(crate) mod store;
mod store_preferences;
mod switches;
mod undo;
mod update;

pub(crate) use store_preferences::StorePreferences;
