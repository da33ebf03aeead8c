//! Operators one after another.

use burn::tensor::{Device, Tensor};

use crate::folding::{CosineMap, Fidelity};
use crate::gram::Gram;
use crate::operator::LinearOperator;
use crate::series::joined;
use crate::{least_squares, prior};

/// `A_n … A_2 A_1`, in the order of application.
pub struct Composition(Vec<Box<dyn LinearOperator>>);

impl Composition {
    /// Joins operators whose sizes follow one another.
    ///
    /// # Panics
    /// If there is no part or sizes do not chain, which is a mistake in the caller.
    #[must_use]
    pub fn new(parts: Vec<Box<dyn LinearOperator>>) -> Self {
        assert!(!parts.is_empty(), "a composition has at least one part");
        for pair in parts.windows(2) {
            assert_eq!(pair[0].output_size(), pair[1].input_size(), "sizes chain");
        }
        Self(parts)
    }

    /// Tight parts that come first, and the mixing of channels wherever it comes, since it commutes
    /// with what treats channels alike; and the others.
    fn divided(&self) -> (Vec<&dyn LinearOperator>, Vec<&dyn LinearOperator>) {
        let (mut tight, mut others) = (Vec::new(), Vec::<&dyn LinearOperator>::new());
        for part in self.0.iter().map(AsRef::as_ref) {
            let goes_first = others.is_empty() || part.channels().is_some();
            if part.tight().is_some() && goes_first {
                tight.push(part);
            } else {
                others.push(part);
            }
        }
        (tight, others)
    }

    /// The structure of parts that keep pixels apart.
    fn pixelwise(&self, device: &Device) -> Option<Gram> {
        let (height, width) = self.input_size();
        let channels = self.channels().map_or(1, |(taken, _)| taken);
        let diagonal = self.diagonal(Tensor::ones([1, channels, height, width], device))?;
        let square = self.selects() && self.input_size() == self.output_size();
        Some(Gram::pixels(diagonal, square))
    }

    fn first(&self) -> &dyn LinearOperator {
        self.0
            .first()
            .expect("a composition has at least one part")
            .as_ref()
    }

    fn last(&self) -> &dyn LinearOperator {
        self.0
            .last()
            .expect("a composition has at least one part")
            .as_ref()
    }
}

/// What parts in a row do to cosines.
fn folded(parts: &[&dyn LinearOperator]) -> Option<CosineMap> {
    let (first, rest) = parts.split_first()?;
    rest.iter().try_fold(first.cosine_map()?, |map, part| {
        Some(map.then(&part.cosine_map()?))
    })
}

impl LinearOperator for Composition {
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

    fn adjoint(&self, y: Tensor<4>) -> Tensor<4> {
        self.0.iter().rev().fold(y, |y, part| part.adjoint(y))
    }

    fn estimate(&self, y: Tensor<4>) -> Tensor<4> {
        self.0.iter().rev().fold(y, |y, part| part.estimate(y))
    }

    /// Where all parts keep to cosines, the Wiener filter of all of them; else part by part, and
    /// better by conjugate gradients.
    fn linear_estimate(&self, y: Tensor<4>, sigma: f64) -> Tensor<4> {
        let parts = self.0.iter().rev();
        let by_parts = |y| parts.fold(y, |y, part| part.linear_estimate(y, sigma));
        if self.0.len() == 1 {
            return by_parts(y);
        }
        let start = match self.cosine_map() {
            None => return by_parts(y),
            Some(map) if map.fidelity() == Fidelity::Magnitude => by_parts(y.clone()),
            Some(map) => {
                let filtered = prior::unfolded(&map, y.clone(), sigma);
                if map.fidelity() == Fidelity::Exact {
                    return filtered;
                }
                filtered
            }
        };
        least_squares::refine(self, y, start, sigma)
    }

    /// Diagonal matrices stay diagonal through every part that keeps them so.
    fn diagonal(&self, variance: Tensor<4>) -> Option<Tensor<4>> {
        self.0
            .iter()
            .try_fold(variance, |variance, part| part.diagonal(variance))
    }

    fn selects(&self) -> bool {
        self.0.iter().all(|part| part.selects())
    }

    fn tight(&self) -> Option<f64> {
        let mut parts = self.0.iter();
        parts.try_fold(1.0, |scale, part| Some(scale * part.tight()?))
    }

    /// Tight parts only scale the structure of the others.
    fn gram(&self, device: &Device) -> Option<Gram> {
        if let Some(gram) = self.pixelwise(device) {
            return Some(gram);
        }
        let (tight, others) = self.divided();
        let gram = match &others[..] {
            [only] => only.gram(device)?,
            _ => Gram::cosines(&folded(&others)?, device),
        };
        Some(if tight.is_empty() {
            gram
        } else {
            gram.behind(tight.iter().filter_map(|part| part.tight()).product())
        })
    }

    fn core(&self) -> Option<(Vec<&dyn LinearOperator>, &dyn LinearOperator)> {
        match self.divided() {
            (tight, others) if others.len() == 1 => Some((tight, others[0])),
            _ => None,
        }
    }

    fn cosine_map(&self) -> Option<CosineMap> {
        folded(&self.0.iter().map(AsRef::as_ref).collect::<Vec<_>>())
    }

    fn measured(&self) -> Option<Tensor<4>> {
        self.measured_after(None)
    }

    fn measured_after(&self, earlier: Option<Tensor<4>>) -> Option<Tensor<4>> {
        self.0
            .iter()
            .fold(earlier, |earlier, part| part.measured_after(earlier))
    }
}
