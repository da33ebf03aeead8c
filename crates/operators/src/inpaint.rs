//! Painted masks: some pixels were measured, the rest were lost.

use burn::tensor::{Device, Tensor, TensorData};

use crate::class::Class;
use crate::error::OperatorError;
use crate::family::Family;
use crate::folding::{CosineMap, Fidelity};
use crate::harmonic;
use crate::operator::LinearOperator;
use crate::planes;
use crate::registry::{Build, Context, Entry};
use crate::values::Values;

pub(crate) const ENTRY: Entry = Entry {
    family: Family {
        name: "inpaint",
        title: "Painted mask",
        summary: "Pixels under the mask were lost; the others are kept.",
        ..Family::PLAIN
    },
    class: Class::Holes,
    build: Build::Linear(build),
};

fn build(_: &Values, size: (usize, usize), context: &Context<'_>) -> crate::registry::Built {
    let measured = context.measured.ok_or_else(|| OperatorError::Missing {
        name: "inpaint".to_owned(),
        what: "a mask: white where the picture is to be restored".to_owned(),
    })?;
    let [height, width] = [size.0, size.1];
    if measured.len() != height * width {
        return Err(OperatorError::Size {
            name: "inpaint".to_owned(),
            what: "the mask".to_owned(),
            found: format!("{} pixels", measured.len()),
            expected: format!("{width} x {height} pixels"),
        });
    }
    Ok(Box::new(Inpaint::new(measured, size, context.device)))
}

/// `A = diag(m)`: measured values are kept, holes are zero.
pub struct Inpaint {
    mask: Tensor<4>,
    /// Whether each pixel is known.
    known: Vec<bool>,
    size: (usize, usize),
}

impl Inpaint {
    /// `measured[i]` tells whether pixel `i` (row order) of a `(height, width)` picture is known.
    #[must_use]
    pub fn new(measured: &[bool], size: (usize, usize), device: &Device) -> Self {
        let values: Vec<f32> = measured.iter().map(|&m| f32::from(u8::from(m))).collect();
        let mask = Tensor::from_data(TensorData::new(values, [1, 1, size.0, size.1]), device);
        Self {
            mask,
            known: measured.to_vec(),
            size,
        }
    }

    fn masked(&self, x: Tensor<4>) -> Tensor<4> {
        let shape = x.dims();
        x * self.mask.clone().expand(shape)
    }
}

impl LinearOperator for Inpaint {
    fn input_size(&self) -> (usize, usize) {
        self.size
    }

    fn output_size(&self) -> (usize, usize) {
        self.size
    }

    fn apply(&self, x: Tensor<4>) -> Tensor<4> {
        self.masked(x)
    }

    fn adjoint(&self, y: Tensor<4>) -> Tensor<4> {
        self.masked(y)
    }

    /// `A⁺ = A`.
    fn estimate(&self, y: Tensor<4>) -> Tensor<4> {
        self.masked(y)
    }

    /// Holes filled with Laplace's equation; known pixels stay as they are.
    fn linear_estimate(&self, y: Tensor<4>, _sigma: f64) -> Tensor<4> {
        planes::map(y, self.size, |plane| {
            harmonic::filled(plane, &self.known, self.size.1)
        })
    }

    /// On average over the picture, known pixels keep their share of every cosine.
    fn cosine_map(&self) -> Option<CosineMap> {
        let known = self.known.iter().filter(|known| **known).count();
        let share = known as f64 / self.known.len() as f64;
        let by = share.sqrt() as f32;
        Some(CosineMap::scale(self.size, by, Fidelity::Magnitude))
    }

    fn diagonal(&self, variance: Tensor<4>) -> Option<Tensor<4>> {
        Some(self.masked(variance))
    }

    fn selects(&self) -> bool {
        true
    }

    fn measured(&self) -> Option<Tensor<4>> {
        Some(self.mask.clone())
    }

    /// A pixel is known if both know it.
    fn measured_after(&self, earlier: Option<Tensor<4>>) -> Option<Tensor<4>> {
        Some(match earlier {
            Some(earlier) => earlier * self.mask.clone(),
            None => self.mask.clone(),
        })
    }
}
