//! The Wiener filter for pictures whose power falls as one over frequency squared, as that of
//! photographs does: the minimum of `|y - A x|² / sigma_y² + |grad x|² / g²`, with `g` the root
//! mean square difference of neighbouring pixels.
//!
//! The usual form divides spectra and so takes borders to be periodic. Here they are the
//! operator's own; where those are periodic, the two are the same. Solved by conjugate gradients.
//! (Wiener 1949; Gonzalez & Woods, "Digital Image Processing", section 5.8.)

use burn::tensor::Tensor;
use operators::{Family, Parameter, Values};

use super::differences::{gradient, gradient_adjoint};
use super::{Baseline, BaselineError, Built, Entry, Measurement};
use crate::tensors::number;

const ITERATIONS: usize = 400;
/// Iterations stop when the residual has fallen to this share of its start.
const TOLERANCE: f64 = 1e-5;

pub(super) const ENTRY: Entry = Entry {
    family: Family {
        name: "wiener",
        title: "Wiener filter",
        summary: "The Wiener filter for pictures of power 1/f²; for blurs.",
        source: "Wiener 1949",
        parameters: &[
            // Measured on 64 × 64 crops of the held-out tiles that natural64 is measured on.
            Parameter::number("gradient", "Gradient", 0.15, (0.001, 2.0))
                .help("Root mean square difference of neighbouring pixels, model range."),
        ],
        ..Family::PLAIN
    },
    build,
};

fn build(values: &Values) -> Built {
    let gradient = values.number("gradient")?;
    Ok(Box::new(Wiener { gradient }))
}

struct Wiener {
    gradient: f64,
}

impl Baseline for Wiener {
    fn restore(&self, measurement: &Measurement<'_>) -> Result<Tensor<4>, BaselineError> {
        if !measurement.is_blur() {
            let why = "it undoes blurs that keep the size and lose no pixel";
            return Err(BaselineError::Unsuitable(why));
        }
        let operator = measurement.operator;
        let weight = (measurement.noise() / self.gradient).powi(2);
        let normal = |x: &Tensor<4>| {
            let (across, down) = gradient(x);
            let smooth = gradient_adjoint(&across, &down) * weight;
            operator.adjoint(operator.apply(x.clone())) + smooth
        };
        let start = measurement.y.clone();
        let mut residual = operator.adjoint(start.clone()) - normal(&start);
        let (mut x, mut direction) = (start, residual.clone());
        let square_of = |t: &Tensor<4>| number(t.clone().square().sum());
        let mut square = square_of(&residual)?;
        let target = square * TOLERANCE * TOLERANCE;
        for _ in 0..ITERATIONS {
            if square <= target {
                break;
            }
            let image = normal(&direction);
            let step = square / number((direction.clone() * image.clone()).sum())?;
            x = x + direction.clone() * step;
            residual = residual - image * step;
            let next = square_of(&residual)?;
            direction = residual.clone() + direction * (next / square);
            square = next;
        }
        Ok(x)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{gain, is_unsuitable};
    use super::*;
    use crate::tensors::numbers;
    use burn::tensor::{Device, TensorData};

    /// Without a blur, a cosine that fits the borders is an eigenvector of the differences:
    /// the filter scales it by `1 / (1 + (sigma / g)² (2 - 2 cos(pi k / n)))`.
    #[test]
    fn without_a_blur_every_frequency_is_scaled_by_its_gain() {
        let (n, k) = (32, 5);
        let mut waves = vec![0.0_f32; 3 * n * n];
        for (i, value) in waves.iter_mut().enumerate() {
            let along = (i % n) as f64 + 0.5;
            *value = (std::f64::consts::PI * f64::from(k) * along / n as f64).cos() as f32;
        }
        let y = Tensor::from_data(
            TensorData::new(waves.clone(), [1, 3, n, n]),
            &Device::flex(),
        );
        let measurement = Measurement {
            operator: &Same(n),
            y,
            sigma_y: 0.2,
            hole: None,
        };
        let filtered = Wiener { gradient: 0.1 }
            .restore(&measurement)
            .expect("a blur");
        let eigenvalue = 2.0 - 2.0 * (std::f64::consts::PI * f64::from(k) / n as f64).cos();
        let gain = 1.0 / (1.0 + 4.0 * eigenvalue);
        let filtered = numbers(filtered).expect("numbers");
        for (a, b) in filtered.iter().zip(&waves) {
            assert!(
                (f64::from(*a) - gain * f64::from(*b)).abs() < 1e-4,
                "{a} {b}"
            );
        }
    }

    struct Same(usize);

    impl operators::LinearOperator for Same {
        fn input_size(&self) -> (usize, usize) {
            (self.0, self.0)
        }
        fn output_size(&self) -> (usize, usize) {
            (self.0, self.0)
        }
        fn apply(&self, x: Tensor<4>) -> Tensor<4> {
            x
        }
        fn adjoint(&self, y: Tensor<4>) -> Tensor<4> {
            y
        }
        fn estimate(&self, y: Tensor<4>) -> Tensor<4> {
            y
        }
    }

    #[test]
    fn blurs_become_sharper() {
        for chain in [
            "gaussian-blur:size=9,std=1.5",
            "motion-blur:length=7,angle=30",
        ] {
            let (before, after) = gain("wiener", chain, None, 0.02);
            assert!(after > before + 1.0, "{chain}: {after} against {before}");
        }
        assert!(is_unsuitable("wiener", "bicubic:factor=4", None));
    }
}
