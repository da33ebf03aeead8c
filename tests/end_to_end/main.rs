//! The whole program, driven as a person at a terminal would.

mod inpainting;
