//! Kernel images: the point spread as photographed, and what had to be done to it.

use imaging::Photo;
use operators::{Chain, KernelImage, KernelNote, OperatorError};

/// Reads a kernel: brightness times opacity is weight. Also returns what was done to it, for people
/// to read.
///
/// # Errors
/// [`OperatorError::Kernel`] if the file cannot be opened or the kernel cannot be used.
pub(crate) fn read(file: &str) -> Result<(KernelImage, Vec<KernelNote>), OperatorError> {
    let photo = Photo::open(file.as_ref()).map_err(|e| OperatorError::Kernel {
        reason: e.to_string(),
    })?;
    let bounds = photo.bounds();
    let planes = photo.planar(bounds);
    let size = (bounds.width, bounds.height);
    KernelImage::from_colours(size, &planes.data, &photo.rgba8(bounds))
}

/// Reads a kernel for an operator.
///
/// # Errors
/// As [`read`].
pub(crate) fn load(file: &str) -> Result<KernelImage, OperatorError> {
    Ok(read(file)?.0)
}

/// What is done to the kernel images that a composition names, to be shown before it is used. Cost:
/// reads them.
///
/// # Errors
/// [`OperatorError::Kernel`] if a file cannot be opened or a kernel cannot be used.
pub fn kernel_notes(operator: &Chain) -> Result<Vec<KernelNote>, OperatorError> {
    let kernels = operator.0.iter().filter(|spec| spec.name == "kernel");
    let files = kernels.filter_map(|spec| spec.parameters.get(""));
    let notes: Vec<Vec<_>> = files
        .map(|file| Ok(read(file)?.1))
        .collect::<Result<_, OperatorError>>()?;
    Ok(notes.concat())
}
