//! How many tensors of the picture's size a sampler holds, for estimates of memory.
//!
//! Counted at the largest moment of a step, everything included that is of the picture's size: the
//! measurement, the state, what a step and its solve compute with, and the denoiser's input and output; not
//! a network's activations. Each sampler states its own count ([`Sampler::footprint`](crate::Sampler)), and
//! `tests/memory.rs` measures them.

use operators::Spec;

use crate::registry::parse;

/// What a sampler holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Footprint {
    /// Tensors of the picture's size, the most over operators that are solved in one go and operators that
    /// are solved by conjugate gradients.
    pub tensors: f64,
    /// Whether it differentiates the denoiser.
    pub products: bool,
}

impl Footprint {
    /// As much as any sampler holds.
    pub const LARGEST: Self = Self {
        tensors: 14.5,
        products: true,
    };

    /// Of a sampler that only evaluates the denoiser.
    pub(crate) const fn forward(tensors: f64) -> Self {
        Self {
            tensors,
            products: false,
        }
    }

    /// Of one that differentiates it.
    pub(crate) const fn with_products(tensors: f64) -> Self {
        Self {
            tensors,
            products: true,
        }
    }
}

/// What a written choice holds; as much as any sampler does if it cannot be read.
#[must_use]
pub fn footprint(sampler: &Spec) -> Footprint {
    parse(sampler).map_or(Footprint::LARGEST, |sampler| sampler.footprint())
}
