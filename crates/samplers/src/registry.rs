//! The table of samplers: a new one is a file of its own and one line here.

use operators::{Family, OperatorError, Spec, Values};

use crate::operator_default::OperatorDefault;
use crate::requirement::Requirement;
use crate::sampler::Sampler;
use crate::{ca_dps, daps, ddnm, ddrm, diffpir, dps, pigdm, posterior_mean, red_diff, released};

/// What building a sampler gives.
pub type Built = Result<Box<dyn Sampler>, OperatorError>;

/// A registered sampler.
pub struct Entry {
    /// Its name and everything that is said of it.
    pub family: Family,
    /// Where its own defaults do not serve.
    pub defaults: &'static [OperatorDefault],
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

/// The entry of that name.
///
/// # Errors
/// [`OperatorError::Unknown`] lists the known names.
pub(crate) fn entry(name: &str) -> Result<&'static Entry, OperatorError> {
    let found = SAMPLERS.iter().find(|entry| entry.family.name == name);
    found.ok_or_else(|| {
        let known: Vec<_> = SAMPLERS.iter().map(|entry| entry.family.name).collect();
        OperatorError::Unknown {
            what: "sampler",
            name: name.to_owned(),
            known: known.join(", "),
        }
    })
}

/// The names of the samplers that require no more of an operator than this, as a list.
pub(crate) fn with_at_most(requirement: Requirement) -> String {
    let fits = |entry: &&Entry| {
        let plain = parse(&Spec::named(entry.family.name));
        plain.is_ok_and(|sampler| sampler.requirement() <= requirement)
    };
    let names: Vec<_> = SAMPLERS
        .iter()
        .filter(fits)
        .map(|entry| entry.family.name)
        .collect();
    names.join(", ")
}

/// Builds the sampler that a written choice means, such as `ca-dps:covariance=krylov:2`.
///
/// # Errors
/// [`OperatorError`] for an unknown name or a bad parameter.
pub fn parse(spec: &Spec) -> Built {
    let entry = entry(&spec.name)?;
    (entry.build)(&entry.family.values(spec)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_whole_and_lists_of_names_follow_the_requirements() {
        let faults: Vec<_> = families().iter().flat_map(Family::faults).collect();
        assert!(faults.is_empty(), "{faults:#?}");
        let nonlinear = with_at_most(Requirement::Derivative);
        assert_eq!(nonlinear, "red-diff, diffpir, daps, dps, ca-dps-released");
        assert!(with_at_most(Requirement::Linear).contains("ca-dps, "));
        assert!(!with_at_most(Requirement::Linear).contains("ddnm"));
    }
}
