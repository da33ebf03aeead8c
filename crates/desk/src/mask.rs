//! What is marked on the photo, and the tools that mark it.

mod apply;
pub(crate) mod changes;
pub(crate) mod command;
pub(crate) mod document;
mod draw;
pub(crate) mod edit;
mod find_scratches;
pub(crate) mod finder;
pub(crate) mod outline;
pub(crate) mod state;
mod step;
pub(crate) mod stroke;
#[cfg(test)]
mod tests;

pub(crate) use find_scratches::FindScratches;
