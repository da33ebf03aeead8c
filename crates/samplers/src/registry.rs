//! The table of samplers: a new one is a file of its own and one line here.

use operators::{Family, OperatorError, Spec, Values};

use crate::sampler::Sampler;
use crate::{ca_dps, daps, ddnm, ddrm, diffpir, dps, pigdm, posterior_mean, red_diff, released};

/// What building a sampler gives.
pub type Built = Result<Box<dyn Sampler>, OperatorError>;

/// A registered sampler.
pub struct Entry {
    /// Its name, summary and parameters.
    pub family: Family,
    /// Builds it.
    pub build: fn(&Values) -> Built,
}

/// Every sampler; the first is the default.
pub const SAMPLERS: &[Entry] = &[
    ca_dps::ENTRY,
    red_diff::ENTRY,
    diffpir::ENTRY,
    pigdm::ENTRY,
    daps::ENTRY,
    ddnm::ENTRY,
    ddrm::ENTRY,
    dps::ENTRY,
    released::ENTRY,
    posterior_mean::ENTRY,
];

/// Name, summary and parameters of every sampler.
#[must_use]
pub fn families() -> Vec<Family> {
    SAMPLERS.iter().map(|entry| entry.family).collect()
}

/// Builds the sampler that a written choice means, such as `ca-dps:covariance=krylov:2`.
///
/// # Errors
/// [`OperatorError`] for an unknown name or a bad parameter.
pub fn parse(spec: &Spec) -> Built {
    let entry = SAMPLERS
        .iter()
        .find(|entry| entry.family.name == spec.name)
        .ok_or_else(|| {
            let known: Vec<_> = SAMPLERS.iter().map(|entry| entry.family.name).collect();
            OperatorError::Unknown {
                what: "sampler",
                name: spec.name.clone(),
                known: known.join(", "),
            }
        })?;
    (entry.build)(&entry.family.values(spec)?)
}
