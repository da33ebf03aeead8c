//! The window, driven through its accessibility tree without a screen.
//!
//! One program for all of it: each links the whole of Burn.

mod batch;
mod first_light;
mod focus;
mod harness;
mod import;
mod menus;
mod pointer;
mod runs;
mod shading;
mod shell;
mod simulating;
mod tasks;
mod told;
