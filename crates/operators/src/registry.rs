//! The table of operators: a new one is a file of its own and one line here.

use burn::tensor::Device;

use crate::class::Class;
use crate::error::OperatorError;
use crate::family::Family;
use crate::kernel::KernelImage;
use crate::nonlinear::Operator;
use crate::operator::LinearOperator;
use crate::spec::Spec;
use crate::values::Values;
use crate::{
    airy, bicubic, box_average, box_mask, camera_shake, defocus, gaussian_blur, grayscale, hdr,
    identity, inpaint, jpeg, kernel, motion_blur, motion_path, mri, mri_magnitude, phase_retrieval,
    random_mask, strokes_mask,
};

/// What building a linear operator gives.
pub type Built = Result<Box<dyn LinearOperator>, OperatorError>;

/// What building any operator gives.
pub type AnyBuilt = Result<Box<dyn Operator>, OperatorError>;

/// Draws a mask for pictures of `(height, width)`: whether each pixel (row order) is known.
pub type DrawMask = fn(&Values, (usize, usize)) -> Result<Vec<bool>, OperatorError>;

/// Builds an operator for pictures of `(height, width)`.
#[derive(Clone, Copy)]
pub enum Build {
    /// A linear one.
    Linear(fn(&Values, (usize, usize), &Context<'_>) -> Built),
    /// One that only samplers which need no more than its vector-Jacobian product can take.
    Nonlinear(fn(&Values, (usize, usize), &Context<'_>) -> AnyBuilt),
    /// `inpaint`, in every respect, with a mask that is drawn.
    Mask(DrawMask),
}

/// A registered operator.
pub struct Entry {
    /// Its name and everything that is said of it.
    pub family: Family,
    /// The kind of damage it stands for.
    pub class: Class,
    /// Builds it.
    pub build: Build,
}

/// Every operator.
pub const OPERATORS: &[Entry] = &[
    inpaint::ENTRY,
    box_mask::ENTRY,
    random_mask::ENTRY,
    strokes_mask::ENTRY,
    identity::ENTRY,
    gaussian_blur::ENTRY,
    defocus::ENTRY,
    airy::ENTRY,
    motion_blur::ENTRY,
    motion_path::ENTRY,
    camera_shake::ENTRY,
    kernel::ENTRY,
    bicubic::ENTRY,
    box_average::ENTRY,
    grayscale::ENTRY,
    mri::ENTRY,
    hdr::ENTRY,
    jpeg::ENTRY,
    phase_retrieval::ENTRY,
    mri_magnitude::ENTRY,
];

/// What operators may need besides their parameters.
pub struct Context<'a> {
    /// Where their tensors live.
    pub device: &'a Device,
    /// For `inpaint`: whether each pixel (row order) is known.
    pub measured: Option<&'a [bool]>,
    /// For `kernel`: reads a kernel image.
    pub load_kernel: &'a dyn Fn(&str) -> Result<KernelImage, OperatorError>,
}

/// Name, summary and parameters of every operator.
#[must_use]
pub fn families() -> Vec<Family> {
    OPERATORS.iter().map(|entry| entry.family).collect()
}

/// The entry that a written choice means.
///
/// # Errors
/// [`OperatorError::Unknown`] lists the known names.
pub fn find(spec: &Spec) -> Result<&'static Entry, OperatorError> {
    OPERATORS
        .iter()
        .find(|entry| entry.family.name == spec.name)
        .ok_or_else(|| {
            let known: Vec<_> = OPERATORS.iter().map(|entry| entry.family.name).collect();
            OperatorError::Unknown {
                what: "operator",
                name: spec.name.clone(),
                known: known.join(", "),
            }
        })
}

/// The size after a reduction.
///
/// # Errors
/// [`OperatorError::Size`] if `factor` does not divide both sides.
pub(crate) fn reduced_size(
    name: &str,
    size: (usize, usize),
    factor: usize,
) -> Result<(usize, usize), OperatorError> {
    if size.0.is_multiple_of(factor) && size.1.is_multiple_of(factor) && size.0 > 0 && size.1 > 0 {
        Ok((size.0 / factor, size.1 / factor))
    } else {
        Err(OperatorError::Size {
            name: name.to_owned(),
            what: "the picture".to_owned(),
            found: format!("{} x {} pixels", size.1, size.0),
            expected: format!("a multiple of {factor} on both sides"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_whole() {
        let faults: Vec<_> = families().iter().flat_map(Family::faults).collect();
        assert!(faults.is_empty(), "{faults:#?}");
    }
}
