//! Where random numbers of an evaluation come from.
//!
//! Everything has a stream of its own, found by what it is for: a method, a task or a picture more
//! or fewer leaves all the others as they were, and every method meets the same noise.

use operators::SeededNoise;

/// What numbers are for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Purpose {
    /// Noise of a measurement.
    Measurement = 1,
    /// A sampler's draws.
    Draw = 2,
    /// Holes.
    Mask = 3,
}

/// Apart from the streams that restorations take, whose addresses end in zeros.
pub(crate) fn stream(seed: u64, purpose: Purpose, picture: usize, draw: usize) -> SeededNoise {
    SeededNoise::at([seed, purpose as u64, picture as u64, draw as u64])
}
