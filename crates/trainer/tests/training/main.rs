//! What training and measuring promise, on networks and photographs small enough for seconds.

mod common;
mod datasets;
mod gpu;
mod measuring;
mod resuming;
mod runs;
