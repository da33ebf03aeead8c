//! The denoiser: predicts the noise in a noisy picture, and differentiates that prediction.

use burn::tensor::Tensor;

use crate::calibration::Calibration;
use crate::level::Level;

/// What a denoiser says of `x_t`.
#[derive(Clone, Debug)]
pub struct Prediction {
    /// `eps_theta(x_t, t)`, `[b, c, h, w]`.
    pub eps: Tensor<4>,
    /// For networks with a learned variance: the interpolation logits in [-1, 1] between
    /// `log beta_tilde_t` and `log beta_t` (Nichol & Dhariwal 2021, eq. 15), `[b, c, h, w]`.
    pub variance_logits: Option<Tensor<4>>,
}

/// `v ↦ J_epsᵀ v`, with `J_eps = d eps / d x_t`, for ONE product: the graph is used up.
pub type Pullback = Box<dyn FnOnce(Tensor<4>) -> Tensor<4>>;

/// A prediction together with its derivative.
pub struct Linearisation {
    /// The prediction at `x_t`.
    pub prediction: Prediction,
    /// Its vector-Jacobian product.
    pub pullback: Pullback,
}

/// Anything that predicts the noise in `x_t = sqrt(alpha_bar_t) x0 + sqrt(1 - alpha_bar_t) eps`.
pub trait Denoiser: Send + Sync {
    /// One denoiser evaluation. `x` is `[b, c, h, w]` with sides divisible by
    /// [`stride`](Self::stride), noisy to `level`.
    fn evaluate(&self, x: Tensor<4>, level: Level) -> Prediction;

    /// One denoiser evaluation that can be differentiated once: the product costs about as
    /// much again and is counted apart.
    fn linearise(&self, x: Tensor<4>, level: Level) -> Linearisation;

    /// `J_epsᵀ v` at `x`, from the beginning: costs an evaluation and a product, and keeps nothing.
    fn product(&self, x: Tensor<4>, level: Level, v: Tensor<4>) -> Tensor<4> {
        (self.linearise(x, level).pullback)(v)
    }

    /// Heights and widths must be divisible by this.
    fn stride(&self) -> usize {
        1
    }

    /// The receptive field: pixels to each side beyond which an output does not depend on the input, so that
    /// tiles with such a margin, cut where the [`stride`](Self::stride) divides, give what the whole picture
    /// gives. `None` if it is not known, or if every output depends on everything.
    fn halo(&self) -> Option<usize> {
        None
    }

    /// The range that pictures lie in, if the prior knows one. Every posterior mean lies there
    /// as well, so samplers may hold their estimates to it: at high noise a network's error is
    /// divided by `sqrt(alpha_bar)` and would otherwise run away.
    fn range(&self) -> Option<(f64, f64)> {
        None
    }

    /// How wrong its `x0_hat` was measured to be at each noise level, if that was measured.
    fn calibration(&self) -> Option<&Calibration> {
        None
    }

    /// Whether the pullback of [`linearise`](Self::linearise) runs the network again for pictures of this
    /// shape, `[b, c, h, w]`, instead of keeping its activations.
    fn recomputes(&self, _shape: [usize; 4]) -> bool {
        false
    }

    /// Whether the last evaluation or product was stopped on the way, by whoever was allowed to: what it
    /// returned is of no use then.
    fn is_interrupted(&self) -> bool {
        false
    }
}
