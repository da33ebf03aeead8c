//! The desktop window of Tweedie.
//!
//! Data walks one way each frame: views read [`desk::State`] and push [`desk::Command`]s;
//! [`desk::State::update`] changes the state and returns requests; the [`Workbench`] carries those out
//! here, on short threads, or on the thread that writes files, and hands the answers back. Only this
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
