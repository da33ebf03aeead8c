//! The inverse problem as samplers see it, and the meter on its denoiser.

use std::cell::Cell;

use burn::tensor::{Device, Tensor};
use diffusion::{Denoiser, Level, Prediction, Pullback, Schedule};
use operators::{LinearOperator, Operator};

use crate::error::SamplerError;

/// What a run has cost so far. The field counts both alike as NFE.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Denoiser evaluations.
    pub evaluations: usize,
    /// Vector-Jacobian products through the denoiser.
    pub products: usize,
    /// Those of the products for which the network was run once more behind the scenes, since a graph
    /// serves one product, or since those of a large picture are not kept: they take the time of an
    /// evaluation besides.
    pub again: usize,
}

impl std::ops::Add for Cost {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            evaluations: self.evaluations + other.evaluations,
            products: self.products + other.products,
            again: self.again + other.again,
        }
    }
}

/// `y = A(x0) + noise`, a prior, and the steps to take.
pub struct Problem<'a> {
    /// What pictures look like.
    pub denoiser: &'a dyn Denoiser,
    /// `A`.
    pub operator: &'a dyn Operator,
    /// `y`, `[b, c', h', w']`, model range; zero in holes.
    pub measurement: Tensor<4>,
    /// Noise level on the model range, at least 0; where it differs between values, the root of
    /// its mean variance.
    pub sigma_y: f64,
    /// The respaced schedule: one entry for each step.
    pub schedule: &'a Schedule,
    /// Asked before every evaluation and product. A denoiser may be stopped within one as well
    /// ([`Denoiser::is_interrupted`]).
    pub cancelled: &'a dyn Fn() -> bool,
    /// The variance of the noise of every value, in the shape of the measurement, if it differs.
    variance: Option<Tensor<4>>,
    /// What a sampler that starts at an estimate starts at, if not what the measurement gives.
    initial: Option<Tensor<4>>,
    cost: Cell<Cost>,
}

/// A denoiser evaluation at step `index` that can be differentiated once.
pub struct Linearised {
    /// The step, an index into the respaced schedule.
    pub index: usize,
    /// Where it was evaluated, `x_t`.
    pub x: Tensor<4>,
    pullback: Pullback,
}

impl<'a> Problem<'a> {
    /// Joins the parts; nothing is computed yet.
    #[must_use]
    pub fn new(
        denoiser: &'a dyn Denoiser,
        operator: &'a dyn Operator,
        measurement: Tensor<4>,
        sigma_y: f64,
        schedule: &'a Schedule,
        cancelled: &'a dyn Fn() -> bool,
    ) -> Self {
        let cost = Cell::default();
        Self {
            denoiser,
            operator,
            measurement,
            sigma_y,
            schedule,
            cancelled,
            variance: None,
            initial: None,
            cost,
        }
    }

    /// The same problem with a variance for every value of the measurement, in its shape, above 0,
    /// and their root mean as `sigma_y`. Samplers take the noise for Gaussian with these.
    #[must_use]
    pub fn with_variance(mut self, variance: Tensor<4>, sigma_y: f64) -> Self {
        self.variance = Some(variance);
        self.sigma_y = sigma_y;
        self
    }

    /// The same problem with an estimate of the picture, `[b, c, h, w]`, for samplers that start at
    /// one; others never look at it.
    #[must_use]
    pub fn with_initial(mut self, estimate: Tensor<4>) -> Self {
        self.initial = Some(estimate);
        self
    }

    /// The estimate of the picture to start at: the one that was given, or else what the operator
    /// makes of the measurement.
    pub(crate) fn initial(&self) -> Tensor<4> {
        match &self.initial {
            Some(estimate) => estimate.clone(),
            None => {
                let y = self.measurement.clone();
                self.operator.linear_estimate(y, self.sigma_y)
            }
        }
    }

    /// `[b, c, h, w]` of the pictures sought.
    #[must_use]
    pub fn shape(&self) -> [usize; 4] {
        let [b, measured, _, _] = self.measurement.dims();
        let c = self
            .operator
            .channels()
            .map_or(measured, |(taken, _)| taken);
        let (h, w) = self.operator.input_size();
        [b, c, h, w]
    }

    /// `A` as the linear operator that `sampler` needs.
    ///
    /// # Errors
    /// [`SamplerError::NeedsLinear`] names both.
    pub fn linear(&self, sampler: &'static str) -> Result<&'a dyn LinearOperator, SamplerError> {
        let refused = |operator| SamplerError::NeedsLinear { sampler, operator };
        self.operator.linear().map_err(refused)
    }

    /// Whether the noise is alike everywhere.
    pub(crate) fn is_uniform(&self) -> bool {
        self.variance.is_none()
    }

    /// The covariance of the noise times `u`, in the shape of a measurement.
    pub(crate) fn noise_times(&self, u: Tensor<4>) -> Tensor<4> {
        match &self.variance {
            Some(variance) => u * variance.clone(),
            None => u * (self.sigma_y * self.sigma_y),
        }
    }

    /// A draw of the noise, from a standard normal one.
    pub(crate) fn as_noise(&self, normal: Tensor<4>) -> Tensor<4> {
        match &self.variance {
            Some(variance) => normal * variance.clone().sqrt(),
            None => normal * self.sigma_y,
        }
    }

    /// How much every value of the measurement weighs in its likelihood, `sigma_y²` over its variance,
    /// if they differ.
    pub(crate) fn weights(&self) -> Option<Tensor<4>> {
        let variance = self.variance.as_ref()?;
        Some(variance.clone().recip() * (self.sigma_y * self.sigma_y))
    }

    /// Where everything is computed.
    #[must_use]
    pub fn device(&self) -> Device {
        self.measurement.device()
    }

    /// What was spent so far.
    #[must_use]
    pub fn cost(&self) -> Cost {
        self.cost.get()
    }

    /// One denoiser evaluation at step `index`.
    ///
    /// # Errors
    /// [`SamplerError::Cancelled`].
    pub fn evaluate(&self, x: Tensor<4>, index: usize) -> Result<Prediction, SamplerError> {
        self.evaluate_at(x, self.schedule.level(index))
    }

    /// One denoiser evaluation at a level that need not be one of the schedule's.
    ///
    /// # Errors
    /// [`SamplerError::Cancelled`].
    pub(crate) fn evaluate_at(
        &self,
        x: Tensor<4>,
        level: Level,
    ) -> Result<Prediction, SamplerError> {
        self.spend([1, 0, 0])?;
        self.finished(self.denoiser.evaluate(x, level))
    }

    /// One denoiser evaluation at step `index`, and where it was, ready for [`product`](Self::product).
    ///
    /// # Errors
    /// [`SamplerError::Cancelled`].
    pub fn linearise(
        &self,
        x: Tensor<4>,
        index: usize,
    ) -> Result<(Prediction, Linearised), SamplerError> {
        self.spend([1, 0, 0])?;
        self.finished(self.linearise_uncounted(x, index))
    }

    /// `J_x0ᵀ v` at the linearised point: one vector-Jacobian product.
    ///
    /// # Errors
    /// [`SamplerError::Cancelled`].
    pub fn product(&self, point: Linearised, v: Tensor<4>) -> Result<Tensor<4>, SamplerError> {
        let again = usize::from(self.denoiser.recomputes(point.x.dims()));
        self.spend([0, 1, again])?;
        self.finished(self.pull(point, v))
    }

    /// `J_x0ᵀ v` at `x` once more: differentiation graphs serve a single product, so the
    /// network is run again behind the scenes. Counted as the one product that it is.
    ///
    /// # Errors
    /// [`SamplerError::Cancelled`].
    pub fn product_again(
        &self,
        x: &Tensor<4>,
        index: usize,
        v: Tensor<4>,
    ) -> Result<Tensor<4>, SamplerError> {
        self.spend([0, 1, 1])?;
        let level = self.schedule.level(index);
        let through = self.denoiser.product(x.clone(), level, v.clone());
        self.finished(self.through(index, v, through))
    }

    /// `x0_hat = (x_t - sqrt(1 - ab) eps) / sqrt(ab)` (Tweedie's formula).
    #[must_use]
    pub fn tweedie_mean(&self, x: Tensor<4>, eps: Tensor<4>, index: usize) -> Tensor<4> {
        let alpha_bar = self.schedule.alpha_bar(index);
        (x - eps * (1.0 - alpha_bar).sqrt()) / alpha_bar.sqrt()
    }

    /// `sigma_t² = (1 - ab) / ab`: the noise's variance beside a picture of unit scale.
    #[must_use]
    pub fn noise_to_signal(&self, index: usize) -> f64 {
        let alpha_bar = self.schedule.alpha_bar(index);
        (1.0 - alpha_bar) / alpha_bar
    }

    /// Holds an estimate of the picture to the prior's range, where it has one.
    #[must_use]
    pub fn within_range(&self, estimate: Tensor<4>) -> Tensor<4> {
        match self.denoiser.range() {
            Some((low, high)) => estimate.clamp(low, high),
            None => estimate,
        }
    }

    /// `y - A x`.
    #[must_use]
    pub fn residual(&self, x: Tensor<4>) -> Tensor<4> {
        self.measurement.clone() - self.operator.apply(x)
    }

    fn linearise_uncounted(&self, x: Tensor<4>, index: usize) -> (Prediction, Linearised) {
        let lin = self
            .denoiser
            .linearise(x.clone(), self.schedule.level(index));
        let point = Linearised {
            index,
            x,
            pullback: lin.pullback,
        };
        (lin.prediction, point)
    }

    /// `J_x0 = (I - sqrt(1 - ab) J_eps) / sqrt(ab)`.
    fn pull(&self, point: Linearised, v: Tensor<4>) -> Tensor<4> {
        let index = point.index;
        let through = (point.pullback)(v.clone());
        self.through(index, v, through)
    }

    /// The same from `J_epsᵀ v`.
    fn through(&self, index: usize, v: Tensor<4>, through: Tensor<4>) -> Tensor<4> {
        let alpha_bar = self.schedule.alpha_bar(index);
        (v - through * (1.0 - alpha_bar).sqrt()) / alpha_bar.sqrt()
    }

    /// What the denoiser returned, unless it was stopped on the way.
    fn finished<T>(&self, value: T) -> Result<T, SamplerError> {
        if self.denoiser.is_interrupted() {
            return Err(SamplerError::Cancelled);
        }
        Ok(value)
    }

    fn spend(&self, [evaluations, products, again]: [usize; 3]) -> Result<(), SamplerError> {
        if (self.cancelled)() {
            return Err(SamplerError::Cancelled);
        }
        let spent = Cost {
            evaluations,
            products,
            again,
        };
        self.cost.set(self.cost.get() + spent);
        Ok(())
    }
}

/// Reads one number back from the device.
///
/// # Errors
/// [`SamplerError::Device`].
pub(crate) fn read_scalar<const D: usize>(value: Tensor<D>) -> Result<f64, SamplerError> {
    let data = value
        .try_into_data()
        .map_err(|e| SamplerError::Device(format!("{e:?}")))?;
    let first = data.iter::<f64>().next();
    first.ok_or_else(|| SamplerError::Device("it returned nothing".to_owned()))
}
