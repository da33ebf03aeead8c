//! Whether the singular vectors of a written composition are at hand, before any picture is.
//!
//! The structure that [`Spectrum`] needs does not depend on the size of a picture, so the
//! composition is built for a small one and asked.

use burn::tensor::Device;

use crate::chain::{Chain, factors};
use crate::composition::Composition;
use crate::error::OperatorError;
use crate::inpaint::Inpaint;
use crate::kernel::KernelImage;
use crate::operator::LinearOperator;
use crate::registry::{self, Build, Context};
use crate::spectrum::Spectrum;

/// Sides of the measurement of the small picture, in pixels.
const SIDE: usize = 48;

/// Reads a kernel image.
pub type LoadKernel<'a> = &'a dyn Fn(&str) -> Result<KernelImage, OperatorError>;

impl Chain {
    /// Whether [`Spectrum::of`] decomposes this composition, at whatever size. Takes milliseconds, and
    /// for a large kernel some tens of them.
    ///
    /// # Errors
    /// [`OperatorError`] for unknown names, bad parameters, and kernels that cannot be read.
    pub fn has_spectrum(&self, load_kernel: LoadKernel<'_>) -> Result<bool, OperatorError> {
        let side = SIDE * factors(&self.0)?;
        let device = Device::flex();
        let mut parts: Vec<Box<dyn LinearOperator>> = Vec::new();
        let mut size = (side, side);
        for spec in &self.0 {
            let entry = registry::find(spec)?;
            let values = entry.family.values(spec)?;
            let known: Vec<bool> = (0..size.0 * size.1).map(|at| at % 2 == 0).collect();
            let context = Context {
                device: &device,
                measured: Some(&known),
                load_kernel,
            };
            let part = match entry.build {
                Build::Nonlinear(_) => return Ok(false),
                // Often too large to be drawn on a small picture, and structured as any mask.
                Build::Mask(_) => Box::new(Inpaint::new(&known, size, &device)),
                Build::Linear(build) => build(&values, size, &context)?,
            };
            size = part.output_size();
            parts.push(part);
        }
        Ok(!parts.is_empty() && Spectrum::is_at_hand(&Composition::new(parts), &device))
    }
}
