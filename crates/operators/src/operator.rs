//! The interface of a linear measurement operator.

use burn::tensor::{Device, Tensor};

use crate::folding::CosineMap;
use crate::gram::Gram;

/// A linear map `A` from pictures `[b, c, h, w]` to measurements `[b, c', h', w']`: the same on
/// every channel, unless [`channels`](Self::channels) says that it mixes them.
///
/// Every linear operator is an [`Operator`](crate::Operator), whose vector-Jacobian product is the
/// adjoint. Law: `<A x, y> = <x, Aᵀ y>` for all `x`, `y` (tested to 1e-5 relative over the registry).
pub trait LinearOperator: Send {
    /// `(height, width)` of the pictures it takes.
    fn input_size(&self) -> (usize, usize);

    /// `(height, width)` of the measurements it gives.
    fn output_size(&self) -> (usize, usize);

    /// `(taken, given)`: how many channels it mixes into how many; `None` for operators that work
    /// on each channel alone, however many there are.
    fn channels(&self) -> Option<(usize, usize)> {
        None
    }

    /// Whether the measurement is a picture in the model range, which a file can hold. Spectra are
    /// not.
    fn gives_pictures(&self) -> bool {
        true
    }

    /// `A x`.
    fn apply(&self, x: Tensor<4>) -> Tensor<4>;

    /// `Aᵀ y`, exactly: borders that were mirrored are folded back.
    fn adjoint(&self, y: Tensor<4>) -> Tensor<4>;

    /// A stable picture that explains `y`: `A⁺ y` where `A` is well conditioned (masks,
    /// downsampling), and `y` itself for blurs, whose inverse would only amplify noise.
    fn estimate(&self, y: Tensor<4>) -> Tensor<4>;

    /// The best linear estimate of the picture from `y` with noise of standard deviation `sigma` on
    /// the model range: the Wiener filter for pictures of power 1/f² where it exists, holes filled
    /// with Laplace's equation, and otherwise [`estimate`](Self::estimate). Samplers start from it.
    /// Cost: `O(n log n)`, for operators without structure times some iterations.
    fn linear_estimate(&self, y: Tensor<4>, _sigma: f64) -> Tensor<4> {
        self.estimate(y)
    }

    /// The diagonal of `A diag(variance) Aᵀ` if that matrix is diagonal for EVERY `variance`
    /// (masks, box averages); otherwise `None`, and solvers must iterate.
    ///
    /// `variance` is `[b, c, h, w]`; the answer has the shape of a measurement.
    fn diagonal(&self, _variance: Tensor<4>) -> Option<Tensor<4>> {
        None
    }

    /// Whether `A` only picks pixels, each at most once: then `A⁺ = Aᵀ` and every singular value
    /// is one or zero.
    fn selects(&self) -> bool {
        false
    }

    /// `s` if `A Aᵀ = s² I`: whatever comes after such an operator keeps the structure that it has.
    fn tight(&self) -> Option<f64> {
        None
    }

    /// Tight operators, in the order of application, and another after them that together are this
    /// one; `None` if it is not made of such parts.
    fn core(&self) -> Option<(Vec<&dyn LinearOperator>, &dyn LinearOperator)> {
        None
    }

    /// `A Aᵀ` in a transform in which it is diagonal, or nearly: what solves and singular value
    /// decompositions are made from. Known for every operator with a [`diagonal`](Self::diagonal).
    fn gram(&self, device: &Device) -> Option<Gram> {
        let (height, width) = self.input_size();
        let channels = self.channels().map_or(1, |(taken, _)| taken);
        let diagonal = self.diagonal(Tensor::ones([1, channels, height, width], device))?;
        let square = self.selects() && self.input_size() == self.output_size();
        Some(Gram::pixels(diagonal, square))
    }

    /// What it does to the cosines of pictures, if it does not mix them, or nearly.
    fn cosine_map(&self) -> Option<CosineMap> {
        None
    }

    /// One where a value was measured and zero in holes, `[1, 1, h', w']`; `None` when all
    /// values were measured. Holes carry neither noise nor likelihood.
    fn measured(&self) -> Option<Tensor<4>> {
        None
    }

    /// [`measured`](Self::measured) when the picture itself is a measurement with holes, given
    /// as `earlier`. Operators that mix pixels see through holes; those that only choose among
    /// pixels pass them on.
    fn measured_after(&self, _earlier: Option<Tensor<4>>) -> Option<Tensor<4>> {
        self.measured()
    }
}
