//! Operators whose `A Aᵀ` is diagonal in some transform of the measurement, and what follows from
//! it.
//!
//! ```text
//! A Aᵀ = U diag(s²) Uᵀ,      (v A Aᵀ + n)⁻¹ = U diag(1 / (v s² + n)) Uᵀ
//! ```
//!
//! `U` is the identity for masks, box averages and colours; cosines for symmetric kernels and
//! reductions (see [`CosineMap`](crate::CosineMap)); given matrices for small problems. None of it
//! holds more than a few planes of a picture, and nothing costs more than `O(n log n)`, but for
//! given matrices.

use std::sync::Arc;

use burn::tensor::{Device, Tensor};

use crate::cosine::Cosines;
use crate::folding::{CosineMap, Fidelity};
use crate::matrices::across;
use crate::operator::LinearOperator;
use crate::planes;

/// Singular values below this share of the largest count as zero: f32 cannot divide by them.
pub(crate) const LEAST: f32 = 1e-4;

/// The least noise beside the largest variance of a measured value.
const ROUNDING: f64 = 1e-6;

/// The transform in which `A Aᵀ` is diagonal.
#[derive(Clone, Debug)]
pub(crate) enum Basis {
    /// Every value by itself.
    Pixels,
    /// Cosines, of either border.
    Cosines(Arc<Cosines>),
    /// The columns of an orthonormal matrix, along the width.
    Dense(Box<Tensor<2>>),
}

impl Basis {
    /// `Uᵀ y`, for DCT-I `U⁻¹ y`.
    pub(crate) fn analyse(&self, y: Tensor<4>) -> Tensor<4> {
        match self {
            Self::Pixels => y,
            Self::Cosines(cosines) => cosines.analyse(y),
            Self::Dense(matrix) => across(y, Tensor::clone(matrix)),
        }
    }

    /// `U c`.
    pub(crate) fn synthesise(&self, there: Tensor<4>) -> Tensor<4> {
        match self {
            Self::Pixels => there,
            Self::Cosines(cosines) => cosines.synthesise(there),
            Self::Dense(matrix) => across(there, Tensor::clone(matrix).transpose()),
        }
    }

    /// The transpose of [`analyse`](Self::analyse).
    fn transposed(&self, there: Tensor<4>) -> Tensor<4> {
        match self {
            Self::Cosines(cosines) => cosines.transposed(there),
            Self::Pixels | Self::Dense(_) => self.synthesise(there),
        }
    }

    fn is_orthonormal(&self) -> bool {
        match self {
            Self::Cosines(cosines) => cosines.is_orthonormal(),
            Self::Pixels | Self::Dense(_) => true,
        }
    }
}

/// `A Aᵀ` in the transform that makes it diagonal.
#[derive(Clone, Debug)]
pub struct Gram {
    /// `U`.
    pub(crate) basis: Basis,
    /// What `A` scales the vectors of `U` by, `[1, 1, h', w']`. Of operators that are diagonal in
    /// `U` themselves they may be negative.
    pub(crate) gains: Tensor<4>,
    /// Whether `A` itself is diagonal in `U`, from pictures to measurements of the same size.
    pub(crate) square: bool,
    /// How far it may be relied on.
    pub(crate) fidelity: Fidelity,
}

impl Gram {
    /// Of an operator whose `A Aᵀ` is `diagonal`, `[1, 1, h', w']`, in pixels.
    pub(crate) fn pixels(diagonal: Tensor<4>, square: bool) -> Self {
        Self {
            basis: Basis::Pixels,
            gains: diagonal.sqrt(),
            square,
            fidelity: Fidelity::Exact,
        }
    }

    /// Of an operator that folds cosines.
    pub(crate) fn cosines(map: &CosineMap, device: &Device) -> Self {
        let power = map.power(|_| 1.0).into_iter().map(f32::sqrt).collect();
        Self {
            basis: Basis::Cosines(Arc::new(map.cosines_of_measurements())),
            gains: planes::picture(power, map.output(), device),
            square: false,
            fidelity: map.fidelity(),
        }
    }

    /// The same behind operators with `B Bᵀ = scale² I`.
    pub(crate) fn behind(self, scale: f64) -> Self {
        Self {
            gains: self.gains * scale,
            square: false,
            ..self
        }
    }

    /// The gains, with zero for those that are too small to divide by.
    pub(crate) fn reliable(&self) -> Tensor<4> {
        let size = self.gains.clone().abs();
        let least = size.clone().max().reshape([1, 1, 1, 1]) * LEAST;
        let is_large = size.clone().greater(least.expand(size.dims())).float();
        self.gains.clone() * is_large
    }
}

/// `1 / gains`, and zero where they are.
pub(crate) fn inverse(gains: &Tensor<4>) -> Tensor<4> {
    let zero = gains.clone().equal_elem(0.0).float();
    (gains.clone() + zero.clone()).recip() * (zero * -1.0 + 1.0)
}

/// `(variance A Aᵀ + noise)⁻¹`, or nearly that.
#[derive(Clone, Debug)]
pub struct GramInverse {
    basis: Basis,
    /// `1 / (variance s² + noise)`.
    factors: Tensor<4>,
    exact: bool,
}

impl GramInverse {
    /// Of an operator, if it has the structure. `variance` is that of each picture of a batch,
    /// `[b, 1, 1, 1]`, above 0; `noise`, a variance too, is at least 0. It is taken to be at least a
    /// millionth of the largest variance of a measured value: rounding is never less, and what an
    /// operator shrinks to less than a thousandth cannot be had back from it.
    #[must_use]
    pub fn of(operator: &dyn LinearOperator, variance: Tensor<4>, noise: f64) -> Option<Self> {
        let gram = operator.gram(&variance.device())?;
        let (b, [_, _, h, w]) = (variance.dims()[0], gram.gains.dims());
        let squares = gram.gains.square();
        let largest = squares
            .clone()
            .max()
            .reshape([1, 1, 1, 1])
            .expand([b, 1, 1, 1]);
        let least = (largest * variance.clone() * ROUNDING).clamp_min(noise.max(1e-30));
        let each = |t: Tensor<4>| t.expand([b, 1, h, w]);
        Some(Self {
            exact: gram.fidelity == Fidelity::Exact && gram.basis.is_orthonormal(),
            basis: gram.basis,
            factors: (each(squares) * each(variance) + each(least)).recip(),
        })
    }

    /// Whether it is the inverse, and not merely close to it. Either way it is symmetric and not
    /// negative.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.exact
    }

    /// The inverse times `r`, `[b, c, h', w']`.
    #[must_use]
    pub fn apply(&self, r: Tensor<4>) -> Tensor<4> {
        let there = self.basis.analyse(r);
        let shape = there.dims();
        self.basis
            .transposed(there * self.factors.clone().expand(shape))
    }
}
