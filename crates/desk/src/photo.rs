//! The picture: what it holds, and where on the canvas it lies.

pub(crate) mod changed;
pub(crate) mod command;
pub(crate) mod content;
pub(crate) mod load;
pub(crate) mod state;
pub(crate) mod view;
