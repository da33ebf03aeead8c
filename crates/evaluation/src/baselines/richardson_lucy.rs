//! Richardson–Lucy deconvolution (Richardson 1972; Lucy 1974): `x ← x · Aᵀ(y / A x) / Aᵀ 1` on
//! intensities in [0, 1].
//!
//! Every iteration conserves flux: the sum of `x` weighted by `Aᵀ 1` is the sum of `y`. Iterations
//! amplify noise, so they end when `A x` is as near to `y` as the noise allows (Morozov's
//! discrepancy principle), or after the most that was asked for.

use burn::tensor::Tensor;
use operators::{Family, LinearOperator, Parameter, Values};

use super::{Baseline, BaselineError, Built, Entry, Measurement};
use crate::tensors::number;

/// Intensities are no darker than this, so that quotients stay finite.
const DARKEST: f64 = 1e-3;

pub(super) const ENTRY: Entry = Entry {
    family: Family {
        name: "richardson-lucy",
        title: "Richardson-Lucy",
        summary: "Richardson-Lucy deconvolution until the residual reaches the noise; for blurs.",
        source: "Richardson 1972; Lucy 1974",
        parameters: &[
            Parameter::whole("iterations", "Iterations", 100, (1, 10_000))
                .help("How many iterations at most."),
        ],
        ..Family::PLAIN
    },
    build,
};

fn build(values: &Values) -> Built {
    let iterations = values.whole("iterations")?;
    Ok(Box::new(RichardsonLucy { iterations }))
}

struct RichardsonLucy {
    iterations: usize,
}

impl Baseline for RichardsonLucy {
    fn restore(&self, measurement: &Measurement<'_>) -> Result<Tensor<4>, BaselineError> {
        if !measurement.is_blur() {
            let why = "it undoes blurs that keep the size and lose no pixel";
            return Err(BaselineError::Unsuitable(why));
        }
        let operator = measurement.operator;
        let y = (measurement.y.clone() * 0.5 + 0.5).clamp_min(DARKEST);
        let mut x = y.clone();
        for _ in 0..self.iterations {
            let off = (y.clone() - operator.apply(x.clone())) * 2.0;
            if number(off.square().mean())?.sqrt() <= measurement.noise() {
                break;
            }
            x = iterate(operator, &y, x);
        }
        Ok(x * 2.0 - 1.0)
    }
}

fn iterate(operator: &dyn LinearOperator, y: &Tensor<4>, x: Tensor<4>) -> Tensor<4> {
    let seen = operator.apply(x.clone()).clamp_min(DARKEST);
    let weight = operator.adjoint(y.ones_like()).clamp_min(DARKEST);
    x * operator.adjoint(y.clone() / seen) / weight
}

#[cfg(test)]
mod tests {
    use super::super::testing::{gain, is_unsuitable, linear, measure, operator, synthetic};
    use super::*;

    #[test]
    fn flux_is_conserved() {
        for chain in [
            "gaussian-blur:size=9,std=1.5",
            "motion-blur:length=9,angle=20",
        ] {
            let blur = operator(chain, 32, None);
            let y = (measure(linear(blur.as_ref()), &synthetic(32), 0.1) * 0.5 + 0.5)
                .clamp_min(DARKEST);
            let flux = number(y.clone().sum()).expect("a number");
            let mut x = y.ones_like();
            for _ in 0..4 {
                x = iterate(linear(blur.as_ref()), &y, x);
                let weighted = x.clone() * linear(blur.as_ref()).adjoint(y.ones_like());
                let found = number(weighted.sum()).expect("a number");
                assert!(
                    (found / flux - 1.0).abs() < 1e-5,
                    "{chain}: {found} of {flux}"
                );
            }
        }
    }

    #[test]
    fn blurs_become_sharper() {
        for chain in [
            "gaussian-blur:size=9,std=1.5",
            "motion-blur:length=7,angle=30",
        ] {
            let (before, after) = gain("richardson-lucy", chain, None, 0.02);
            assert!(after > before + 1.0, "{chain}: {after} against {before}");
        }
        assert!(is_unsuitable("richardson-lucy", "bicubic:factor=4", None));
    }
}
