//! The interface of a linear measurement operator.

use burn::tensor::Tensor;
use nalgebra::DMatrix;

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

    /// `(R, C)` with `A x = R x Cᵀ`, if the operator is such a product: what its singular value
    /// decomposition is made from.
    fn matrices(&self) -> Option<(DMatrix<f64>, DMatrix<f64>)> {
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
