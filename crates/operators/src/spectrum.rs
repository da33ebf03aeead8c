//! Singular value decompositions, `A = U S Vᵀ`, where they are cheap, at any size.
//!
//! Only the vectors that `A` does not lose are needed: what a sampler does along all others it does alike, to
//! `x - V Vᵀ x`. So `x̄ = Vᵀ x` stands on the grid of the measurement. Where `A` is diagonal itself, `V` is the transform (masks, symmetric
//! kernels); elsewhere `V = Aᵀ U S⁺` (reductions, crops, colours).
//!
//! Kernels that are mirrored about border pixels are diagonal in cosines that are orthonormal but for the outermost pixels
//! (see [`Cosines`](crate::Cosines)); there `Vᵀ` stands for `V⁻¹`. A reduction after such a kernel is diagonal within the picture and
//! nearly so at its borders.

use burn::tensor::{Device, Tensor};

use crate::folding::Fidelity;
use crate::gram::{Basis, Gram, inverse};
use crate::operator::LinearOperator;

/// See the module.
pub struct Spectrum<'a> {
    /// Singular values, `[1, 1, h', w']`; zero where nothing was measured, or too little to be told in f32.
    pub values: Tensor<4>,
    basis: Basis,
    /// `S⁺`, signed where `A` itself is diagonal.
    inverse: Tensor<4>,
    /// `A`, unless `V` is `basis`.
    through: Option<&'a dyn LinearOperator>,
}

impl<'a> Spectrum<'a> {
    /// Of an operator; `None` if its decomposition is not at hand. Cost: some passes over a picture.
    #[must_use]
    pub fn of(operator: &'a dyn LinearOperator, device: &Device) -> Option<Self> {
        let gram = operator.gram(device).filter(is_spectrum)?;
        let gains = gram.reliable();
        Some(Self {
            values: gains.clone().abs(),
            inverse: inverse(&gains),
            basis: gram.basis,
            through: (!gram.square).then_some(operator),
        })
    }

    /// Whether [`of`](Self::of) decomposes an operator.
    #[must_use]
    pub fn is_at_hand(operator: &dyn LinearOperator, device: &Device) -> bool {
        operator.gram(device).is_some_and(|gram| is_spectrum(&gram))
    }

    /// What a measurement `y` alone says of the picture: `x̄ = S⁺ Uᵀ y`, zero where nothing.
    #[must_use]
    pub fn explained(&self, y: Tensor<4>) -> Tensor<4> {
        self.divided(self.basis.analyse(y))
    }

    /// `Vᵀ x`, `[b, c', h', w']`, zero where nothing was measured.
    #[must_use]
    pub fn analyse(&self, x: Tensor<4>) -> Tensor<4> {
        match self.through {
            Some(operator) => self.explained(operator.apply(x)),
            None => {
                let there = self.basis.analyse(x);
                let seen = self.values.clone().greater_elem(0.0).float();
                let shape = there.dims();
                there * seen.expand(shape)
            }
        }
    }

    /// `V x̄`, `[b, c, h, w]`. What stands in `x̄` where nothing was measured must be zero.
    #[must_use]
    pub fn synthesise(&self, spectrum: Tensor<4>) -> Tensor<4> {
        match self.through {
            Some(operator) => operator.adjoint(self.basis.synthesise(self.divided(spectrum))),
            None => self.basis.synthesise(spectrum),
        }
    }

    fn divided(&self, there: Tensor<4>) -> Tensor<4> {
        let shape = there.dims();
        there * self.inverse.clone().expand(shape)
    }
}

fn is_spectrum(gram: &Gram) -> bool {
    gram.fidelity < Fidelity::Magnitude
}
