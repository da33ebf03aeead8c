//! Singular value decompositions, `A = U S Vᵀ`, where they are cheap, at any size.
//!
//! Only the vectors that `A` does not lose are needed: what a sampler does along all others it does
//! alike, to `x - V Vᵀ x`. So `x̄ = Vᵀ x` stands on the grid of the measurement. Where `A` is
//! diagonal itself, `V` is the transform (masks, symmetric kernels); elsewhere `V = Aᵀ U S⁺`
//! (reductions, crops, colours).
//!
//! Kernels that are mirrored about border pixels are diagonal in cosines that are orthonormal but
//! for the outermost pixels (see [`Cosines`](crate::Cosines)); there `Vᵀ` stands for `V⁻¹`. A
//! reduction after such a kernel is diagonal within the picture and nearly so at its borders.

use burn::tensor::{Device, Tensor};

use crate::folding::Fidelity;
use crate::gram::{Basis, Gram, inverse};
use crate::operator::LinearOperator;

/// See the module.
pub struct Spectrum<'a> {
    /// Singular values, `[1, 1, h', w']`; zero where nothing was measured, or too little for f32 to
    /// tell.
    pub values: Tensor<4>,
    form: Form<'a>,
}

enum Form<'a> {
    /// `V` is the transform itself; `inverse` is `S⁺`, signed.
    Square { basis: Basis, inverse: Tensor<4> },
    /// `V = Aᵀ U S⁺`.
    Wide {
        operator: &'a dyn LinearOperator,
        basis: Basis,
        inverse: Tensor<4>,
    },
    /// That of another operator behind tight ones, `T Tᵀ = scale² I`: `V` is theirs, `Tᵀ V / scale`.
    Behind {
        tight: Vec<&'a dyn LinearOperator>,
        scale: f64,
        inner: Box<Spectrum<'a>>,
    },
}

impl<'a> Spectrum<'a> {
    /// Of an operator; `None` if its decomposition is not at hand. Cost: some passes over a picture.
    #[must_use]
    pub fn of(operator: &'a dyn LinearOperator, device: &Device) -> Option<Self> {
        if let Some((tight, core)) = operator.core() {
            let scale = tight.iter().filter_map(|part| part.tight()).product();
            let inner = Box::new(Self::of(core, device)?);
            return Some(Self {
                values: inner.values.clone() * scale,
                form: Form::Behind {
                    tight,
                    scale,
                    inner,
                },
            });
        }
        let gram = operator.gram(device).filter(is_spectrum)?;
        let gains = gram.reliable();
        let (basis, inverse) = (gram.basis, inverse(&gains));
        let form = if gram.square {
            Form::Square { basis, inverse }
        } else {
            Form::Wide {
                operator,
                basis,
                inverse,
            }
        };
        Some(Self {
            values: gains.abs(),
            form,
        })
    }

    /// Whether [`of`](Self::of) decomposes an operator.
    #[must_use]
    pub fn is_at_hand(operator: &dyn LinearOperator, device: &Device) -> bool {
        Spectrum::of(operator, device).is_some()
    }

    /// What a measurement `y` alone says of the picture: `x̄ = S⁺ Uᵀ y`, zero where nothing.
    #[must_use]
    pub fn explained(&self, y: Tensor<4>) -> Tensor<4> {
        match &self.form {
            Form::Square { basis, inverse } | Form::Wide { basis, inverse, .. } => {
                times(basis.analyse(y), inverse)
            }
            Form::Behind { scale, inner, .. } => inner.explained(y) / *scale,
        }
    }

    /// `Vᵀ x`, `[b, c', h', w']`, zero where nothing was measured.
    #[must_use]
    pub fn analyse(&self, x: Tensor<4>) -> Tensor<4> {
        match &self.form {
            Form::Square { basis, .. } => {
                let seen = self.values.clone().greater_elem(0.0).float();
                times(basis.analyse(x), &seen)
            }
            Form::Wide { operator, .. } => self.explained(operator.apply(x)),
            Form::Behind {
                tight,
                scale,
                inner,
            } => {
                let x = tight.iter().fold(x, |x, part| part.apply(x));
                inner.analyse(x) / *scale
            }
        }
    }

    /// `V x̄`, `[b, c, h, w]`. `x̄` must be zero where nothing was measured.
    #[must_use]
    pub fn synthesise(&self, spectrum: Tensor<4>) -> Tensor<4> {
        match &self.form {
            Form::Square { basis, .. } => basis.synthesise(spectrum),
            Form::Wide {
                operator,
                basis,
                inverse,
            } => operator.adjoint(basis.synthesise(times(spectrum, inverse))),
            Form::Behind {
                tight,
                scale,
                inner,
            } => {
                let x = inner.synthesise(spectrum) / *scale;
                tight.iter().rev().fold(x, |x, part| part.adjoint(x))
            }
        }
    }
}

fn times(there: Tensor<4>, by: &Tensor<4>) -> Tensor<4> {
    let shape = there.dims();
    there * by.clone().expand(shape)
}

fn is_spectrum(gram: &Gram) -> bool {
    gram.fidelity < Fidelity::Magnitude
}
