//! Whether the singular vectors of a written composition are at hand, before any picture is.
//!
//! They are where every part only picks pixels, and where every part is the product of a matrix along
//! the height and one along the width (see [`Spectrum`]). Neither depends on the size of the
//! picture, so each part is built for a small one and asked.

use burn::tensor::Device;

use crate::chain::{Chain, factors};
use crate::error::OperatorError;
use crate::kernel::KernelImage;
use crate::operator::LinearOperator;
use crate::registry::{self, Build, Context};
use crate::spec::Spec;
use crate::spectrum::Spectrum;

/// Sides of the measurement that a part is asked about, in pixels.
const SIDE: usize = 48;

/// Reads a kernel image.
pub type LoadKernel<'a> = &'a dyn Fn(&str) -> Result<KernelImage, OperatorError>;

/// What a part of a composition is, as far as singular vectors go.
struct Part {
    selects: bool,
    separates: bool,
}

impl Part {
    fn of(spec: &Spec, load_kernel: LoadKernel<'_>) -> Result<Self, OperatorError> {
        let entry = registry::find(spec)?;
        let values = entry.family.values(spec)?;
        let side = SIDE * factors(std::slice::from_ref(spec))?;
        let device = Device::flex();
        let context = Context {
            device: &device,
            measured: Some(&vec![true; side * side]),
            load_kernel,
        };
        Ok(match entry.build {
            // `inpaint` in every respect, and often too large to be drawn on a small picture.
            Build::Mask(_) => Self {
                selects: true,
                separates: false,
            },
            Build::Nonlinear(_) => Self {
                selects: false,
                separates: false,
            },
            Build::Linear(build) => {
                let part = build(&values, (side, side), &context)?;
                Self {
                    selects: part.selects(),
                    separates: part.matrices().is_some(),
                }
            }
        })
    }
}

impl Chain {
    /// Whether [`Spectrum::of`] decomposes this composition, at whatever size. Takes milliseconds, and
    /// for a large kernel some tens of them.
    ///
    /// # Errors
    /// [`OperatorError`] for unknown names, bad parameters, and kernels that cannot be read.
    pub fn has_spectrum(&self, load_kernel: LoadKernel<'_>) -> Result<bool, OperatorError> {
        let parts = self.0.iter().map(|spec| Part::of(spec, load_kernel));
        let parts: Vec<Part> = parts.collect::<Result<_, _>>()?;
        Ok(parts.iter().all(|part| part.selects) || parts.iter().all(|part| part.separates))
    }
}

impl Spectrum {
    /// Whether [`Spectrum::of`] decomposes an operator.
    #[must_use]
    pub fn is_at_hand(operator: &dyn LinearOperator) -> bool {
        operator.selects() || operator.matrices().is_some()
    }
}
