//! One sampler on many random mixture problems.

use burn::tensor::{Device, Tensor, TensorData};
use diffusion::{NoiseSchedule, Schedule, WhiteGaussian};
use nalgebra::DMatrix;
use operators::{Dense, SeededNoise, Spec};
use samplers::{Cost, Levels, Problem, SamplerError};
use serde::Serialize;

use crate::error::LabError;
use crate::mixture::MixtureProblem;
use crate::sliced_wasserstein::sliced_wasserstein;

/// The name of the reverse process of the posterior itself, whose score a mixture has in closed form:
/// no sampler, since pictures have no such thing, but what all of them approximate.
pub const EXACT_SCORE: &str = "exact-score";

/// What is tried.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Experiment {
    /// Unknowns, 2 to 4096; the papers take 8, 80 and 800.
    pub dimension: usize,
    /// Measured values, 1 to `dimension`; the papers take 1, 2 and 4.
    pub measurements: usize,
    /// The sampler with its parameters.
    pub sampler: Spec,
    /// Steps of the reverse process out of 1000 linear ones.
    pub steps: usize,
    /// Random problems, at least 1.
    pub problems: usize,
    /// Draws compared in each, at least 2.
    pub samples: usize,
    /// Random directions of the distance, at least 1.
    pub slices: usize,
    /// Seed of everything.
    pub seed: u64,
}

/// One problem's outcome.
#[derive(Clone, Debug, Serialize)]
pub struct Trial {
    /// From the sampler's draws to exact ones.
    pub sliced_wasserstein: f64,
    /// From other exact draws to exact ones: what no sampler can beat.
    pub exact: f64,
    /// Denoiser evaluations spent on the whole batch at once.
    pub evaluations: usize,
    /// Vector-Jacobian products, likewise.
    pub products: usize,
}

/// The outcome of an [`Experiment`].
#[derive(Clone, Debug, Serialize)]
pub struct Findings {
    /// What was tried.
    pub experiment: Experiment,
    /// Mean distance over the problems.
    pub sliced_wasserstein: f64,
    /// Standard error of that mean; 0 for a single problem.
    pub standard_error: f64,
    /// Median distance: a single far-off problem does not move it.
    pub median: f64,
    /// Mean distance between two exact samples.
    pub exact: f64,
    /// Each problem.
    pub trials: Vec<Trial>,
}

/// Draws of the first problem, one in each row.
#[derive(Clone, Debug)]
pub struct Scatter {
    /// From the exact posterior.
    pub exact: DMatrix<f64>,
    /// From the sampler.
    pub drawn: DMatrix<f64>,
}

/// How much farther from the posterior one sampler is than another, on the same problems.
#[derive(Clone, Debug, Serialize)]
pub struct Difference {
    /// The other sampler.
    pub against: Spec,
    /// Mean over the problems of the distance less the other's; negative is nearer.
    pub mean: f64,
    /// Its standard error, surer than those of the two means; 0 for a single problem.
    pub standard_error: f64,
}

impl Findings {
    /// Against the findings of another sampler on the same problems.
    ///
    /// # Panics
    /// If the problems are others.
    #[must_use]
    pub fn against(&self, other: &Self) -> Difference {
        let named = |findings: &Self| Experiment {
            sampler: Spec::named(""),
            ..findings.experiment.clone()
        };
        assert_eq!(named(self), named(other), "the same problems");
        let pairs = std::iter::zip(&self.trials, &other.trials);
        let apart: Vec<f64> = pairs
            .map(|(a, b)| a.sliced_wasserstein - b.sliced_wasserstein)
            .collect();
        let (mean, standard_error) = mean_and_error(&apart);
        Difference {
            against: other.experiment.sampler.clone(),
            mean,
            standard_error,
        }
    }
}

impl Experiment {
    /// Runs it on the CPU. `progress` hears the number of finished problems.
    ///
    /// # Errors
    /// [`LabError`] for settings out of range, an unknown sampler, or a run that broke.
    pub fn run(&self, mut progress: impl FnMut(usize)) -> Result<(Findings, Scatter), LabError> {
        self.check()?;
        let schedule = Schedule::new(NoiseSchedule::Linear, 1000)?;
        let respaced = self
            .levels()?
            .schedule(&schedule, self.steps, &WhiteGaussian::new(1.0))?;
        let mut trials = Vec::with_capacity(self.problems);
        let mut scatter = None;
        for problem in 0..self.problems {
            let (trial, draws) = self.trial(problem, &respaced)?;
            trials.push(trial);
            scatter.get_or_insert(draws);
            progress(problem + 1);
        }
        let distances: Vec<f64> = trials.iter().map(|t| t.sliced_wasserstein).collect();
        let (mean, standard_error) = mean_and_error(&distances);
        let exact: Vec<f64> = trials.iter().map(|t| t.exact).collect();
        let findings = Findings {
            experiment: self.clone(),
            sliced_wasserstein: mean,
            standard_error,
            median: median(distances),
            exact: mean_and_error(&exact).0,
            trials,
        };
        Ok((findings, scatter.expect("at least one problem was run")))
    }

    /// Evenly spaced timesteps unless the sampler's choice says otherwise: the published experiments
    /// count those.
    fn levels(&self) -> Result<Levels, LabError> {
        if self.sampler.parameters.contains_key("levels") {
            return Ok(samplers::parse(&self.sampler)?.levels());
        }
        Ok(Levels::UNIFORM)
    }

    fn check(&self) -> Result<(), LabError> {
        let within = |name: &str, value: usize, low: usize, high: usize| {
            if (low..=high).contains(&value) {
                Ok(())
            } else {
                let reason = format!("{name} is {value}; it must be from {low} to {high}");
                Err(LabError::Setting(reason))
            }
        };
        within("dimension", self.dimension, 2, 4096)?;
        within("measurements", self.measurements, 1, self.dimension)?;
        within("steps", self.steps, 2, 1000)?;
        within("problems", self.problems, 1, 100_000)?;
        within("samples", self.samples, 2, 100_000)?;
        within("slices", self.slices, 1, 1_000_000)?;
        if self.sampler.name != EXACT_SCORE {
            samplers::parse(&self.sampler)?;
        } else if let Some(key) = self.sampler.parameters.keys().next() {
            let reason = format!("{EXACT_SCORE} has no parameters, so leave `{key}` out");
            return Err(LabError::Setting(reason));
        }
        Ok(())
    }

    /// Every problem has four streams of its own, so that a change of one part, such as another
    /// sampler, leaves the others as they were.
    fn trial(&self, number: usize, respaced: &Schedule) -> Result<(Trial, Scatter), LabError> {
        let device = Device::flex();
        let stream = |part: u64| SeededNoise::new(self.seed, 4 * number as u64 + part);
        let mixture = MixtureProblem::draw(self.dimension, self.measurements, &mut stream(0));
        let mut exact = stream(1);
        let (truth, other) = (
            mixture.exact(self.samples, &mut exact),
            mixture.exact(self.samples, &mut exact),
        );

        let broke = |source| LabError::Run {
            problem: number,
            source,
        };
        let (drawn, cost) = if self.sampler.name == EXACT_SCORE {
            let posterior = mixture.posterior(&device);
            let drawn = posterior.draw(self.samples, respaced, &mut stream(2));
            let evaluations = respaced.len();
            let cost = Cost {
                evaluations,
                ..Cost::default()
            };
            (drawn, cost)
        } else {
            self.sampled(&mixture, respaced, &mut stream(2))
                .map_err(broke)?
        };
        samplers::check_finite(&drawn, self.steps - 1, "result").map_err(broke)?;
        let values: Vec<f64> = drawn.to_data().iter::<f64>().collect();
        let drawn = DMatrix::from_row_slice(self.samples, self.dimension, &values);

        let distance = |sample| sliced_wasserstein(sample, &truth, self.slices, &mut stream(3));
        let trial = Trial {
            sliced_wasserstein: distance(&drawn),
            exact: distance(&other),
            evaluations: cost.evaluations,
            products: cost.products,
        };
        let exact = truth;
        Ok((trial, Scatter { exact, drawn }))
    }

    /// All draws at once from one problem, `[samples, 1, 1, dimension]`, and their cost.
    fn sampled(
        &self,
        mixture: &MixtureProblem,
        respaced: &Schedule,
        noise: &mut SeededNoise,
    ) -> Result<(Tensor<4>, Cost), SamplerError> {
        let device = Device::flex();
        let operator = Dense::new(&mixture.operator, &device);
        let denoiser = mixture.denoiser(&device);
        let y: Vec<f32> = mixture.measurement.iter().map(|&v| v as f32).collect();
        let y = TensorData::new(y, [1, 1, 1, self.measurements]);
        let y = Tensor::<4>::from_data(y, &device).expand([self.samples, 1, 1, self.measurements]);
        let never = || false;
        let problem = Problem::new(&denoiser, &operator, y, mixture.sigma_y, respaced, &never);
        let drawn = samplers::parse(&self.sampler)?.run(&problem, noise)?;
        Ok((drawn, problem.cost()))
    }
}

fn mean_and_error(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    if values.len() < 2 {
        return (mean, 0.0);
    }
    let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0);
    (mean, (variance / n).sqrt())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    if values.len() % 2 == 1 {
        values[half]
    } else {
        0.5 * (values[half - 1] + values[half])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_medians_and_errors_are_the_textbook_ones() {
        let (mean, error) = mean_and_error(&[1.0, 2.0, 6.0]);
        assert!((mean - 3.0).abs() < 1e-12 && (error - (7.0_f64 / 3.0).sqrt()).abs() < 1e-12);
        assert_eq!(mean_and_error(&[2.0]), (2.0, 0.0));
        assert_eq!(median(vec![5.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![5.0, 1.0, 2.0, 4.0]), 3.0);
    }
}
