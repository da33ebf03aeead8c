//! Pictures at random, and what derivatives are checked against.

use super::picture::{Picture, Shape};
use crate::error::DiffusionError;
use crate::weights::Weights;

/// Numbers that look random and are the same every time, in [-1, 1].
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    pub(crate) fn next(&mut self) -> f32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f32 / (1 << 23) as f32 - 1.0
    }

    pub(crate) fn values(&mut self, count: usize) -> Vec<f32> {
        (0..count).map(|_| self.next()).collect()
    }

    pub(super) fn picture(&mut self, shape: Shape) -> Picture {
        Picture {
            shape,
            values: self.values(shape.len()),
        }
    }
}

/// Weights of about the size that training gives them.
pub(crate) struct Random(pub(crate) Numbers);

impl Weights for Random {
    fn take(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>, DiffusionError> {
        let values = self.0.values(shape.iter().product());
        let inputs: usize = shape[1..].iter().product();
        let scale = (3.0 / inputs as f32).sqrt();
        let is_gain = shape.len() == 1 && (name.ends_with("weight") || name.ends_with("gain"));
        Ok(values
            .into_iter()
            .map(|value| match shape.len() {
                1 if is_gain => 1.0 + 0.3 * value,
                1 => 0.1 * value,
                _ => scale * value,
            })
            .collect())
    }
}

pub(super) fn shape(pictures: usize, height: usize, width: usize, channels: usize) -> Shape {
    Shape {
        pictures,
        height,
        width,
        channels,
    }
}

pub(super) fn dot(x: &Picture, y: &Picture) -> f64 {
    assert_eq!(x.shape, y.shape);
    let products = x.values.iter().zip(&y.values);
    products.map(|(&x, &y)| f64::from(x) * f64::from(y)).sum()
}

/// The largest difference, relative to the largest value.
pub(super) fn difference(ours: &Picture, exact: &[f64]) -> f64 {
    assert_eq!(ours.values.len(), exact.len());
    let largest = exact.iter().fold(1e-30, |m: f64, x| m.max(x.abs()));
    let pairs = ours.values.iter().zip(exact);
    pairs.fold(0.0, |m: f64, (&x, y)| m.max((f64::from(x) - y).abs())) / largest
}

/// Checks `<A x, v> = <x, Aᵀ v>`.
pub(super) fn check_transposed(
    x: Shape,
    forward: impl Fn(&Picture) -> Picture,
    transposed: impl Fn(&Picture) -> Picture,
) {
    let mut numbers = Numbers(7);
    let x = numbers.picture(x);
    let there = forward(&x);
    let v = numbers.picture(there.shape);
    let (one, other) = (dot(&there, &v), dot(&x, &transposed(&v)));
    let scale = (dot(&there, &there) * dot(&v, &v)).sqrt();
    assert!((one - other).abs() <= 1e-6 * scale, "{one} is not {other}");
}

/// Checks a pullback at `x` against central differences along five directions.
pub(super) fn check_slope(
    x: &Picture,
    forward: impl Fn(Picture) -> Picture,
    pullback: impl Fn(&Picture) -> Picture,
) {
    const STEP: f32 = 1e-2;
    let mut numbers = Numbers(11);
    let v = numbers.picture(forward(x.clone()).shape);
    let slope = pullback(&v);
    for _ in 0..5 {
        let direction = numbers.picture(x.shape);
        let along = |sign: f32| {
            let mut moved = x.clone();
            for (x, d) in moved.values.iter_mut().zip(&direction.values) {
                *x += sign * STEP * d;
            }
            dot(&forward(moved), &v)
        };
        let measured = (along(1.0) - along(-1.0)) / f64::from(2.0 * STEP);
        let predicted = dot(&slope, &direction);
        let scale = (dot(&slope, &slope) * dot(&direction, &direction)).sqrt();
        assert!(
            (measured - predicted).abs() <= 1e-3 * scale,
            "{measured} is not {predicted}, at {scale}"
        );
    }
}
