//! Cropping: only the upper left part of a larger picture was seen.
//!
//! Networks want sides divisible by their stride. A picture of another size is treated as the
//! measured part of a slightly larger unknown one, so nothing is resampled or invented.

use burn::tensor::Tensor;

use crate::operator::LinearOperator;
use crate::planes;
use crate::reflect::about_edge;

/// Keeps the upper left `output` of `input`.
#[derive(Clone, Debug)]
pub struct Crop {
    input: (usize, usize),
    output: (usize, usize),
}

impl Crop {
    /// `(height, width)` before and after.
    ///
    /// # Panics
    /// If the output is larger than the input.
    #[must_use]
    pub fn new(input: (usize, usize), output: (usize, usize)) -> Self {
        assert!(
            output.0 <= input.0 && output.1 <= input.1,
            "a crop never grows a picture"
        );
        Self { input, output }
    }
}

impl LinearOperator for Crop {
    fn input_size(&self) -> (usize, usize) {
        self.input
    }

    fn output_size(&self) -> (usize, usize) {
        self.output
    }

    fn apply(&self, x: Tensor<4>) -> Tensor<4> {
        let [b, c, _, _] = x.dims();
        x.slice([0..b, 0..c, 0..self.output.0, 0..self.output.1])
    }

    fn adjoint(&self, y: Tensor<4>) -> Tensor<4> {
        let [b, c, h, w] = y.dims();
        let zeros = Tensor::zeros([b, c, self.input.0, self.input.1], &y.device());
        zeros.slice_assign([0..b, 0..c, 0..h, 0..w], y)
    }

    /// The border is repeated into what was not seen: of the pictures that explain `y`, one without an
    /// edge that a denoiser would see.
    fn estimate(&self, y: Tensor<4>) -> Tensor<4> {
        let widened = repeated(y, 3, self.input.1 - self.output.1);
        repeated(widened, 2, self.input.0 - self.output.0)
    }

    fn selects(&self) -> bool {
        true
    }

    /// What was not seen is the mirror image of what was.
    fn linear_estimate(&self, y: Tensor<4>, _sigma: f64) -> Tensor<4> {
        let (height, width) = self.output;
        planes::map(y, self.input, |plane| {
            let rows = (0..self.input.0).map(|row| about_edge(row as isize, height));
            let columns = |row: usize| {
                let places = (0..self.input.1).map(|at| about_edge(at as isize, width));
                places.map(move |column| plane[row * width + column])
            };
            rows.flat_map(columns).collect()
        })
    }

    fn tight(&self) -> Option<f64> {
        Some(1.0)
    }

    fn measured_after(&self, earlier: Option<Tensor<4>>) -> Option<Tensor<4>> {
        earlier.map(|mask| self.apply(mask))
    }

    fn diagonal(&self, variance: Tensor<4>) -> Option<Tensor<4>> {
        Some(self.apply(variance))
    }
}

/// The last of a dimension `more` times again.
fn repeated(y: Tensor<4>, dimension: usize, more: usize) -> Tensor<4> {
    if more == 0 {
        return y;
    }
    let length = y.dims()[dimension];
    let last = y.clone().narrow(dimension, length - 1, 1);
    let times = std::iter::repeat_n(last, more);
    Tensor::cat(std::iter::once(y).chain(times).collect(), dimension)
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, TensorData};

    use super::*;

    #[test]
    fn an_estimate_explains_what_was_seen_and_repeats_its_border() {
        let device = Device::flex();
        let values = TensorData::new(vec![1.0_f32, 2.0, 3.0, 4.0], [1, 1, 2, 2]);
        let y = Tensor::<4>::from_data(values, &device);
        let crop = Crop::new((3, 4), (2, 2));
        let estimate = crop.estimate(y.clone());
        let found: Vec<f32> = estimate.to_data().iter::<f32>().collect();
        assert_eq!(
            found,
            [1.0, 2.0, 2.0, 2.0, 3.0, 4.0, 4.0, 4.0, 3.0, 4.0, 4.0, 4.0]
        );
        let seen: Vec<f32> = crop.apply(estimate).to_data().iter::<f32>().collect();
        assert_eq!(seen, [1.0, 2.0, 3.0, 4.0]);
    }
}
