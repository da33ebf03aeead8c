//! What can stop a run.

use operators::OperatorError;

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
        "{sampler} works in the singular vectors of the operator, which this one does not offer: \
         masks, symmetric blurs, reductions and lost colours do; ca-dps and diffpir work with every operator"
    )]
    NoSpectrum {
        /// Which sampler.
        sampler: &'static str,
    },
    /// The sampler solves for the measurement, which takes a linear operator.
    #[error(
        "{sampler} needs a linear operator, and `{operator}` is not; take red-diff or dps, which work \
         with it"
    )]
    NeedsLinear {
        /// Which sampler.
        sampler: &'static str,
        /// The operator, or the part of it that is not linear.
        operator: &'static str,
    },
    /// The sampler removes noise and nothing else.
    #[error(
        "{sampler} removes noise and undoes nothing else: its operator has to be `identity`; ca-dps works \
         with every linear operator"
    )]
    NeedsIdentity {
        /// Which sampler.
        sampler: &'static str,
    },
    /// Numbers could not be read back from the device.
    #[error("the device stopped answering: {0}; choose another device or a smaller picture")]
    Device(String),
}
