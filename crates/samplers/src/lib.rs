//! Posterior samplers: draw pictures that explain a measurement and look like pictures.
//!
//! A sampler is a value with [`Sampler::init`] and [`Sampler::step`] over an explicit
//! [`State`]; it touches the prior only through [`Problem`], which counts every evaluation and
//! can be cancelled before each. A new sampler is one file and one line in [`registry`].

mod ca_dps;
mod calibrate;
mod conjugate_gradients;
mod covariance;
mod daps;
mod ddnm;
mod ddrm;
mod diffpir;
mod dps;
mod error;
mod estimate;
mod footprint;
mod levels;
mod operator_default;
mod pigdm;
mod posterior_mean;
mod presets;
mod problem;
mod proximal;
mod red_diff;
pub mod registry;
mod released;
mod requirement;
mod reverse;
mod sampler;
mod solve;
mod spectral;

pub use ca_dps::{CaDps, Jacobian};
pub use calibrate::calibrate;
pub use covariance::Covariance;
pub use daps::Daps;
pub use ddnm::Ddnm;
pub use ddrm::Ddrm;
pub use diffpir::DiffPir;
pub use dps::Dps;
pub use error::SamplerError;
pub use footprint::{Footprint, footprint};
pub use levels::{Levels, Spacing};
pub use operator_default::{OperatorDefault, operator_default, with_operator_defaults};
pub use posterior_mean::PosteriorMean;
pub use presets::{Draw, Preset};
pub use problem::{Cost, Linearised, Problem};
pub use red_diff::{Balance, RedDiff, Weighting};
pub use registry::{families, parse};
pub use requirement::{Requirement, check};
pub use sampler::{Sampler, State, StepReport, check_finite};
