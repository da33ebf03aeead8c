//! A covariance that is written down: variances, along pixels or along cosines of blocks.

use burn::tensor::Tensor;
use operators::BlockDct;

/// `Sigma = Bᵀ diag(variance) B` with an orthonormal `B`.
pub(crate) struct Sigma {
    /// `[b, c, h, w]`, positive.
    variance: Tensor<4>,
    /// `B`; `None` for the identity.
    basis: Option<BlockDct>,
    /// The variance of all pixels, if it is the same.
    uniform: Option<f64>,
}

impl Sigma {
    /// Every pixel on its own.
    pub(crate) fn pixels(variance: Tensor<4>) -> Self {
        Self {
            variance,
            basis: None,
            uniform: None,
        }
    }

    /// Every coefficient on its own.
    pub(crate) fn cosines(variance: Tensor<4>, basis: BlockDct) -> Self {
        Self {
            variance,
            basis: Some(basis),
            uniform: None,
        }
    }

    /// The same variance for every pixel of pictures like `like`.
    pub(crate) fn uniform(variance: f64, like: &Tensor<4>) -> Self {
        Self {
            uniform: Some(variance),
            ..Self::pixels(like.zeros_like() + variance)
        }
    }

    /// The variance of all pixels, if it is the same: then operators with a transform solve exactly.
    pub(crate) fn uniform_variance(&self) -> Option<f64> {
        self.uniform
    }

    /// All variances, `[b, c, h, w]`, along whatever they are.
    pub(crate) fn variances(&self) -> Tensor<4> {
        self.variance.clone()
    }

    /// The variances if they are those of pixels.
    pub(crate) fn diagonal(&self) -> Option<Tensor<4>> {
        self.basis.is_none().then(|| self.variance.clone())
    }

    /// `Sigma v`.
    pub(crate) fn times(&self, v: Tensor<4>) -> Tensor<4> {
        match &self.basis {
            None => v * self.variance.clone(),
            Some(basis) => basis.synthesise(basis.analyse(v) * self.variance.clone()),
        }
    }
}
