//! What happened to the picture and how it is restored: the settings, and what is known about them.

pub(crate) mod import;
#[cfg(test)]
mod import_tests;
pub(crate) mod noise;
pub(crate) mod operator_preview;
pub(crate) mod parameter;
pub(crate) mod path;
#[cfg(test)]
mod path_tests;
pub(crate) mod settings;
pub(crate) mod task;
