//! One step of the reverse process, given an estimate of the picture.

use burn::tensor::Tensor;
use diffusion::Schedule;
use operators::Parameter;

/// How much of a step's noise is fresh, for samplers that take [`ddim`]'s steps.
pub(crate) const ETA: Parameter = Parameter::number("eta", "Fresh noise", 1.0, (0.0, 1.0))
    .help("Share of the noise that is new in each step: 1 as DDPM, 0 deterministic as DDIM.");

/// DDIM's step (Song et al. 2021, eq. 12 and 16) towards `x0`, with the noise direction that `x`
/// and `x0` imply: `eta = 0` is the deterministic probability flow, `eta = 1` a draw from
/// `q(x_{i-1} | x_i, x0)`, DDPM's ancestral step. `z ~ N(0, I)`; the last step adds no noise.
pub(crate) fn ddim(
    schedule: &Schedule,
    index: usize,
    x: Tensor<4>,
    x0: Tensor<4>,
    eta: f64,
    z: Tensor<4>,
) -> Tensor<4> {
    if index == 0 {
        return x0;
    }
    let (now, next) = (schedule.alpha_bar(index), schedule.alpha_bar(index - 1));
    let fresh = eta * ((1.0 - next) / (1.0 - now)).sqrt() * (1.0 - now / next).sqrt();
    // Rounding may leave a little less than nothing at eta = 1 and index 1.
    let kept = (1.0 - next - fresh * fresh).max(0.0).sqrt();
    let eps = implied_noise(now, x, x0.clone());
    x0 * next.sqrt() + eps * kept + z * fresh
}

/// The noise that turns `x0` into `x`: `(x - sqrt(ab) x0) / sqrt(1 - ab)`.
pub(crate) fn implied_noise(alpha_bar: f64, x: Tensor<4>, x0: Tensor<4>) -> Tensor<4> {
    (x - x0 * alpha_bar.sqrt()) / (1.0 - alpha_bar).sqrt()
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;
    use diffusion::NoiseSchedule;
    use operators::{NoiseSource, SeededNoise};

    use super::*;

    /// DDPM's posterior `q(x_{i-1} | x_i, x0)` (Ho et al. 2020, eq. 7).
    #[test]
    fn eta_one_is_the_ancestral_step() {
        let full = Schedule::new(NoiseSchedule::Linear, 1000).expect("usual");
        let schedule = full.respaced("20").expect("possible");
        let draw = |stream| SeededNoise::new(3, stream).normal([1, 3, 4, 4], &Device::flex());
        let (x, x0, z) = (draw(0), draw(1), draw(2));
        for index in [1, 7, 19] {
            let ours = ddim(&schedule, index, x.clone(), x0.clone(), 1.0, z.clone());
            let (of_x0, of_x) = schedule.posterior_mean(index);
            let mean = x0.clone() * of_x0 + x.clone() * of_x;
            let theirs = mean + z.clone() * schedule.posterior_variance(index).sqrt();
            let off = (ours - theirs).abs().max().into_scalar::<f32>();
            assert!(off < 1e-5, "step {index}: off by {off:e}");
        }
    }
}
