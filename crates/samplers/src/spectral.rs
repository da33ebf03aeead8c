//! What spectral samplers carry from step to step: the operator's singular vectors and what the
//! measurement says along them.

use burn::tensor::Tensor;
use operators::{Parameter, Spectrum};

use crate::error::SamplerError;
use crate::problem::Problem;

/// How much of a step's noise is fresh, as both papers take it.
pub(crate) const ETA: Parameter = Parameter {
    key: "eta",
    default: Some("0.85"),
    help: "fresh noise in each step, 0 to 1",
};

/// Decomposes the operator for `sampler`.
///
/// # Errors
/// [`SamplerError::NeedsLinear`]; [`SamplerError::NoSpectrum`] if its singular vectors are not at hand.
pub(crate) fn decompose(
    problem: &Problem<'_>,
    sampler: &'static str,
) -> Result<Spectrum, SamplerError> {
    Spectrum::of(problem.linear(sampler)?, problem.measurement.clone())
        .ok_or(SamplerError::NoSpectrum { sampler })
}

/// As the memory of a [`State`](crate::State).
pub(crate) fn remember(spectrum: &Spectrum) -> Vec<Tensor<4>> {
    let mut memory = vec![spectrum.values.clone(), spectrum.explained.clone()];
    if let Some((rows, columns)) = &spectrum.basis {
        memory.push(rows.clone().unsqueeze());
        memory.push(columns.clone().unsqueeze());
    }
    memory
}

/// The inverse of [`remember`].
///
/// # Panics
/// If `memory` was not written by it.
pub(crate) fn recall(memory: &[Tensor<4>]) -> Spectrum {
    let flat = |t: &Tensor<4>| t.clone().squeeze_dims::<2>(&[0, 1]);
    let (values, explained, basis) = match memory {
        [values, explained] => (values, explained, None),
        [values, explained, rows, columns] => {
            (values, explained, Some((flat(rows), flat(columns))))
        }
        _ => panic!("spectral samplers remember two tensors or four"),
    };
    Spectrum {
        values: values.clone(),
        explained: explained.clone(),
        basis,
    }
}

/// `a` where `mask` is one, `b` where it is zero.
pub(crate) fn choose(mask: &Tensor<4>, a: Tensor<4>, b: Tensor<4>) -> Tensor<4> {
    let mask = mask.clone().expand(a.dims());
    a * mask.clone() + b * (mask * -1.0 + 1.0)
}
