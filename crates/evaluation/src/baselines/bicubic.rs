//! What the measurement shows plainly: reductions enlarged again by bicubic interpolation, all
//! others as they are, holes in mid-grey.
//!
//! Keys 1981, "Cubic convolution interpolation for digital image processing", a = -0.5; borders
//! are mirrored about the pixels' edges.

use burn::tensor::{Device, Tensor, TensorData};
use operators::{Family, Values};

use super::{Baseline, BaselineError, Built, Entry, Measurement, PLAIN};

pub(super) const ENTRY: Entry = Entry {
    family: Family {
        name: PLAIN,
        title: "Bicubic",
        summary: "Reductions enlarged by bicubic interpolation; other measurements as they are.",
        source: "Keys 1981",
        ..Family::PLAIN
    },
    build,
};

fn build(_: &Values) -> Built {
    Ok(Box::new(Bicubic))
}

struct Bicubic;

impl Baseline for Bicubic {
    fn restore(&self, measurement: &Measurement<'_>) -> Result<Tensor<4>, BaselineError> {
        let (input, output) = (
            measurement.operator.input_size(),
            measurement.operator.output_size(),
        );
        if input == output {
            // A grey measurement is a grey picture.
            let [b, _, h, w] = measurement.y.dims();
            return Ok(measurement.y.clone().expand([b, 3, h, w]));
        }
        if measurement.operator.measured().is_some() {
            let why = "interpolation does not see through holes of a reduced picture";
            return Err(BaselineError::Unsuitable(why));
        }
        let device = measurement.y.device();
        let rows = interpolation(output.0, input.0, &device);
        let columns = interpolation(output.1, input.1, &device);
        let [b, c, h, w] = measurement.y.dims();
        let wide = measurement
            .y
            .clone()
            .reshape([b * c * h, w])
            .matmul(columns.transpose());
        let wide = wide.reshape([b * c, h, input.1]);
        let rows = rows.unsqueeze::<3>().expand([b * c, input.0, h]);
        Ok(rows.matmul(wide).reshape([b, c, input.0, input.1]))
    }
}

fn cubic(x: f64) -> f64 {
    let x = x.abs();
    if x <= 1.0 {
        (1.5 * x - 2.5) * x * x + 1.0
    } else if x < 2.0 {
        ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0
    } else {
        0.0
    }
}

/// `[to, from]`: a line of `from` pixels as one of `to` pixels over the same length.
fn interpolation(from: usize, to: usize, device: &Device) -> Tensor<2> {
    let mut matrix = vec![0.0_f32; to * from];
    for row in 0..to {
        let centre = (row as f64 + 0.5) * from as f64 / to as f64 - 0.5;
        let first = centre.floor() as isize - 1;
        for i in first..first + 4 {
            let weight = cubic(centre - i as f64);
            matrix[row * from + mirrored(i, from)] += weight as f32;
        }
    }
    Tensor::from_data(TensorData::new(matrix, [to, from]), device)
}

fn mirrored(i: isize, length: usize) -> usize {
    let period = 2 * length as isize;
    let i = i.rem_euclid(period);
    i.min(period - 1 - i) as usize
}

#[cfg(test)]
mod tests {
    use super::super::testing::{gain, is_unsuitable, linear, measure, operator, synthetic};
    use super::*;
    use crate::tensors::numbers;

    /// Cubic convolution reproduces parabolas away from the border.
    #[test]
    fn a_parabola_is_enlarged_exactly() {
        let matrix = numbers(interpolation(12, 48, &Device::flex())).expect("numbers");
        let parabola = |x: f64| 0.3 - 0.2 * x + 0.05 * x * x;
        for row in 12..36 {
            let at = (row as f64 + 0.5) / 4.0 - 0.5;
            let sum: f64 = (0..12)
                .map(|i| f64::from(matrix[row * 12 + i]) * parabola(i as f64))
                .sum();
            assert!((sum - parabola(at)).abs() < 1e-5, "{row}: {sum}");
        }
    }

    #[test]
    fn it_is_smoother_than_boxes_and_leaves_blurs_alone() {
        let (boxes, cubic) = gain("bicubic", "box:factor=4", None, 0.0);
        assert!(cubic > boxes + 0.5, "{cubic} against {boxes}");
        let blur = operator("gaussian-blur:size=9,std=1.5", 32, None);
        let y = measure(linear(blur.as_ref()), &synthetic(32), 0.1);
        let measurement = Measurement {
            operator: linear(blur.as_ref()),
            y: y.clone(),
            sigma_y: 0.1,
            hole: None,
        };
        let same = Bicubic.restore(&measurement).expect("always");
        assert!(numbers(same).expect("numbers") == numbers(y).expect("numbers"));
        assert!(!is_unsuitable("bicubic", "bicubic:factor=2", None));
    }
}
