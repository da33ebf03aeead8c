//! The desktop window of Tweedie.
//!
//! Data walks one way each frame: views read [`desk::State`] and push [`desk::Command`]s;
//! [`desk::State::apply`] changes the state and names effects; the [`Workbench`] carries those out
//! on the engine and on short background threads, whose answers come back as messages. Only this
//! crate names egui.

mod app;
mod background;
mod canvas;
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
