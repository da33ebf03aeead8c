//! The window, driven through its accessibility tree without a screen.
//!
//! One program for all of it: each links the whole of Burn.

mod first_light;
mod harness;
mod import;
mod pointer;
mod runs;
mod shading;
mod shell;
mod tasks;
