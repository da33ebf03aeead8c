//! What other implementations computed, recorded once, and what we must compute as well.

mod batches;
mod checkpoints;
mod lpips;
mod operators;
mod samplers;
mod schedules;
mod unet;
