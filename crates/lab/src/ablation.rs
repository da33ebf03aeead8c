//! Does CA-DPS's finite difference need tuning? Its length and the number of probes, varied over
//! decades on the same problems.
//!
//! Hamidi & Yang 2024 (arXiv 2412.20045) estimate the diagonal of the Hessian by finite differences
//! and leave their length open. Here a probe is `h · sqrt(1 - alpha_bar)` long, and `k` probes are
//! averaged (`covariance=probe:k,probe-step=h`). The covariances that have no length stand beside
//! them.

use operators::Spec;
use serde::Serialize;

use crate::error::LabError;
use crate::experiment::Experiment;

/// Covariances without a length, to compare with.
pub const REFERENCES: [&str; 4] = ["secant", "isotropic", "krylov:1", "full"];

/// What is varied.
#[derive(Clone, Debug, Serialize)]
pub struct Ablation {
    /// Everything but the sampler; that of this experiment is not used.
    pub experiment: Experiment,
    /// Lengths of a probe in units of the noise, 1e-6 to 10.
    pub probe_steps: Vec<f64>,
    /// Numbers of probes, 1 to 64.
    pub probes: Vec<usize>,
}

/// A covariance and how far its draws are from the posterior.
#[derive(Clone, Debug, Serialize)]
pub struct Variant {
    /// The sampler, written out.
    pub sampler: Spec,
    /// Probes; `None` for a covariance without.
    pub probes: Option<usize>,
    /// Length of a probe; `None` for a covariance without.
    pub probe_step: Option<f64>,
    /// Mean sliced Wasserstein distance over the problems; `None` if a run broke.
    pub sliced_wasserstein: Option<f64>,
    /// Its standard error.
    pub standard_error: Option<f64>,
    /// The median: a single far-off problem does not move it.
    pub median: Option<f64>,
    /// Why a run broke.
    pub broke: Option<String>,
}

/// The outcome of an [`Ablation`].
#[derive(Clone, Debug, Serialize)]
pub struct AblationFindings {
    /// What was varied.
    pub ablation: Ablation,
    /// Mean distance between two exact samples: the floor.
    pub exact: f64,
    /// First the references, then every number of probes with every length.
    pub variants: Vec<Variant>,
}

/// CA-DPS with `probes` probes of length `step`.
#[must_use]
pub fn probing(probes: usize, step: f64) -> Spec {
    Spec::named("ca-dps")
        .with("covariance", format!("probe:{probes}"))
        .with("probe-step", step)
}

/// CA-DPS with a covariance of [`REFERENCES`].
#[must_use]
pub fn reference(covariance: &str) -> Spec {
    Spec::named("ca-dps").with("covariance", covariance)
}

impl Ablation {
    /// Every sampler with its probes and their length.
    #[must_use]
    pub fn samplers(&self) -> Vec<(Spec, Option<(usize, f64)>)> {
        let plain = REFERENCES.iter().map(|name| (reference(name), None));
        let probed = self.probes.iter().flat_map(|&k| {
            let of = move |&h: &f64| (probing(k, h), Some((k, h)));
            self.probe_steps.iter().map(of)
        });
        plain.chain(probed).collect()
    }

    /// Runs everything on the CPU. `progress` hears the number of finished samplers.
    ///
    /// # Errors
    /// [`LabError`] for settings out of range. A run that breaks is a finding.
    pub fn run(&self, mut progress: impl FnMut(usize)) -> Result<AblationFindings, LabError> {
        let (mut variants, mut exact) = (Vec::new(), f64::NAN);
        for (sampler, probed) in self.samplers() {
            let experiment = Experiment {
                sampler: sampler.clone(),
                ..self.experiment.clone()
            };
            let (found, broke) = match experiment.run(|_| ()) {
                Ok((findings, _)) => (Some(findings), None),
                Err(error @ LabError::Run { .. }) => (None, Some(error.to_string())),
                Err(error) => return Err(error),
            };
            if let Some(findings) = &found {
                exact = findings.exact;
            }
            variants.push(Variant {
                sampler,
                probes: probed.map(|p| p.0),
                probe_step: probed.map(|p| p.1),
                sliced_wasserstein: found.as_ref().map(|f| f.sliced_wasserstein),
                standard_error: found.as_ref().map(|f| f.standard_error),
                median: found.as_ref().map(|f| f.median),
                broke,
            });
            progress(variants.len());
        }
        Ok(AblationFindings {
            ablation: self.clone(),
            exact,
            variants,
        })
    }
}
