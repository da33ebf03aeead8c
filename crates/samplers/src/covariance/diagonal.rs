//! Covariances that are diagonal in the pixels.

use burn::tensor::Tensor;
use burn::tensor::module::avg_pool2d;
use burn::tensor::ops::AvgPoolOptions;
use operators::NoiseSource;

use super::At;
use super::sigma::Sigma;
use crate::error::SamplerError;
use crate::problem::{Problem, read_scalar};

/// Side of the window over which the difference quotient is smoothed, in pixels.
const WINDOW: usize = 5;

/// A model of `Sigma_t`, and how many of its entries had to be clamped.
pub(super) struct Model {
    pub(super) sigma: Sigma,
    pub(super) clamped: usize,
}

/// The point before this one: the other end of the secant.
#[derive(Clone, Debug)]
pub(crate) struct Secant {
    pub(crate) x: Tensor<4>,
    pub(crate) eps: Tensor<4>,
}

/// `r_t² I`, `r_t² = sigma_t² / (1 + sigma_t²)`: exact for white data of unit variance.
pub(super) fn isotropic(problem: &Problem<'_>, at: &At<'_>) -> Model {
    let noise_to_signal = problem.noise_to_signal(at.index);
    Model {
        sigma: Sigma::uniform(noise_to_signal / (1.0 + noise_to_signal), &at.x),
        clamped: 0,
    }
}

/// `J_eps ≈ smooth(Δeps · Δx) / smooth(Δx²)` between consecutive steps, smoothed over channels
/// and a small window.
pub(super) fn secant(
    problem: &Problem<'_>,
    at: &At<'_>,
    previous: &Secant,
) -> Result<Model, SamplerError> {
    let shape = at.x.dims();
    let moved = at.x.clone() - previous.x.clone();
    let smooth = |t: Tensor<4>| {
        // Windows shrink alike in numerator and denominator at the border.
        let side = WINDOW.min(shape[2] | 1).min(shape[3] | 1);
        let half = side / 2;
        let window = AvgPoolOptions::new([side, side]).with_stride([1, 1]);
        avg_pool2d(t.mean_dim(1), window.with_padding([half, half]))
    };
    let under = smooth(moved.clone().square()).clamp_min(1e-20);
    let over = smooth((at.eps() - previous.eps.clone()) * moved);
    let quantity = "secant covariance";
    let (variance, clamped) = clamped(problem, at.index, over / under, 1.0, quantity)?;
    // One value for all channels of a pixel, and kept as one.
    Ok(Model {
        sigma: Sigma::pixels(variance.expand(shape)),
        clamped: clamped * shape[1],
    })
}

/// `J_eps,ii ≈ mean of v_i (eps(x + h v) - eps(x))_i / h` over `probes` random signs `v`, with
/// `h = step · sqrt(1 - ab)` (Hutchinson's estimate of a diagonal). One evaluation a probe.
pub(super) fn probe(
    problem: &Problem<'_>,
    at: &At<'_>,
    (probes, step): (usize, f64),
    noise: &mut dyn NoiseSource,
) -> Result<Model, SamplerError> {
    let alpha_bar = problem.schedule.alpha_bar(at.index);
    let h = step * (1.0 - alpha_bar).sqrt();
    let mut slope = at.x.zeros_like();
    for _ in 0..probes {
        let signs = noise.normal(at.x.dims(), &at.x.device());
        let signs = signs.greater_equal_elem(0.0).float() * 2.0 - 1.0;
        let there = problem.evaluate(at.x.clone() + signs.clone() * h, at.index)?;
        slope = slope + signs * (there.eps - at.eps()) / (h * probes as f64);
    }
    let quantity = "probed covariance";
    let (variance, clamped) = clamped(problem, at.index, slope, 1.0, quantity)?;
    Ok(Model {
        sigma: Sigma::pixels(variance),
        clamped,
    })
}

/// `Sigma_ii = ((1 - ab) / ab) (1 - sqrt(1 - ab) J_eps,ii)`, held to what is possible: positive,
/// and no more than the noise and the range of the data allow, where one entry may gather the
/// variance of `gathered` pixels. Also counts the entries that had to be held.
pub(super) fn clamped(
    problem: &Problem<'_>,
    index: usize,
    slope: Tensor<4>,
    gathered: f64,
    quantity: &'static str,
) -> Result<(Tensor<4>, usize), SamplerError> {
    let alpha_bar = problem.schedule.alpha_bar(index);
    let noise_to_signal = problem.noise_to_signal(index);
    let most = match problem.denoiser.range() {
        // Data in [low, high] have at most a quarter of the squared width as variance.
        Some((low, high)) => {
            let data = gathered * 0.25 * (high - low).powi(2);
            noise_to_signal * data / (noise_to_signal + data)
        }
        None => noise_to_signal,
    };
    let raw = (slope * -(1.0 - alpha_bar).sqrt() + 1.0) * noise_to_signal;
    if !read_scalar(raw.clone().abs().max())?.is_finite() {
        let step = problem.schedule.len() - 1 - index;
        return Err(SamplerError::NonFinite { step, quantity });
    }
    let variance = raw.clone().clamp(1e-6 * noise_to_signal, most);
    let count = read_scalar(variance.clone().not_equal(raw).float().sum())? as usize;
    Ok((variance, count))
}
