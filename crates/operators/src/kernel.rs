//! Blur with any kernel image: motion, lens errors, a photographed point of light.
//!
//! Convention of the field's code: cross-correlation, `y[i] = Σ_j k[j] x[i + j - centre]`, with
//! pictures mirrored about their border pixels. The kernel is split into separable terms by its
//! singular value decomposition, so large kernels cost a few matrix products instead of
//! thousands of shifted copies, and no border handling can go wrong.

use burn::tensor::Device;
use nalgebra::DMatrix;

use crate::blur::Blur;
use crate::error::OperatorError;
use crate::gaussian_blur::filter_matrix;
use crate::registry::{Build, Built, Context, Entry};
use crate::separable::{self, Separable};
use crate::spec::{Family, Parameter, Values};

/// Singular values below this share of the largest are rounding of an 8-bit or f32 kernel.
const NEGLIGIBLE: f64 = 1e-9;

pub(crate) const ENTRY: Entry = Entry {
    family: Family {
        name: "kernel",
        summary: "blurred by the kernel in an image file (bright = weight; scaled to sum to one)",
        parameters: &[Parameter {
            key: "",
            default: None,
            help: "the kernel image, odd sides",
        }],
    },
    build: Build::Linear(build),
};

fn build(values: &Values, size: (usize, usize), context: &Context<'_>) -> Built {
    let kernel = (context.load_kernel)(values.text("")?)?;
    let blur = Blur::with_kernel("kernel", &kernel, size, context.device)?;
    Ok(Box::new(blur))
}

/// Kernel weights in row order.
#[derive(Clone, Debug, PartialEq)]
pub struct KernelImage {
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// `width * height` weights, not negative; they are scaled to sum to one.
    pub weights: Vec<f64>,
}

impl Blur {
    /// Correlation with a kernel, for pictures of `size` (height, width). `name` is the operator's,
    /// for errors.
    ///
    /// # Errors
    /// [`OperatorError::Kernel`] for even sides, sides above 255 px, non-finite or negative
    /// weights, or weights that are all zero; [`OperatorError::Size`] for pictures too large.
    pub fn with_kernel(
        name: &str,
        kernel: &KernelImage,
        size: (usize, usize),
        device: &Device,
    ) -> Result<Self, OperatorError> {
        let KernelImage {
            width,
            height,
            weights,
        } = kernel;
        let refuse = |reason: String| Err(OperatorError::Kernel { reason });
        if weights.len() != width * height || *width > 255 || *height > 255 {
            return refuse(format!(
                "it is {width} x {height} pixels; at most 255 x 255 are allowed"
            ));
        }
        if width % 2 == 0 || height % 2 == 0 {
            return refuse(format!(
                "it is {width} x {height} pixels; both sides must be odd"
            ));
        }
        if weights.iter().any(|w| !w.is_finite() || *w < 0.0) {
            return refuse("a weight is negative or not a number".to_owned());
        }
        let total: f64 = weights.iter().sum();
        if total <= 0.0 {
            return refuse("it is entirely black; paint the kernel in white on black".to_owned());
        }
        separable::check_size(name, size, *width.min(height))?;
        let matrix = DMatrix::from_row_slice(*height, *width, weights) / total;
        Ok(Self::new(Separable::new(
            &separable_terms(matrix, size),
            device,
        )))
    }
}

fn separable_terms(
    kernel: DMatrix<f64>,
    size: (usize, usize),
) -> Vec<(DMatrix<f64>, DMatrix<f64>)> {
    let svd = kernel.svd(true, true);
    let (u, v_t) = (svd.u.expect("asked for"), svd.v_t.expect("asked for"));
    let largest = svd.singular_values.max();
    (0..svd.singular_values.len())
        .filter(|&i| svd.singular_values[i] > NEGLIGIBLE * largest)
        .map(|i| {
            let down: Vec<f64> = u
                .column(i)
                .iter()
                .map(|w| w * svd.singular_values[i])
                .collect();
            let across: Vec<f64> = v_t.row(i).iter().copied().collect();
            (filter_matrix(&down, size.0), filter_matrix(&across, size.1))
        })
        .collect()
}
