//! Magnetic resonance imaging without phase: magnitudes of some lines of the spectrum.
//!
//! `A(x) = |F x|` on the columns that [`mri`](crate::mri) would measure, `[b, c, h, w]`, each
//! channel alone; columns that were not measured are holes. Scanners whose phase drifts from line
//! to line keep no more than that. It is phase retrieval without zeros around the picture and with
//! most of the spectrum missing, so it says much less: a picture, its negative, its half turn, and
//! all of them shifted around the border, have the same magnitudes.

use burn::tensor::Tensor;

use crate::class::Class;
use crate::family::Family;
use crate::magnitude::{Magnitude, alike};
use crate::mri::{Mri, PARAMETERS};
use crate::nonlinear::Operator;
use crate::operator::LinearOperator;
use crate::registry::{AnyBuilt, Build, Context, Entry};
use crate::values::Values;

pub(crate) const NAME: &str = "mri-magnitude";

pub(crate) const ENTRY: Entry = Entry {
    family: Family {
        name: NAME,
        title: "MRI, magnitudes only",
        summary: "As MRI, but only magnitudes were measured and no phases.",
        parameters: PARAMETERS,
        ..Family::PLAIN
    },
    class: Class::Magnitudes,
    build: Build::Nonlinear(build),
};

fn build(values: &Values, size: (usize, usize), context: &Context<'_>) -> AnyBuilt {
    let scan = Mri::read(values, size, context.device)?;
    Ok(Box::new(MriMagnitude { scan }))
}

struct MriMagnitude {
    scan: Mri,
}

impl MriMagnitude {
    fn at(&self, x: Tensor<4>) -> Magnitude {
        Magnitude::of(LinearOperator::apply(&self.scan, x))
    }
}

impl Operator for MriMagnitude {
    fn input_size(&self) -> (usize, usize) {
        LinearOperator::input_size(&self.scan)
    }

    fn output_size(&self) -> (usize, usize) {
        LinearOperator::input_size(&self.scan)
    }

    fn gives_pictures(&self) -> bool {
        false
    }

    fn apply(&self, x: Tensor<4>) -> Tensor<4> {
        self.at(x).values
    }

    fn pullback(&self, x: Tensor<4>, v: Tensor<4>) -> Tensor<4> {
        self.scan.adjoint(self.at(x).along_phase(v))
    }

    /// The picture with these magnitudes and no phase: only a place to start from.
    fn estimate(&self, y: Tensor<4>) -> Tensor<4> {
        let nothing = y.zeros_like();
        self.scan.adjoint(Tensor::cat(vec![y, nothing], 2))
    }

    fn measured(&self) -> Option<Tensor<4>> {
        let mask = LinearOperator::measured(&self.scan)?;
        let (height, _) = LinearOperator::input_size(&self.scan);
        Some(mask.narrow(2, 0, height))
    }

    fn alike(&self, x: Tensor<4>, wanted: &Tensor<4>) -> Tensor<4> {
        alike(x, wanted)
    }

    fn linear(&self) -> Result<&dyn LinearOperator, &'static str> {
        Err(NAME)
    }
}
