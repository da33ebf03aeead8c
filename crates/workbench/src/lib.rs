//! The desktop window of Tweedie.
//!
//! Data walks one way each frame: views read [`document::State`] and push
//! [`document::Command`]s; [`document::State::apply`] changes the state and names effects; the
//! [`Workbench`] carries those out on the engine and on short background threads, whose answers
//! come back as messages. Only this crate names egui, and only outside [`document`].

mod app;
mod background;
mod canvas;
pub mod document;
mod error;
mod icons;
mod launch;
mod options;
mod panels;
mod shelf;
mod shortcuts;
mod theme;

pub use app::Workbench;
pub use error::WorkbenchError;
pub use launch::run;
pub use options::{Folders, Options, Renderer};
