//! Operators joined by `+` in the order in which they were applied.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::composition::Composition;
use crate::crop::Crop;
use crate::error::OperatorError;
use crate::nonlinear::Operator;
use crate::operator::LinearOperator;
use crate::registry::{self, AnyBuilt, Build, Context};
use crate::series::Series;
use crate::spec::Spec;

/// Reductions make a measurement at most this many times smaller, all together.
const MOST: usize = 64;

/// A written composition, such as `gaussian-blur:size=61,std=3+bicubic:factor=4`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Chain(pub Vec<Spec>);

impl Chain {
    /// Checks names and parameters without building anything.
    ///
    /// # Errors
    /// The first [`OperatorError`] among the parts.
    pub fn check(&self) -> Result<(), OperatorError> {
        self.0.iter().try_for_each(|spec| {
            registry::find(spec)?.family.values(spec)?;
            Ok(())
        })
    }

    /// Whether a part of that name is in the chain.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.0.iter().any(|spec| spec.name == name)
    }

    /// The name of the first part that is not linear.
    #[must_use]
    pub fn nonlinear(&self) -> Option<&'static str> {
        self.0.iter().find_map(|spec| {
            let entry = registry::find(spec).ok()?;
            matches!(entry.build, Build::Nonlinear(_)).then_some(entry.family.name)
        })
    }

    /// How many times smaller than the picture the measurement is, on each side.
    ///
    /// # Errors
    /// [`OperatorError`] for a bad factor, or factors beyond 64 together.
    pub fn factor(&self) -> Result<usize, OperatorError> {
        self.0.iter().try_fold(1, |product, spec| {
            let values = registry::find(spec)?.family.values(spec)?;
            let factor = if values.text("factor").is_ok() {
                values.whole("factor", 2..=16)?
            } else {
                1
            };
            match product * factor {
                product if product <= MOST => Ok(product),
                product => Err(OperatorError::Parameter {
                    name: self.to_string(),
                    key: "factor".to_owned(),
                    reason: format!("{product} times in all; at most {MOST} times is possible"),
                }),
            }
        })
    }

    /// Builds the composition for pictures of `size` (height, width). If the measurement that
    /// this gives is larger than `seen`, the rest is cut off at the right and the bottom.
    ///
    /// # Errors
    /// [`OperatorError`] for unknown names, bad parameters, missing inputs and sizes that do
    /// not fit.
    pub fn build(
        &self,
        size: (usize, usize),
        seen: Option<(usize, usize)>,
        context: &Context<'_>,
    ) -> AnyBuilt {
        if self.0.is_empty() {
            return Err(OperatorError::Syntax {
                text: String::new(),
                reason: "it names no operator".to_owned(),
            });
        }
        let mut joints = Joints::default();
        let mut current = size;
        let mut channels = None;
        for spec in &self.0 {
            let entry = registry::find(spec)?;
            let values = entry.family.values(spec)?;
            let mixed = match entry.build {
                Build::Linear(build) => {
                    let part = build(&values, current, context)?;
                    current = part.output_size();
                    let mixed = part.channels();
                    joints.run.push(part);
                    mixed
                }
                Build::Nonlinear(build) => {
                    let part = build(&values, current, context)?;
                    current = part.output_size();
                    let mixed = part.channels();
                    joints.nonlinear(part);
                    mixed
                }
            };
            channels = self.follow(&spec.name, channels, mixed)?;
        }
        if let Some(seen) = seen.filter(|&seen| seen != current) {
            if seen.0 > current.0 || seen.1 > current.1 {
                return Err(OperatorError::Size {
                    name: self.to_string(),
                    what: "the measurement".to_owned(),
                    found: format!("{} x {} pixels", seen.1, seen.0),
                    expected: format!("at most {} x {} pixels", current.1, current.0),
                });
            }
            joints.run.push(Box::new(Crop::new(current, seen)));
        }
        Ok(joints.join())
    }

    /// The channels after a part that mixes them, if it does.
    fn follow(
        &self,
        name: &str,
        channels: Option<usize>,
        mixed: Option<(usize, usize)>,
    ) -> Result<Option<usize>, OperatorError> {
        let Some((taken, given)) = mixed else {
            return Ok(channels);
        };
        match channels {
            Some(there) if there != taken => Err(OperatorError::Size {
                name: self.to_string(),
                what: format!("what `{name}` is given"),
                found: format!("a picture of {there} channels"),
                expected: format!("one of {taken} channels"),
            }),
            _ => Ok(Some(given)),
        }
    }
}

/// The parts of a chain: runs of linear ones are composed, so that a chain of only those is linear.
#[derive(Default)]
struct Joints {
    done: Vec<Box<dyn Operator>>,
    run: Vec<Box<dyn LinearOperator>>,
}

impl Joints {
    fn close(&mut self) {
        if !self.run.is_empty() {
            let run = std::mem::take(&mut self.run);
            self.done.push(Box::new(Composition::new(run)));
        }
    }

    fn nonlinear(&mut self, part: Box<dyn Operator>) {
        self.close();
        self.done.push(part);
    }

    fn join(mut self) -> Box<dyn Operator> {
        self.close();
        if self.done.len() == 1 {
            self.done.remove(0)
        } else {
            Box::new(Series::new(self.done))
        }
    }
}

impl FromStr for Chain {
    type Err = OperatorError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text
            .split('+')
            .map(str::parse)
            .collect::<Result<Vec<Spec>, _>>()?;
        let chain = Self(parts);
        chain.check()?;
        Ok(chain)
    }
}

impl fmt::Display for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, spec) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str("+")?;
            }
            spec.fmt(f)?;
        }
        Ok(())
    }
}

impl TryFrom<String> for Chain {
    type Error = OperatorError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Chain> for String {
    fn from(chain: Chain) -> Self {
        chain.to_string()
    }
}
