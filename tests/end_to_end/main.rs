//! The whole program, driven as a person at a terminal would.

mod bad_input;
mod batch;
mod commands;
mod evaluating;
mod inpainting;
mod masks;
mod parts;
mod terminal;
mod training;
mod window;
