//! What spectral samplers share: the operator's singular vectors.

use burn::tensor::Tensor;
use operators::{Parameter, Spectrum};

use crate::error::SamplerError;
use crate::problem::Problem;

/// How much of a step's noise is fresh, as both papers take it.
pub(crate) const ETA: Parameter = Parameter::number("eta", "Fresh noise", 0.85, (0.0, 1.0))
    .help("Share of the noise that is new in each step. Less gives a smoother picture.");

/// Decomposes the operator for `sampler`. Cheap enough to be done in every step.
///
/// # Errors
/// [`SamplerError::NeedsLinear`]; [`SamplerError::NoSpectrum`] if its singular vectors are not at hand.
pub(crate) fn decompose<'a>(
    problem: &Problem<'a>,
    sampler: &'static str,
) -> Result<Spectrum<'a>, SamplerError> {
    Spectrum::of(problem.linear(sampler)?, &problem.device())
        .ok_or(SamplerError::NoSpectrum { sampler })
}

/// One where a singular value is not zero, `[1, 1, h', w']`.
pub(crate) fn seen(spectrum: &Spectrum<'_>) -> Tensor<4> {
    spectrum.values.clone().greater_elem(0.0).float()
}

/// `a` where `mask` is one, `b` where it is zero.
pub(crate) fn choose(mask: &Tensor<4>, a: Tensor<4>, b: Tensor<4>) -> Tensor<4> {
    let mask = mask.clone().expand(a.dims());
    a * mask.clone() + b * (mask * -1.0 + 1.0)
}
