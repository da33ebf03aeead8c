//! What a sampler requires of an operator, so that it is known before anything is computed whether the two
//! go together.

use burn::tensor::Device;
use operators::{Chain, Class, LoadKernel, Operator, Spec, Spectrum};

use crate::error::SamplerError;
use crate::registry::parse;
use crate::sampler::Sampler;

/// What a sampler requires of an operator; each requires more than the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Requirement {
    /// A residual and a vector-Jacobian product, which every operator has.
    Derivative,
    /// That it is linear, to solve for the measurement.
    Linear,
    /// Its singular vectors.
    Spectrum,
    /// That it is the identity: nothing happened but noise.
    Identity,
}

/// Refuses an operator that `sampler` cannot take. Every `init` calls it, so nothing has been evaluated
/// by then.
///
/// # Errors
/// [`SamplerError::NeedsLinear`], [`SamplerError::NoSpectrum`], [`SamplerError::NeedsIdentity`].
pub(crate) fn check_built<S: Sampler + ?Sized>(
    sampler: &S,
    operator: &dyn Operator,
    device: &Device,
) -> Result<(), SamplerError> {
    let name = sampler.name();
    match (sampler.requirement(), operator.linear()) {
        (Requirement::Derivative, _) => Ok(()),
        (Requirement::Identity, Err(_)) => Err(SamplerError::NeedsIdentity { sampler: name }),
        (_, Err(operator)) => Err(SamplerError::NeedsLinear {
            sampler: name,
            operator,
        }),
        (Requirement::Spectrum, Ok(operator)) if !Spectrum::is_at_hand(operator, device) => {
            Err(SamplerError::NoSpectrum { sampler: name })
        }
        // Borders that were added to a picture and cut off again are none of its.
        (Requirement::Identity, Ok(operator))
            if !operator.selects() || operator.measured().is_some() =>
        {
            Err(SamplerError::NeedsIdentity { sampler: name })
        }
        (Requirement::Linear | Requirement::Spectrum | Requirement::Identity, Ok(_)) => Ok(()),
    }
}

/// Refuses what `init` would refuse, before there is a picture: a sampler that is not known or has
/// parameters that do not go together, and an operator that it cannot take. Reads a kernel only for
/// samplers that require singular vectors; then it takes some milliseconds.
///
/// # Errors
/// [`SamplerError::Choice`], also for a kernel that cannot be read, [`SamplerError::NeedsLinear`],
/// [`SamplerError::NoSpectrum`], [`SamplerError::NeedsIdentity`].
pub fn check(
    sampler: &Spec,
    operator: &Chain,
    load_kernel: LoadKernel<'_>,
) -> Result<(), SamplerError> {
    let sampler = parse(sampler)?;
    let name = sampler.name();
    if sampler.requirement() == Requirement::Identity {
        let nothing = operator.classes().all(|class| class == Class::Noise);
        let refused = SamplerError::NeedsIdentity { sampler: name };
        return if nothing { Ok(()) } else { Err(refused) };
    }
    match (sampler.requirement(), operator.nonlinear()) {
        (Requirement::Derivative, _) => Ok(()),
        (_, Some(operator)) => Err(SamplerError::NeedsLinear {
            sampler: name,
            operator,
        }),
        (Requirement::Spectrum, None) if !operator.has_spectrum(load_kernel)? => {
            Err(SamplerError::NoSpectrum { sampler: name })
        }
        (Requirement::Linear | Requirement::Spectrum | Requirement::Identity, None) => Ok(()),
    }
}
