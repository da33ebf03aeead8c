//! Phase retrieval: only the magnitude of the spectrum was measured.
//!
//! `A(x) = |F P x|` with `P` putting the picture into the middle of zeros and `F` the centred
//! orthonormal Fourier transform, each channel alone. The `oversample` is the side of the padded
//! picture against that of the picture itself. (The DPS code pads 256 to 384 px and calls that 2; here
//! it is 1.5.) Pictures that differ by a sign, or by half a turn, have the same magnitudes: several
//! draws from different seeds are usual, of which the one with the smallest residual is taken.

use burn::tensor::Tensor;

use crate::class::Class;
use crate::dft::{Axis, Dft};
use crate::family::Family;
use crate::magnitude::{Magnitude, alike};
use crate::nonlinear::Operator;
use crate::operator::LinearOperator;
use crate::parameter::Parameter;
use crate::registry::{AnyBuilt, Build, Context, Entry};
use crate::values::Values;

pub(crate) const NAME: &str = "phase-retrieval";

pub(crate) const ENTRY: Entry = Entry {
    family: Family {
        name: NAME,
        title: "Phase lost",
        summary: "Only the magnitudes of its Fourier transform were measured.",
        parameters: &[
            Parameter::number("oversample", "Oversampling", 2.0, (1.0, 4.0))
                .help("Side of the picture with zeros around it against its own."),
        ],
        ..Family::PLAIN
    },
    class: Class::Magnitudes,
    build: Build::Nonlinear(build),
};

fn build(values: &Values, size: (usize, usize), _: &Context<'_>) -> AnyBuilt {
    let ratio = values.number("oversample")?;
    // As many zeros on both sides.
    let padded = |n: usize| n + 2 * ((ratio - 1.0) * n as f64 / 2.0).round() as usize;
    let (height, width) = (padded(size.0), padded(size.1));
    let axis = |pixels, padded| Axis {
        pixels,
        padded,
        kept: None,
    };
    let transform = Dft::new(&axis(size.0, height), &axis(size.1, width));
    Ok(Box::new(PhaseRetrieval { transform, height }))
}

struct PhaseRetrieval {
    transform: Dft,
    /// Rows of the spectrum.
    height: usize,
}

impl Operator for PhaseRetrieval {
    fn input_size(&self) -> (usize, usize) {
        self.transform.input_size()
    }

    fn output_size(&self) -> (usize, usize) {
        (self.height, self.transform.output_size().1)
    }

    fn gives_pictures(&self) -> bool {
        false
    }

    fn apply(&self, x: Tensor<4>) -> Tensor<4> {
        Magnitude::of(self.transform.apply(x)).values
    }

    /// `Pᵀ Re(F* (v · phase))`.
    fn pullback(&self, x: Tensor<4>, v: Tensor<4>) -> Tensor<4> {
        let here = Magnitude::of(self.transform.apply(x));
        self.transform.adjoint(here.along_phase(v))
    }

    /// The picture with these magnitudes and no phase: symmetric about its middle, and only a
    /// place to start from.
    fn estimate(&self, y: Tensor<4>) -> Tensor<4> {
        let nothing = y.zeros_like();
        self.transform.adjoint(Tensor::cat(vec![y, nothing], 2))
    }

    fn alike(&self, x: Tensor<4>, wanted: &Tensor<4>) -> Tensor<4> {
        alike(x, wanted)
    }

    fn linear(&self) -> Result<&dyn LinearOperator, &'static str> {
        Err(NAME)
    }
}
