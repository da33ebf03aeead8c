//! Operators one after another, some of them nonlinear.

use burn::tensor::Tensor;

use crate::nonlinear::Operator;
use crate::operator::LinearOperator;

/// `A_n ∘ … ∘ A_1`, in the order of application; at least one part is nonlinear. Chains of linear
/// operators are a [`Composition`](crate::Composition).
pub(crate) struct Series(Vec<Box<dyn Operator>>);

impl Series {
    /// Joins operators whose sizes follow one another.
    ///
    /// # Panics
    /// If sizes do not chain or every part is linear, which is a mistake in the caller.
    pub(crate) fn new(parts: Vec<Box<dyn Operator>>) -> Self {
        for pair in parts.windows(2) {
            assert_eq!(pair[0].output_size(), pair[1].input_size(), "sizes chain");
        }
        assert!(
            parts.iter().any(|part| part.linear().is_err()),
            "linear parts are composed"
        );
        Self(parts)
    }

    fn first(&self) -> &dyn Operator {
        self.0.first().expect("a part is nonlinear").as_ref()
    }

    fn last(&self) -> &dyn Operator {
        self.0.last().expect("a part is nonlinear").as_ref()
    }

    /// The chain rule: forwards once to know where each part stands, and back.
    fn backwards(
        &self,
        x: Tensor<4>,
        v: Tensor<4>,
        through: impl Fn(&dyn Operator, Tensor<4>, Tensor<4>) -> Tensor<4>,
    ) -> Tensor<4> {
        let mut places = vec![x];
        for part in &self.0[..self.0.len() - 1] {
            let here = places[places.len() - 1].clone();
            places.push(part.apply(here));
        }
        let backwards = self.0.iter().zip(places).rev();
        backwards.fold(v, |v, (part, place)| through(part.as_ref(), place, v))
    }
}

impl Operator for Series {
    fn input_size(&self) -> (usize, usize) {
        self.first().input_size()
    }

    fn output_size(&self) -> (usize, usize) {
        self.last().output_size()
    }

    fn channels(&self) -> Option<(usize, usize)> {
        joined(self.0.iter().filter_map(|part| part.channels()))
    }

    fn gives_pictures(&self) -> bool {
        self.0.iter().all(|part| part.gives_pictures())
    }

    fn apply(&self, x: Tensor<4>) -> Tensor<4> {
        self.0.iter().fold(x, |x, part| part.apply(x))
    }

    fn pullback(&self, x: Tensor<4>, v: Tensor<4>) -> Tensor<4> {
        self.backwards(x, v, |part, place, v| part.pullback(place, v))
    }

    fn towards(&self, x: Tensor<4>, r: Tensor<4>) -> Tensor<4> {
        self.backwards(x, r, |part, place, r| part.towards(place, r))
    }

    fn estimate(&self, y: Tensor<4>) -> Tensor<4> {
        self.0.iter().rev().fold(y, |y, part| part.estimate(y))
    }

    /// Part by part; values that were rounded or cut off count as measured.
    fn linear_estimate(&self, y: Tensor<4>, sigma: f64) -> Tensor<4> {
        let parts = self.0.iter().rev();
        parts.fold(y, |y, part| part.linear_estimate(y, sigma))
    }

    /// What the first part cannot tell, the others cannot either; of what they cannot, nothing is said.
    fn alike(&self, x: Tensor<4>, wanted: &Tensor<4>) -> Tensor<4> {
        self.first().alike(x, wanted)
    }

    fn measured(&self) -> Option<Tensor<4>> {
        self.measured_after(None)
    }

    fn measured_after(&self, earlier: Option<Tensor<4>>) -> Option<Tensor<4>> {
        self.0
            .iter()
            .fold(earlier, |earlier, part| part.measured_after(earlier))
    }

    fn linear(&self) -> Result<&dyn LinearOperator, &'static str> {
        let nonlinear = self.0.iter().find_map(|part| part.linear().err());
        Err(nonlinear.expect("a part is nonlinear"))
    }
}

/// `(taken, given)` of parts in a row that mix channels: what the first takes, and what the last
/// gives.
pub(crate) fn joined(mut mixing: impl Iterator<Item = (usize, usize)>) -> Option<(usize, usize)> {
    let (taken, given) = mixing.next()?;
    Some((taken, mixing.last().map_or(given, |(_, given)| given)))
}
