//! Restorations without a prior: what every sampler should be better than.
//!
//! A new baseline is a file of its own and one line in [`BASELINES`]. A baseline that is not made
//! for an operator says so, and its cells hold the reason.

mod bicubic;
mod differences;
mod harmonic;
mod richardson_lucy;
mod telea;
#[cfg(test)]
mod testing;
mod total_variation;
mod wiener;

use burn::tensor::Tensor;
use imaging::Mask;
use operators::{Family, LinearOperator, OperatorError, Spec, Values};

use crate::error::EvaluationError;

pub use harmonic::harmonic_fill;

/// The baseline that shows what the measurement shows; of operators that are not linear it is the
/// picture to start from, such as the compressed picture itself.
pub(crate) const PLAIN: &str = "bicubic";

/// A measurement to restore from.
pub struct Measurement<'a> {
    /// `A`.
    pub operator: &'a dyn LinearOperator,
    /// `y`, `[1, 3, h', w']`, model range; zero where nothing was measured.
    pub y: Tensor<4>,
    /// Noise level on the model range, at least 0.
    pub sigma_y: f64,
    /// Pixels of the picture itself that were lost; `None` if `A` does not only lose pixels.
    pub hole: Option<&'a Mask>,
}

/// Standard deviation of rounding to 8 bits, on the model range: no measurement has less noise.
const ROUNDING: f64 = 2.0 / 255.0 * 0.288_675;

impl Measurement<'_> {
    /// Whether pixels were only mixed: as many values as pixels, none of them lost.
    fn is_blur(&self) -> bool {
        let same_size = self.operator.input_size() == self.operator.output_size();
        same_size && self.operator.channels().is_none() && self.operator.measured().is_none()
    }

    /// The noise that a penalty is weighed against.
    fn noise(&self) -> f64 {
        self.sigma_y.max(ROUNDING)
    }
}

/// Why there is no restoration.
#[derive(Debug)]
pub enum BaselineError {
    /// The baseline is not made for the operator.
    Unsuitable(&'static str),
    /// Numbers could not be read back, or pictures do not fit together.
    Device(EvaluationError),
}

impl From<EvaluationError> for BaselineError {
    fn from(error: EvaluationError) -> Self {
        Self::Device(error)
    }
}

/// A restoration without a prior.
pub trait Baseline {
    /// The restored picture, `[1, 3, h, w]`, model range.
    ///
    /// # Errors
    /// [`BaselineError`].
    fn restore(&self, measurement: &Measurement<'_>) -> Result<Tensor<4>, BaselineError>;
}

/// What building a baseline gives.
pub type Built = Result<Box<dyn Baseline>, OperatorError>;

/// A registered baseline.
pub struct Entry {
    /// Its name, summary and parameters.
    pub family: Family,
    /// Builds it.
    pub build: fn(&Values) -> Built,
}

/// Every baseline.
pub const BASELINES: &[Entry] = &[
    bicubic::ENTRY,
    harmonic::ENTRY,
    telea::ENTRY,
    wiener::ENTRY,
    richardson_lucy::ENTRY,
    total_variation::ENTRY,
];

/// Name, summary and parameters of every baseline.
#[must_use]
pub fn families() -> Vec<Family> {
    BASELINES.iter().map(|entry| entry.family).collect()
}

/// Builds the baseline that a written choice means, such as `total-variation:weight=2`.
///
/// # Errors
/// [`OperatorError`] for an unknown name or a bad parameter.
pub fn parse(spec: &Spec) -> Built {
    let entry = BASELINES
        .iter()
        .find(|entry| entry.family.name == spec.name)
        .ok_or_else(|| {
            let known: Vec<_> = BASELINES.iter().map(|entry| entry.family.name).collect();
            OperatorError::Unknown {
                what: "baseline",
                name: spec.name.clone(),
                known: known.join(", "),
            }
        })?;
    (entry.build)(&entry.family.values(spec)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_whole() {
        let faults: Vec<_> = families().iter().flat_map(Family::faults).collect();
        assert!(faults.is_empty(), "{faults:#?}");
    }
}
