//! The whole program, driven as a person at a terminal would.

mod bad_input;
mod batch;
mod clusters;
mod commands;
mod evaluating;
mod inpainting;
mod masks;
mod parts;
mod saving;
mod terminal;
mod training;
mod window;
