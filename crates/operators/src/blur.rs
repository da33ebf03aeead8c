//! Blurs, however their kernel came about, at any size in `O(n log n)`.
//!
//! A kernel that is symmetric along both axes is diagonal in cosines: see [`Cosines`]. Any other is
//! convolved by Fourier transforms: see [`convolution`](crate::convolution). A kernel is what
//! becomes of a point of light, `y_i = Σ_a k_a x_{i - a + centre}`, and may be larger than the
//! picture, which is mirrored as often as it takes.

use std::sync::Arc;

use burn::tensor::{Device, Tensor};

use crate::convolution::Convolution;
use crate::cosine::{Border, Cosines, gains};
use crate::error::OperatorError;
use crate::folding::{CosineMap, Fidelity};
use crate::gram::{Basis, Gram};
use crate::kernel::KernelImage;
use crate::operator::LinearOperator;
use crate::{least_squares, planes, prior};

/// Weights that differ by this share of the largest are the same: rounding of where paths and discs
/// meet pixels.
const SAME: f64 = 1e-7;

/// See the module.
pub struct Blur {
    size: (usize, usize),
    border: Border,
    way: Way,
}

enum Way {
    Symmetric {
        cosines: Arc<Cosines>,
        /// In the order of `cosines`.
        gains: Vec<f32>,
        /// In the order of DCT-II, which tells what compositions do to cosines.
        about_edges: Arc<Vec<f32>>,
    },
    Convolution(Box<Convolution>),
}

impl Blur {
    /// Convolution with a kernel, for pictures of `size` (height, width) that are mirrored at `border`.
    ///
    /// # Errors
    /// [`OperatorError::Kernel`] for even sides, sides above 255 px, non-finite or negative
    /// weights, or weights that are all zero.
    pub fn new(
        kernel: &KernelImage,
        size: (usize, usize),
        border: Border,
    ) -> Result<Self, OperatorError> {
        let weights = kernel.normalised()?;
        let sides = (kernel.height, kernel.width);
        let way = if is_symmetric(&weights, sides.1) {
            let about_edges = gains(&weights, sides, size, Border::Edge);
            Way::Symmetric {
                cosines: Arc::new(Cosines::new(size, border)),
                gains: match border {
                    Border::Edge => about_edges.clone(),
                    Border::Pixel => gains(&weights, sides, size, border),
                },
                about_edges: Arc::new(about_edges),
            }
        } else {
            Way::Convolution(Box::new(Convolution::new(&weights, sides, size, border)))
        };
        Ok(Self { size, border, way })
    }

    /// Cross-correlation with a kernel, `y_i = Σ_a k_a x_{i + a - centre}`, as the code of the
    /// literature computes it (a convolution layer of a network) and its recorded answers have it:
    /// the kernel turned by half a turn.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn correlating(
        kernel: &KernelImage,
        size: (usize, usize),
        border: Border,
    ) -> Result<Self, OperatorError> {
        let weights = kernel.weights.iter().rev().copied().collect();
        Self::new(&KernelImage { weights, ..*kernel }, size, border)
    }
}

/// Whether weights are the same when rows or columns are taken in reverse.
fn is_symmetric(weights: &[f64], width: usize) -> bool {
    let most = weights.iter().fold(0.0, |most: f64, w| most.max(*w)) * SAME;
    let last = weights.len() / width - 1;
    weights.iter().enumerate().all(|(at, weight)| {
        let (row, column) = (at / width, at % width);
        let across = weights[row * width + width - 1 - column];
        let down = weights[(last - row) * width + column];
        (weight - across).abs() <= most && (weight - down).abs() <= most
    })
}

impl LinearOperator for Blur {
    fn input_size(&self) -> (usize, usize) {
        self.size
    }

    fn output_size(&self) -> (usize, usize) {
        self.size
    }

    fn apply(&self, x: Tensor<4>) -> Tensor<4> {
        match &self.way {
            Way::Symmetric { cosines, gains, .. } => cosines.filter(x, gains),
            Way::Convolution(convolution) => convolution.apply(x),
        }
    }

    fn adjoint(&self, y: Tensor<4>) -> Tensor<4> {
        match &self.way {
            Way::Symmetric { cosines, gains, .. } => cosines.filter_transposed(y, gains),
            Way::Convolution(convolution) => convolution.adjoint(y),
        }
    }

    /// The blurred picture itself.
    fn estimate(&self, y: Tensor<4>) -> Tensor<4> {
        y
    }

    /// The Wiener filter; of kernels without symmetry, by conjugate gradients.
    fn linear_estimate(&self, y: Tensor<4>, sigma: f64) -> Tensor<4> {
        match &self.way {
            Way::Symmetric { cosines, gains, .. } => {
                planes::each_picture(y, self.size, |picture| {
                    prior::wiener(cosines, self.border, gains, picture, sigma)
                })
            }
            Way::Convolution(_) => least_squares::refine(self, y.clone(), y, sigma),
        }
    }

    fn gram(&self, device: &Device) -> Option<Gram> {
        match &self.way {
            Way::Symmetric { cosines, gains, .. } => Some(Gram {
                basis: Basis::Cosines(Arc::clone(cosines)),
                gains: planes::picture(gains.clone(), self.size, device),
                square: true,
                fidelity: Fidelity::Exact,
            }),
            Way::Convolution(_) => Some(Gram::cosines(&self.cosine_map()?, device)),
        }
    }

    fn cosine_map(&self) -> Option<CosineMap> {
        let (gains, fidelity) = match &self.way {
            Way::Symmetric { about_edges, .. } => {
                let fidelity = match self.border {
                    Border::Edge => Fidelity::Exact,
                    Border::Pixel => Fidelity::Inside,
                };
                (Arc::clone(about_edges), fidelity)
            }
            Way::Convolution(convolution) => (convolution.magnitudes(), Fidelity::Magnitude),
        };
        Some(CosineMap::blur(self.size, gains, fidelity))
    }
}
