//! What an evaluation is: everything that decides its numbers.
//!
//! The plan is written into the folder of results; an evaluation goes on, and grows, only under settings
//! that agree with it.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use operators::{Chain, OperatorError, Spec};
use serde::{Deserialize, Serialize};

use crate::baselines;
use crate::error::EvaluationError;
use crate::lpips::LpipsMark;
use crate::mask_choice::MaskChoice;
use crate::pictures::PictureMark;

/// What happens to every picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Task {
    /// The operators, in the order in which they are applied.
    pub operator: Chain,
    /// What `inpaint` loses.
    pub mask: Option<MaskChoice>,
}

impl Task {
    /// Every operator, those that hold `inpaint` once with each mask.
    ///
    /// # Errors
    /// [`EvaluationError::Setting`] if a mask is missing or of no use.
    pub fn all(operators: &[Chain], masks: &[MaskChoice]) -> Result<Vec<Self>, EvaluationError> {
        let mut tasks = Vec::new();
        for operator in operators {
            if !operator.contains("inpaint") {
                let operator = operator.clone();
                tasks.push(Self {
                    operator,
                    mask: None,
                });
                continue;
            }
            if masks.is_empty() {
                return Err(EvaluationError::Setting(format!(
                    "`{operator}` needs a mask: box:20, random:0.7, strokes:1 or a file"
                )));
            }
            tasks.extend(masks.iter().map(|mask| Self {
                operator: operator.clone(),
                mask: Some(mask.clone()),
            }));
        }
        let used = tasks.iter().any(|task| task.mask.is_some());
        if !masks.is_empty() && !used {
            return Err(EvaluationError::Setting(
                "a mask was given, but no operator has a use for it; add `inpaint`".to_owned(),
            ));
        }
        Ok(tasks)
    }
}

impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.operator.fmt(f)?;
        match &self.mask {
            Some(mask) => write!(f, " ({mask})"),
            None => Ok(()),
        }
    }
}

/// A sampler as asked for: `name:key=value@STEPS`, the steps where they differ from the others'.
#[derive(Clone, Debug, PartialEq)]
pub struct SamplerChoice {
    /// Which.
    pub spec: Spec,
    /// Its own steps.
    pub steps: Option<usize>,
}

impl FromStr for SamplerChoice {
    type Err = OperatorError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (written, steps) = match text.rsplit_once('@') {
            None => (text, None),
            Some((written, steps)) => {
                let steps = steps.parse().map_err(|_| OperatorError::Syntax {
                    text: text.to_owned(),
                    reason: "after `@` a whole number of steps is wanted".to_owned(),
                })?;
                (written, Some(steps))
            }
        };
        let spec: Spec = written.parse()?;
        samplers::parse(&spec)?;
        Ok(Self { spec, steps })
    }
}

/// One way to restore.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Method {
    /// A baseline or a sampler, with its parameters.
    pub spec: Spec,
    /// Steps of a sampler; `None` for a baseline.
    pub steps: Option<usize>,
}

impl Method {
    /// The baselines, then each sampler with each number of steps.
    #[must_use]
    pub fn all(baselines: &[Spec], samplers: &[SamplerChoice], steps: &[usize]) -> Vec<Self> {
        let without_prior = baselines.iter().map(|spec| Self {
            spec: spec.clone(),
            steps: None,
        });
        let mut methods: Vec<Self> = without_prior.collect();
        for SamplerChoice { spec, steps: own } in samplers {
            let steps = own.as_ref().map_or(steps, std::slice::from_ref);
            methods.extend(steps.iter().map(|&steps| Self {
                spec: spec.clone(),
                steps: Some(steps),
            }));
        }
        methods
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.spec.fmt(f)?;
        match self.steps {
            Some(steps) => write!(f, "@{steps}"),
            None => Ok(()),
        }
    }
}

/// See the module.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Version of the program.
    pub version: String,
    /// What happens to the pictures.
    pub tasks: Vec<Task>,
    /// Ways to restore them.
    pub methods: Vec<Method>,
    /// Standard deviation of the measurement noise on the model range [-1, 1], within [0, 2].
    pub noise: f64,
    /// Draws of each sampler from each measurement, 1 to 100.
    pub draws: usize,
    /// Draws that are computed at a time, at least 1: memory against speed, without effect on scores.
    #[serde(default = "one")]
    pub together: usize,
    /// Seed of masks, noise and draws.
    pub seed: u64,
    /// Side of the crops in pixels.
    pub crop: usize,
    /// The prior's name.
    pub prior: String,
    /// SHA-256 of its weights; empty for a closed form.
    pub prior_sha256: String,
    /// What computes.
    pub device: String,
    /// The pictures.
    pub pictures: Vec<PictureMark>,
    /// SHA-256 of each file that a mask or an operator reads.
    pub files: BTreeMap<String, String>,
    /// The network that LPIPS is measured with, if it is.
    #[serde(default)]
    pub lpips: Option<LpipsMark>,
}

/// Of plans that were written before draws could be computed together.
fn one() -> usize {
    1
}

impl Plan {
    /// Refuses what cannot be run, before anything is.
    ///
    /// # Errors
    /// [`EvaluationError::Setting`] or [`EvaluationError::Choice`], naming the setting.
    pub fn check(&self) -> Result<(), EvaluationError> {
        let refuse = |reason: String| Err(EvaluationError::Setting(reason));
        if !(0.0..=2.0).contains(&self.noise) {
            return refuse(format!(
                "the noise level {} is not between 0 and 2 (standard deviation on [-1, 1])",
                self.noise
            ));
        }
        if !(1..=100).contains(&self.draws) {
            return refuse(format!("{} draws; 1 to 100 are possible", self.draws));
        }
        if !(1..=self.draws).contains(&self.together) {
            return refuse(format!(
                "{} draws at a time; 1 to {}, the number of draws, are possible",
                self.together, self.draws
            ));
        }
        if !(16..=1024).contains(&self.crop) {
            return refuse(format!(
                "crops of {} pixels; sides from 16 to 1024 are possible",
                self.crop
            ));
        }
        if self.tasks.is_empty() || self.methods.is_empty() {
            return refuse("there is nothing to do: name an operator and a sampler".to_owned());
        }
        for (i, method) in self.methods.iter().enumerate() {
            if self.methods[..i].contains(method) {
                return refuse(format!("{method} is asked for twice"));
            }
            match method.steps {
                None => drop(baselines::parse(&method.spec)?),
                Some(0 | 1) => {
                    return refuse(format!("{method}: at least 2 steps are needed"));
                }
                Some(_) => drop(samplers::parse(&method.spec)?),
            }
        }
        self.tasks.iter().try_for_each(|task| {
            task.operator.check()?;
            Ok(())
        })
    }

    /// Measurements times methods: how many cells there are to fill.
    #[must_use]
    pub fn cells(&self) -> usize {
        self.tasks.len() * self.methods.len() * self.pictures.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samplers_may_have_steps_of_their_own() {
        let choices = ["ca-dps:covariance=krylov:2", "dps@1000"]
            .map(|text| text.parse::<SamplerChoice>().expect("valid"));
        let methods = Method::all(&[Spec::named("bicubic")], &choices, &[20, 100]);
        let written: Vec<String> = methods.iter().map(ToString::to_string).collect();
        assert_eq!(
            written,
            [
                "bicubic",
                "ca-dps:covariance=krylov:2@20",
                "ca-dps:covariance=krylov:2@100",
                "dps@1000"
            ]
        );
        assert!("dps@many".parse::<SamplerChoice>().is_err());
        assert!("ddpm".parse::<SamplerChoice>().is_err());
    }

    #[test]
    fn masks_and_inpainting_belong_together() {
        let chains = |texts: &[&str]| -> Vec<Chain> {
            texts.iter().map(|t| t.parse().expect("valid")).collect()
        };
        let masks = [MaskChoice::Box(8), MaskChoice::Random(0.5)];
        let tasks = Task::all(&chains(&["inpaint", "bicubic:factor=4"]), &masks).expect("fits");
        let written: Vec<String> = tasks.iter().map(ToString::to_string).collect();
        assert_eq!(
            written,
            [
                "inpaint (box:8)",
                "inpaint (random:0.5)",
                "bicubic:factor=4"
            ]
        );
        assert!(Task::all(&chains(&["inpaint"]), &[]).is_err());
        assert!(Task::all(&chains(&["bicubic:factor=4"]), &masks).is_err());
    }
}
