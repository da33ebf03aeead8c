//! What a noise prediction means for the picture and for the measurement.

use burn::tensor::Tensor;

use crate::error::SamplerError;
use crate::problem::Problem;
use crate::sampler::{State, check_finite, residual_level};

/// The posterior mean of the prior and how far it is from the measurement.
pub(crate) struct Estimate {
    /// `x0_hat`, held to the range of the prior, `[b, c, h, w]`.
    pub(crate) x0_hat: Tensor<4>,
    /// `y - A x0_hat`, in the shape of a measurement.
    pub(crate) residual: Tensor<4>,
    /// The root mean square of `residual` over the measured values.
    pub(crate) level: f64,
}

impl Estimate {
    /// By Tweedie's formula, from `eps` at the state's `x`.
    ///
    /// # Errors
    /// [`SamplerError::NonFinite`] if the prediction or the residual is not a number: asked here,
    /// before anything is held to a range, which would hide an infinity.
    pub(crate) fn new(
        problem: &Problem<'_>,
        state: &State,
        eps: Tensor<4>,
    ) -> Result<Self, SamplerError> {
        check_finite(&eps, state.done(problem), "noise prediction")?;
        let mean = problem.tweedie_mean(state.x.clone(), eps, state.index());
        Self::of(problem, state, problem.within_range(mean))
    }

    /// Of an `x0_hat` that came about otherwise.
    ///
    /// # Errors
    /// [`SamplerError::NonFinite`] if the residual is not a number.
    pub(crate) fn of(
        problem: &Problem<'_>,
        state: &State,
        x0_hat: Tensor<4>,
    ) -> Result<Self, SamplerError> {
        let residual = problem.residual(x0_hat.clone());
        let level = residual_level(problem, &residual, state.done(problem))?;
        Ok(Self {
            x0_hat,
            residual,
            level,
        })
    }
}
