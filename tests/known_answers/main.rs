//! What other implementations computed, recorded once, and what we must compute as well.

mod batches;
mod checkpoints;
mod dps;
mod lpips;
mod operators;
mod preconditioned;
mod red_diff;
mod runs;
mod schedules;
mod starts;
mod unet;
