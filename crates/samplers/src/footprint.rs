//! How many tensors of the picture's size a sampler holds, for estimates of memory.
//!
//! Counted at the largest moment of a step, everything included that is of the picture's size: the
//! measurement, the state, what a step and its solve compute with, and the denoiser's input and output; not
//! a network's activations. `tests/memory.rs` measures each of them.

use operators::Spec;

/// What a sampler holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Footprint {
    /// Tensors of the picture's size.
    pub tensors: f64,
    /// Whether it differentiates the denoiser.
    pub products: bool,
}

impl Footprint {
    /// As much as any sampler holds.
    pub const LARGEST: Self = Self {
        tensors: 16.0,
        products: true,
    };
}

/// By sampler, and for `ca-dps` by covariance: the most over operators that are solved in one go and
/// operators that are solved by conjugate gradients.
const HELD: &[(&str, Option<&str>, f64)] = &[
    ("ca-dps", Some("isotropic"), 13.0),
    ("ca-dps", Some("measured"), 13.0),
    ("ca-dps", Some("probe"), 14.0),
    ("ca-dps", Some("krylov"), 12.0),
    ("ca-dps", Some("full"), 12.0),
    ("pigdm", None, 13.0),
    ("diffpir", None, 11.0),
    ("red-diff", None, 10.0),
    ("daps", None, 11.0),
    ("ddnm", None, 13.0),
    ("ddrm", None, 12.5),
    ("dps", None, 11.0),
    ("ca-dps-released", None, 11.0),
    ("posterior-mean", None, 4.25),
];

/// Samplers that never differentiate the denoiser.
const FORWARD: &[&str] = &[
    "diffpir",
    "red-diff",
    "daps",
    "ddnm",
    "ddrm",
    "posterior-mean",
];

/// What a sampler holds; for one that is not in the table as much as any does.
#[must_use]
pub fn footprint(sampler: &Spec) -> Footprint {
    let parameter = |key: &str| sampler.parameters.get(key).map(String::as_str);
    // `krylov:3` is a kind of `krylov`.
    let covariance = parameter("covariance").and_then(|text| text.split(':').next());
    let row = HELD.iter().find(|(name, kind, _)| {
        *name == sampler.name && kind.is_none_or(|kind| covariance == Some(kind))
    });
    let model = parameter("jacobian") == Some("model");
    Footprint {
        tensors: row.map_or(Footprint::LARGEST.tensors, |row| row.2),
        products: !model && !FORWARD.contains(&sampler.name.as_str()),
    }
}
