//! A covariance that is written down: variances, along pixels or along cosines of blocks.

use burn::tensor::{Device, Tensor};
use operators::BlockDct;

/// `Sigma = Bᵀ diag(variance) B` with an orthonormal `B`.
pub(crate) struct Sigma {
    variance: Variance,
    /// `B`; `None` for the identity.
    basis: Option<BlockDct>,
}

/// Positive variances.
enum Variance {
    /// One each, `[b, c, h, w]`.
    Each(Box<Tensor<4>>),
    /// The same for all of a picture of this shape: no tensor is kept for one number.
    Same(f64, [usize; 4], Box<Device>),
}

impl Sigma {
    /// Every pixel on its own.
    pub(crate) fn pixels(variance: Tensor<4>) -> Self {
        Self {
            variance: Variance::Each(Box::new(variance)),
            basis: None,
        }
    }

    /// Every coefficient on its own.
    pub(crate) fn cosines(variance: Tensor<4>, basis: BlockDct) -> Self {
        Self {
            variance: Variance::Each(Box::new(variance)),
            basis: Some(basis),
        }
    }

    /// The same variance for every pixel of pictures like `like`.
    pub(crate) fn uniform(variance: f64, like: &Tensor<4>) -> Self {
        Self {
            variance: Variance::Same(variance, like.dims(), Box::new(like.device())),
            basis: None,
        }
    }

    /// The variance of all pixels, if it is the same: then operators with a transform solve exactly.
    pub(crate) fn uniform_variance(&self) -> Option<f64> {
        match self.variance {
            Variance::Each(_) => None,
            Variance::Same(variance, ..) => Some(variance),
        }
    }

    /// All variances, `[b, c, h, w]`, along whatever they are.
    pub(crate) fn variances(&self) -> Tensor<4> {
        match &self.variance {
            Variance::Each(variance) => variance.as_ref().clone(),
            Variance::Same(variance, shape, device) => {
                Tensor::full(*shape, *variance, device.as_ref())
            }
        }
    }

    /// The variances if they are those of pixels.
    pub(crate) fn diagonal(&self) -> Option<Tensor<4>> {
        self.basis.is_none().then(|| self.variances())
    }

    /// `Sigma v`.
    pub(crate) fn times(&self, v: Tensor<4>) -> Tensor<4> {
        let scaled = |v: Tensor<4>| match &self.variance {
            Variance::Each(variance) => v * variance.as_ref().clone(),
            Variance::Same(variance, ..) => v * *variance,
        };
        match &self.basis {
            None => scaled(v),
            Some(basis) => basis.synthesise(scaled(basis.analyse(v))),
        }
    }
}
