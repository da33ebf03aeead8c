//! Operators joined by `+` in the order in which they were applied.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::class::Class;
use crate::composition::Composition;
use crate::crop::Crop;
use crate::error::OperatorError;
use crate::grayscale;
use crate::inpaint::Inpaint;
use crate::nonlinear::Operator;
use crate::operator::LinearOperator;
use crate::registry::{self, AnyBuilt, Build, Context, DrawMask};
use crate::series::Series;
use crate::spec::Spec;
use crate::values::Values;
use crate::{mri, mri_magnitude, phase_retrieval};

/// Reductions make a measurement at most this many times smaller, all together.
const MOST: usize = 64;

/// A written composition, such as `gaussian-blur:size=61,std=3+bicubic:factor=4`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Chain(pub Vec<Spec>);

/// What a measurement that is no picture holds of a Fourier transform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fourier {
    /// Real parts above imaginary parts.
    Complex,
    /// Magnitudes alone.
    Magnitudes,
}

impl Chain {
    /// What the measurement holds if it is a spectrum and no picture.
    #[must_use]
    pub fn fourier(&self) -> Option<Fourier> {
        self.0
            .iter()
            .rev()
            .find_map(|spec| match spec.name.as_str() {
                mri::NAME => Some(Fourier::Complex),
                mri_magnitude::NAME | phase_retrieval::NAME => Some(Fourier::Magnitudes),
                _ => None,
            })
    }

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

    /// The kinds of damage of its parts, in order; names that are not known have none.
    pub fn classes(&self) -> impl Iterator<Item = Class> {
        let entries = self.0.iter().filter_map(|spec| registry::find(spec).ok());
        entries.map(|entry| entry.class)
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
        factors(&self.0)
    }

    /// The shares of red, green and blue in the one channel of its measurement, if it leaves one.
    ///
    /// # Errors
    /// [`OperatorError::Parameter`] for shares that are not known.
    pub fn shares(&self) -> Result<Option<[f32; 3]>, OperatorError> {
        let grey = self.0.iter().find(|spec| spec.name == grayscale::NAME);
        grey.map(|spec| grayscale::weights(&registry::find(spec)?.family.values(spec)?))
            .transpose()
    }

    /// Whether each pixel (row order) of a picture of `size` (height, width) is known, if the chain
    /// is nothing but a mask that is drawn.
    ///
    /// # Errors
    /// [`OperatorError::Parameter`] if it cannot be drawn at that size.
    pub fn drawn_mask(&self, size: (usize, usize)) -> Result<Option<Vec<bool>>, OperatorError> {
        let [only] = &self.0[..] else {
            return Ok(None);
        };
        let entry = registry::find(only)?;
        match entry.build {
            Build::Mask(draw) => Ok(Some(drawn(draw, &entry.family.values(only)?, size)?)),
            Build::Linear(_) | Build::Nonlinear(_) => Ok(None),
        }
    }

    /// Builds the composition for pictures of `size` (height, width). If the measurement that this
    /// gives is larger than `seen`, only the upper left part of the picture takes part, as large as
    /// such a measurement needs: the rest was never there, and borders are those of what was seen.
    /// (Of Fourier transforms the measurement itself is cut.) A mask in `context` covers the
    /// measurement that the whole picture would give.
    ///
    /// # Errors
    /// [`OperatorError`] for unknown names, bad parameters, missing inputs and sizes that do not
    /// fit.
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
        let crop = self.crop(size, seen)?;
        let mut joints = Joints::default();
        let mut current = crop.as_ref().map_or(size, LinearOperator::output_size);
        let mut channels = None;
        for (i, spec) in self.0.iter().enumerate() {
            let before = factors(&self.0[..i])?;
            let whole = (size.0 / before, size.1 / before);
            let cut = context.measured.and_then(|m| cut(m, whole, current));
            let context = Context {
                measured: cut.as_deref().or(context.measured),
                ..*context
            };
            let (next, mixed) = joints.append(spec, current, &context)?;
            current = next;
            channels = self.follow(&spec.name, channels, mixed)?;
        }
        if let Some(seen) = seen.filter(|&seen| seen != current) {
            if seen.0 > current.0 || seen.1 > current.1 {
                return Err(self.too_large(current, seen));
            }
            joints.run.push(Box::new(Crop::new(current, seen)));
        }
        Ok(joints.join(crop))
    }

    /// What of a picture of `size` a measurement of size `seen` is made of, unless it is all.
    fn crop(
        &self,
        size: (usize, usize),
        seen: Option<(usize, usize)>,
    ) -> Result<Option<Crop>, OperatorError> {
        let Some(seen) = seen.filter(|_| self.fourier().is_none()) else {
            return Ok(None);
        };
        let factor = self.factor()?;
        let part = (seen.0 * factor, seen.1 * factor);
        if part.0 > size.0 || part.1 > size.1 {
            return Err(self.too_large((size.0 / factor, size.1 / factor), seen));
        }
        Ok((part != size).then(|| Crop::new(size, part)))
    }

    fn too_large(&self, possible: (usize, usize), seen: (usize, usize)) -> OperatorError {
        OperatorError::Size {
            name: self.to_string(),
            what: "the measurement".to_owned(),
            found: format!("{} x {} pixels", seen.1, seen.0),
            expected: format!("at most {} x {} pixels", possible.1, possible.0),
        }
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

/// How many times smaller these reductions make a picture together.
pub(crate) fn factors(specs: &[Spec]) -> Result<usize, OperatorError> {
    specs.iter().try_fold(1, |product, spec| {
        let values = registry::find(spec)?.family.values(spec)?;
        let factor = if values.has("factor") {
            values.whole("factor")?
        } else {
            1
        };
        match product * factor {
            product if product <= MOST => Ok(product),
            product => Err(OperatorError::Parameter {
                name: Chain(specs.to_vec()).to_string(),
                key: "factor".to_owned(),
                reason: format!("{product} times in all; at most {MOST} times is possible"),
            }),
        }
    })
}

/// A mask that leaves something to restore and something to go by.
fn drawn(
    draw: DrawMask,
    values: &Values,
    size: (usize, usize),
) -> Result<Vec<bool>, OperatorError> {
    let known = draw(values, size)?;
    let (height, width) = size;
    for (what, all) in [("lost", false), ("known", true)] {
        if known.iter().all(|&k| k == all) {
            let reason = format!("every pixel of {width} x {height} would be {what}");
            return Err(values.refuse("mask", &reason));
        }
    }
    Ok(known)
}

/// The upper left part of a mask of size `whole`, if it is larger than `part`.
fn cut(mask: &[bool], whole: (usize, usize), part: (usize, usize)) -> Option<Vec<bool>> {
    if mask.len() != whole.0 * whole.1 || part.0 > whole.0 || part.1 > whole.1 || part == whole {
        return None;
    }
    let rows = mask.chunks_exact(whole.1).take(part.0);
    Some(rows.flat_map(|row| &row[..part.1]).copied().collect())
}

/// The size after a part, and the channels that it takes and gives if it mixes them.
type Appended = ((usize, usize), Option<(usize, usize)>);

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

    /// The next part, for pictures of `size`: the size that it gives, and the channels if it mixes them.
    fn append(
        &mut self,
        spec: &Spec,
        size: (usize, usize),
        context: &Context<'_>,
    ) -> Result<Appended, OperatorError> {
        let entry = registry::find(spec)?;
        let values = entry.family.values(spec)?;
        Ok(match entry.build {
            Build::Linear(build) => {
                let part = build(&values, size, context)?;
                let next = (part.output_size(), part.channels());
                self.run.push(part);
                next
            }
            Build::Mask(draw) => {
                let known = drawn(draw, &values, size)?;
                let part = Inpaint::new(&known, size, context.device);
                self.run.push(Box::new(part));
                (size, None)
            }
            Build::Nonlinear(build) => {
                let part = build(&values, size, context)?;
                let next = (part.output_size(), part.channels());
                self.nonlinear(part);
                next
            }
        })
    }

    /// All of them, behind `crop` if there is one. What is linear stands in an operator of its own
    /// behind it, whose structure the crop does not disturb.
    fn join(mut self, crop: Option<Crop>) -> Box<dyn Operator> {
        if let (true, Some(crop)) = (self.done.is_empty(), &crop) {
            let crop: Box<dyn LinearOperator> = Box::new(crop.clone());
            let run = std::mem::take(&mut self.run);
            self.run = vec![crop, Box::new(Composition::new(run))];
        } else if let Some(crop) = crop {
            self.done.insert(0, Box::new(crop));
        }
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
