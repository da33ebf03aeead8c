//! The best linear estimate where no transform gives it: by conjugate gradients.
//!
//! The minimum of `|y - A x|² / n + xᵀ Lᵖ x / c` (see [`prior`](crate::prior)), from a picture that
//! is near it, preconditioned by what the operator does to the cosines of pictures. Few iterations
//! do: what they leave lies far below the noise that samplers add to a start.

use burn::tensor::Tensor;

use crate::cosine::{Border, Cosines};
use crate::operator::LinearOperator;
use crate::planes;
use crate::prior::{self, PowerLaw};

/// Iterations at most. Each takes an application, an adjoint and two transforms.
const MOST: usize = 24;
/// Enough when the preconditioned residual has fallen to this share of what the measurement itself
/// gives.
const TOLERANCE: f64 = 1e-2;

/// The picture that `y` (noise `sigma`) makes most probable, `[b, c, h, w]`, from `start` on.
/// Returns `start` for operators of which nothing is known in cosines.
pub(crate) fn refine(
    operator: &dyn LinearOperator,
    y: Tensor<4>,
    start: Tensor<4>,
    sigma: f64,
) -> Tensor<4> {
    let Some(map) = operator.cosine_map() else {
        return start;
    };
    let noise = prior::noise_variance(sigma);
    let size = map.input();
    let (cosines, model) = (map.cosines_of_pictures(), PowerLaw::new(size, Border::Edge));
    let of_measurements = map.cosines_of_measurements();
    let expected = map.power(|at| model.variance(at));
    let own = map.own_power();
    let pictures = (0..y.dims()[0]).map(|i| {
        let one = |t: &Tensor<4>| t.clone().narrow(0, i, 1);
        let y = one(&y);
        let there = planes::picture_planes(y.clone(), |plane| of_measurements.analyse_plane(plane));
        let c = prior::scale(&prior::mean_squares(&there), &expected, noise);
        let factors: Vec<f32> = own
            .iter()
            .enumerate()
            .map(|(at, &power)| {
                (1.0 / (f64::from(power) + noise / (c * model.variance(at)))) as f32
            })
            .collect();
        let stiffness = (0..size.0 * size.1).map(|at| (noise / (c * model.variance(at))) as f32);
        Problem {
            operator,
            cosines: &cosines,
            stiffness: stiffness.collect(),
            factors,
        }
        .solve(y, one(&start))
    });
    Tensor::cat(pictures.collect(), 0)
}

/// `(AᵀA + n / c Lᵖ) x = Aᵀ y` for one picture.
struct Problem<'a> {
    operator: &'a dyn LinearOperator,
    cosines: &'a Cosines,
    /// `n / c Lᵖ`, in `cosines`.
    stiffness: Vec<f32>,
    /// Of the preconditioner, in `cosines`.
    factors: Vec<f32>,
}

impl Problem<'_> {
    fn normal(&self, x: &Tensor<4>) -> Tensor<4> {
        let stiff = self.cosines.filter(x.clone(), &self.stiffness);
        self.operator.adjoint(self.operator.apply(x.clone())) + stiff
    }

    fn preconditioned(&self, r: &Tensor<4>) -> Tensor<4> {
        self.cosines.filter(r.clone(), &self.factors)
    }

    fn solve(&self, y: Tensor<4>, start: Tensor<4>) -> Tensor<4> {
        let dot = |a: &Tensor<4>, b: &Tensor<4>| {
            f64::from((a.clone() * b.clone()).sum().into_scalar::<f32>())
        };
        let right = self.operator.adjoint(y);
        let whole = dot(&right, &self.preconditioned(&right));
        let mut x = start;
        let mut residual = right - self.normal(&x);
        let mut direction = self.preconditioned(&residual);
        let mut energy = dot(&residual, &direction);
        for _ in 0..MOST {
            // Numbers that are none end it too.
            if energy.is_nan() || energy <= TOLERANCE * TOLERANCE * whole {
                break;
            }
            let image = self.normal(&direction);
            let curvature = dot(&direction, &image);
            if curvature.is_nan() || curvature <= 0.0 {
                break;
            }
            let step = energy / curvature;
            x = x + direction.clone() * step;
            residual = residual - image * step;
            let next = self.preconditioned(&residual);
            let left = dot(&residual, &next);
            direction = next + direction * (left / energy);
            energy = left;
        }
        x
    }
}
