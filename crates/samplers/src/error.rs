//! What can stop a run.

use operators::OperatorError;

use crate::registry;
use crate::requirement::Requirement;

/// Errors of samplers.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SamplerError {
    /// Asked to stop; not a failure.
    #[error("stopped")]
    Cancelled,
    /// A number stopped being one.
    #[error(
        "at step {step} the {quantity} was no longer a finite number; try more steps, a higher \
         noise level or the covariance `isotropic`"
    )]
    NonFinite {
        /// Steps done before, from 0.
        step: usize,
        /// Which quantity.
        quantity: &'static str,
    },
    /// The choice of sampler could not be read.
    #[error(transparent)]
    Choice(#[from] OperatorError),
    /// The sampler needs more of the operator than it offers.
    #[error(
        "{sampler} needs the singular vectors of the operator, which this one does not offer; these \
         samplers do not need them: {}",
        registry::with_at_most(Requirement::Linear)
    )]
    NoSpectrum {
        /// Which sampler.
        sampler: &'static str,
    },
    /// The sampler solves for the measurement, which takes a linear operator.
    #[error(
        "{sampler} needs a linear operator, and `{operator}` is not; these samplers work with it: {}",
        registry::with_at_most(Requirement::Derivative)
    )]
    NeedsLinear {
        /// Which sampler.
        sampler: &'static str,
        /// The operator, or the part of it that is not linear.
        operator: &'static str,
    },
    /// The sampler removes noise and nothing else.
    #[error(
        "{sampler} removes noise and undoes nothing else: its operator has to be `identity`; these \
         samplers work with this one too: {}",
        registry::with_at_most(Requirement::Linear)
    )]
    NeedsIdentity {
        /// Which sampler.
        sampler: &'static str,
    },
    /// Numbers could not be read back from the device.
    #[error("the device stopped answering: {0}; choose another device or a smaller picture")]
    Device(String),
}
