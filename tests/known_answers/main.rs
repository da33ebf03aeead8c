//! What other implementations computed, recorded once, and what we must compute as well.

mod checkpoints;
mod operators;
mod samplers;
mod schedules;
mod unet;
