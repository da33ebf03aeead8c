//! Singular value decompositions, `A = U S Vᵀ`, where they are cheap.
//!
//! Masks are their own (`V = I`, values one and zero). An operator `A x = R x Cᵀ` has the
//! Kronecker product of its two factors' decompositions, so two small eigenproblems give it all.
//! The spectral grid is that of the picture: `x̄ = Vᵀ x` is `[b, c, h, w]`.

use burn::tensor::{Device, Tensor};
use nalgebra::{DMatrix, DVector};

use crate::operator::LinearOperator;
use crate::separable::{between, upload};

/// Singular values below this share of the largest count as zero: f32 cannot divide by them.
const LEAST: f64 = 1e-4;

/// See the module.
#[derive(Clone, Debug)]
pub struct Spectrum {
    /// Singular values, `[1, 1, h, w]`; zero where nothing was measured.
    pub values: Tensor<4>,
    /// `(V_R, V_C)` with `V x̄ = V_R x̄ V_Cᵀ`; `None` for the identity.
    pub basis: Option<(Tensor<2>, Tensor<2>)>,
    /// What the measurement alone says: `x̄ = S⁺ Uᵀ y`, `[b, c, h, w]`, zero where nothing.
    pub explained: Tensor<4>,
}

/// One factor's decomposition: eigenvectors of `MᵀM` in columns, largest first, and the left
/// vectors that go with them (zero where the singular value is).
struct Factor {
    right: DMatrix<f64>,
    left: DMatrix<f64>,
    values: DVector<f64>,
}

impl Factor {
    fn of(matrix: &DMatrix<f64>) -> Self {
        let eigen = (matrix.transpose() * matrix).symmetric_eigen();
        let n = matrix.ncols();
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by(|&a, &b| eigen.eigenvalues[b].total_cmp(&eigen.eigenvalues[a]));
        let right = DMatrix::from_fn(n, n, |i, j| eigen.eigenvectors[(i, order[j])]);
        let images = matrix * &right;
        // The length of an image is more accurate than the root of a small eigenvalue.
        let lengths = DVector::from_fn(n, |j, _| images.column(j).norm());
        let least = LEAST * lengths.max();
        let values = lengths.map(|s| if s > least { s } else { 0.0 });
        let left = DMatrix::from_fn(matrix.nrows(), n, |i, j| {
            if values[j] > 0.0 {
                images[(i, j)] / values[j]
            } else {
                0.0
            }
        });
        Self {
            right,
            left,
            values,
        }
    }
}

impl Spectrum {
    /// Of an operator and a measurement `y` by it; `None` if its decomposition is not at hand.
    /// Cost: two eigenproblems, cubic in the sides of the picture.
    #[must_use]
    pub fn of(operator: &dyn LinearOperator, y: Tensor<4>) -> Option<Self> {
        let device = y.device();
        if operator.selects() {
            let [_, _, h, w] = y.dims();
            let seen = match operator.measured() {
                Some(mask) => mask,
                None => Tensor::ones([1, 1, h, w], &device),
            };
            return Some(Self {
                values: operator.adjoint(seen),
                basis: None,
                explained: operator.adjoint(y),
            });
        }
        let (rows, columns) = operator.matrices()?;
        let (rows, columns) = (Factor::of(&rows), Factor::of(&columns));
        let values = &rows.values * columns.values.transpose();
        let least = LEAST * values.max();
        let values = values.map(|s| if s > least { s } else { 0.0 });
        let inverse = values.map(|s| if s > 0.0 { 1.0 / s } else { 0.0 });
        let along = between(
            upload(&rows.left.transpose(), &device),
            y,
            upload(&columns.left, &device),
        );
        let shape = along.dims();
        Some(Self {
            explained: along * image(&inverse, &device).expand(shape),
            values: image(&values, &device),
            basis: Some((
                upload(&rows.right, &device),
                upload(&columns.right, &device),
            )),
        })
    }

    /// `Vᵀ x`.
    #[must_use]
    pub fn analyse(&self, x: Tensor<4>) -> Tensor<4> {
        match &self.basis {
            None => x,
            Some((rows, columns)) => between(rows.clone().transpose(), x, columns.clone()),
        }
    }

    /// `V x̄`.
    #[must_use]
    pub fn synthesise(&self, spectrum: Tensor<4>) -> Tensor<4> {
        match &self.basis {
            None => spectrum,
            Some((rows, columns)) => between(rows.clone(), spectrum, columns.clone().transpose()),
        }
    }
}

fn image(matrix: &DMatrix<f64>, device: &Device) -> Tensor<4> {
    upload(matrix, device).unsqueeze()
}
