//! Separable operators: one matrix along the height, one along the width.
//!
//! `A x = Σ_i R_i x C_iᵀ` on every channel. Blurs with mirrored borders, bicubic and box
//! reduction are all of this form, so apply and adjoint (`Σ_i R_iᵀ y C_i`) are a few matrix
//! products, exact to rounding, and fast on every device. Cost: `terms · (h'·h·w + h'·w·w')`
//! multiplications a channel.

use burn::tensor::{Device, Tensor, TensorData};
use nalgebra::DMatrix;

use crate::error::OperatorError;

/// Bytes that the matrices of one operator may take.
const MOST_BYTES: f64 = 2e9;

/// Refuses pictures whose matrices would not fit into memory.
///
/// # Errors
/// [`OperatorError::Size`] names a side that would do.
pub(crate) fn check_size(
    name: &str,
    (height, width): (usize, usize),
    terms: usize,
) -> Result<(), OperatorError> {
    // Twelve bytes an entry: f64 while it is made, f32 in use.
    let bytes = |h: f64, w: f64| 12.0 * terms as f64 * (h * h + w * w);
    if bytes(height as f64, width as f64) <= MOST_BYTES {
        return Ok(());
    }
    let side = (MOST_BYTES / (24.0 * terms as f64)).sqrt();
    Err(OperatorError::Size {
        name: name.to_owned(),
        what: "the picture".to_owned(),
        found: format!("{width} x {height} pixels"),
        expected: format!("at most about {side:.0} x {side:.0} pixels"),
    })
}

/// One term: `rows [h', h]`, `columns [w', w]`.
struct Term {
    rows: Tensor<2>,
    columns: Tensor<2>,
}

/// A sum of separable terms with common sizes.
pub struct Separable {
    input: (usize, usize),
    output: (usize, usize),
    terms: Vec<Term>,
}

impl Separable {
    /// From `(rows, columns)` pairs in f64; all pairs have the same shapes.
    ///
    /// # Panics
    /// If there is no pair or the shapes differ, which is a mistake in the calling operator.
    #[must_use]
    pub fn new(pairs: &[(DMatrix<f64>, DMatrix<f64>)], device: &Device) -> Self {
        let (rows, columns) = pairs.first().expect("an operator has at least one term");
        let (input, output) = (
            (rows.ncols(), columns.ncols()),
            (rows.nrows(), columns.nrows()),
        );
        let terms = pairs
            .iter()
            .map(|(r, c)| {
                assert_eq!(
                    (r.ncols(), c.ncols()),
                    input,
                    "terms take the same pictures"
                );
                assert_eq!(
                    (r.nrows(), c.nrows()),
                    output,
                    "terms give the same measurements"
                );
                Term {
                    rows: upload(r, device),
                    columns: upload(c, device),
                }
            })
            .collect();
        Self {
            input,
            output,
            terms,
        }
    }

    /// `(height, width)` it takes.
    #[must_use]
    pub fn input_size(&self) -> (usize, usize) {
        self.input
    }

    /// `(height, width)` it gives.
    #[must_use]
    pub fn output_size(&self) -> (usize, usize) {
        self.output
    }

    /// `Σ R x Cᵀ`, `[b, c, h, w] → [b, c, h', w']`.
    #[must_use]
    pub fn apply(&self, x: Tensor<4>) -> Tensor<4> {
        self.sum(|term| {
            between(
                term.rows.clone(),
                x.clone(),
                term.columns.clone().transpose(),
            )
        })
    }

    /// `Σ Rᵀ y C`, `[b, c, h', w'] → [b, c, h, w]`.
    #[must_use]
    pub fn adjoint(&self, y: Tensor<4>) -> Tensor<4> {
        self.sum(|term| {
            between(
                term.rows.clone().transpose(),
                y.clone(),
                term.columns.clone(),
            )
        })
    }

    /// `(R, C)` if there is one term only.
    pub(crate) fn matrices(&self) -> Option<(DMatrix<f64>, DMatrix<f64>)> {
        match &self.terms[..] {
            [only] => Some((download(&only.rows), download(&only.columns))),
            _ => None,
        }
    }

    fn sum(&self, product: impl Fn(&Term) -> Tensor<4>) -> Tensor<4> {
        let mut products = self.terms.iter().map(product);
        let first = products.next().expect("an operator has at least one term");
        products.fold(first, |sum, next| sum + next)
    }
}

/// `left · image · right` on every channel.
pub(crate) fn between(left: Tensor<2>, image: Tensor<4>, right: Tensor<2>) -> Tensor<4> {
    let [b, c, h, w] = image.dims();
    let [out_h, _] = left.dims();
    let [_, out_w] = right.dims();
    // One tall product instead of a batch of small ones.
    let wide = image
        .reshape([b * c * h, w])
        .matmul(right)
        .reshape([b * c, h, out_w]);
    let left = left.unsqueeze::<3>().expand([b * c, out_h, h]);
    left.matmul(wide).reshape([b, c, out_h, out_w])
}

pub(crate) fn upload(matrix: &DMatrix<f64>, device: &Device) -> Tensor<2> {
    // nalgebra stores columns first; the transpose therefore lies in row order.
    let values: Vec<f32> = matrix.transpose().iter().map(|&v| v as f32).collect();
    Tensor::from_data(
        TensorData::new(values, [matrix.nrows(), matrix.ncols()]),
        device,
    )
}

fn download(matrix: &Tensor<2>) -> DMatrix<f64> {
    let [rows, columns] = matrix.dims();
    let values: Vec<f64> = matrix.to_data().iter::<f64>().collect();
    DMatrix::from_row_slice(rows, columns, &values)
}
