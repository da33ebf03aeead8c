//! Total variation: the minimum of `|y - A x|² / 2 + lambda TV(x)`, for every linear operator.
//!
//! `TV` sums the length of the gradient, colours together (Rudin, Osher & Fatemi 1992; Blomgren &
//! Chan 1998). With `lambda = sigma_y² / b` this is the most probable picture under the prior
//! `exp(-TV(x) / b)`. Pictures drawn from it have a total variation of `b` for each of their values,
//! so `b` is a third of the mean length of a colour gradient. Solved by the primal-dual method of Chambolle & Pock 2011 (algorithm 1) with the
//! operator's `apply` and `adjoint`.

use burn::tensor::Tensor;
use operators::{Family, LinearOperator, NoiseSource, Parameter, SeededNoise, Values};

use super::differences::{gradient, gradient_adjoint};
use super::{Baseline, BaselineError, Built, Entry, Measurement};
use crate::tensors::number;

/// A third of the mean length of the colour gradient, model range, of 64 × 64 crops of the held-out
/// tiles that natural64 is measured on.
const SCALE: f64 = 0.23 / 3.0;
/// Primal steps are this much longer than balanced, dual ones as much shorter: pictures are of
/// size one, dual variables of the size of the noise.
const BALANCE: f64 = 5.0;

pub(super) const ENTRY: Entry = Entry {
    family: Family {
        name: "total-variation",
        title: "Total variation",
        summary: "The fewest and lowest edges, weighed against the noise.",
        source: "Rudin, Osher & Fatemi 1992; Chambolle & Pock 2011",
        parameters: &[
            // Best over all tasks on tiles that are not evaluated on; 1 is too smooth, as the most
            // probable picture always is.
            Parameter::number("weight", "Weight", 0.3, (0.001, 1000.0))
                .help("The penalty, relative to the mean gradient of photographs."),
            // A hole is filled from its rim, a pixel or so at a time: 400 leave it half grey.
            Parameter::whole("iterations", "Iterations", 4000, (1, 100_000))
                .help("How many primal-dual iterations."),
        ],
        ..Family::PLAIN
    },
    build,
};

fn build(values: &Values) -> Built {
    Ok(Box::new(TotalVariation {
        weight: values.number("weight")?,
        iterations: values.whole("iterations")?,
    }))
}

struct TotalVariation {
    weight: f64,
    iterations: usize,
}

impl Baseline for TotalVariation {
    fn restore(&self, measurement: &Measurement<'_>) -> Result<Tensor<4>, BaselineError> {
        let lambda = self.weight * measurement.noise().powi(2) / SCALE;
        Ok(minimise(measurement, lambda, self.iterations)?)
    }
}

fn minimise(
    measurement: &Measurement<'_>,
    lambda: f64,
    iterations: usize,
) -> Result<Tensor<4>, crate::error::EvaluationError> {
    let Measurement { operator, y, .. } = measurement;
    let mut x = operator.estimate(y.clone());
    // The squared norm of differences is below 8.
    let norm = (largest_gain(*operator, &x)?.powi(2) + 8.0).sqrt();
    let (tau, sigma) = (BALANCE / norm, 1.0 / (BALANCE * norm));
    let mut ahead = x.clone();
    let mut data = y.zeros_like();
    let (mut across, mut down) = (x.zeros_like(), x.zeros_like());
    for _ in 0..iterations {
        let off = operator.apply(ahead.clone()) - y.clone();
        data = (data + off * sigma) / (1.0 + sigma);
        let (gx, gy) = gradient(&ahead);
        (across, down) = (across + gx * sigma, down + gy * sigma);
        let length = (across.clone().square() + down.clone().square())
            .sum_dim(1)
            .sqrt();
        let shape = across.dims();
        let shrink = (length / lambda).clamp_min(1.0).expand(shape);
        (across, down) = (across / shrink.clone(), down / shrink);
        let pull = operator.adjoint(data.clone()) + gradient_adjoint(&across, &down);
        let next = x.clone() - pull * tau;
        ahead = next.clone() * 2.0 - x;
        x = next;
    }
    Ok(x)
}

/// The operator's largest singular value, by power iteration, with a margin for its end.
fn largest_gain(
    operator: &dyn LinearOperator,
    like: &Tensor<4>,
) -> Result<f64, crate::error::EvaluationError> {
    let mut x = SeededNoise::new(0, 0).normal(like.dims(), &like.device());
    let mut gain = 0.0;
    for _ in 0..12 {
        let size = number(x.clone().square().sum())?.sqrt().max(1e-30);
        x = operator.adjoint(operator.apply(x / size));
        gain = number(x.clone().square().sum())?.sqrt();
    }
    Ok(1.05 * gain.sqrt())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{gain, linear, operator};
    use super::*;
    use crate::tensors::numbers;
    use burn::tensor::{Device, TensorData};
    use imaging::{Mask, Rect, Value};

    fn restored(values: Vec<f32>, n: usize, lambda: f64) -> Vec<f32> {
        let y = Tensor::from_data(TensorData::new(values, [1, 3, n, n]), &Device::flex());
        // Nothing is lost: the identity.
        let nothing = operator("inpaint", n, Some(&Mask::new(n, n)));
        let measurement = Measurement {
            operator: linear(nothing.as_ref()),
            y,
            sigma_y: 0.0,
            hole: None,
        };
        numbers(minimise(&measurement, lambda, 1500).expect("numbers")).expect("numbers")
    }

    #[test]
    fn a_constant_stays_one() {
        for value in restored(vec![0.3; 3 * 256], 16, 0.2) {
            assert!((value - 0.3).abs() < 1e-5, "{value}");
        }
    }

    /// Both sides of a step between halves of `n / 2` columns move towards each other by
    /// `2 lambda / n`, shared among three equal channels as `1 / sqrt(3)`.
    #[test]
    fn a_step_becomes_lower_by_the_closed_form() {
        let n = 16;
        let step = |i: usize| if i % n < n / 2 { -0.5 } else { 0.5 };
        let lambda = 0.8;
        let moved = (2.0 * lambda / n as f64 / 3_f64.sqrt()) as f32;
        let found = restored((0..3 * n * n).map(step).collect(), n, lambda);
        for (i, value) in found.iter().enumerate() {
            let expected = step(i) - step(i).signum() * moved;
            assert!((value - expected).abs() < 2e-3, "{i}: {value} {expected}");
        }
    }

    #[test]
    fn it_improves_on_every_kind_of_measurement() {
        let mut mask = Mask::new(32, 32);
        mask.fill_rect(Rect::new(9, 11, 9, 8), Value::Paint);
        for (chain, mask, by) in [
            ("inpaint", Some(&mask), 3.0),
            ("gaussian-blur:size=9,std=1.5", None, 1.0),
            ("motion-blur:length=7,angle=30", None, 1.0),
            ("bicubic:factor=4", None, 0.3),
            ("gaussian-blur:size=5,std=1+box:factor=2", None, 0.3),
        ] {
            let (before, after) = gain("total-variation", chain, mask, 0.02);
            assert!(after > before + by, "{chain}: {after} against {before}");
        }
    }
}
