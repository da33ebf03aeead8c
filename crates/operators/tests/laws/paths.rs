//! Drawn paths against known answers.

use burn::tensor::{Device, Tensor, TensorData};

use operators::{Blur, Border, LinearOperator};

use crate::{asymmetric, build, close, draw};

const SIZE: (usize, usize) = (41, 37);

/// What becomes of a point of light in the middle, in row order.
fn point(text: &str) -> Vec<f64> {
    let (height, width) = SIZE;
    let mut field = vec![0.0_f32; height * width];
    field[height / 2 * width + width / 2] = 1.0;
    let field = Tensor::from_data(
        TensorData::new(field, [1, 1, height, width]),
        &Device::flex(),
    );
    build(text, SIZE, None)
        .apply(field)
        .to_data()
        .iter()
        .collect()
}

/// A straight path of the same length and direction is the straight smear.
#[test]
fn a_straight_path_is_straight_motion_blur() {
    for (length, angle) in [(15.0, 0.0), (9.0, 90.0), (12.3, 30.0), (7.0, -135.0_f64)] {
        let straight = format!("motion-blur:length={length},angle={angle}");
        let (x, y) = (
            length * angle.to_radians().cos(),
            -length * angle.to_radians().sin(),
        );
        for points in [
            format!("0 0;{x:.9} {y:.9}"),
            format!("{x:.9} {y:.9};0 0"),
            format!("0 0;{:.9} {:.9};{x:.9} {y:.9}", 0.3 * x, 0.3 * y),
        ] {
            let drawn = build(&format!("motion-path:points={points}"), SIZE, None);
            let x = draw(3, SIZE);
            close(
                &drawn.apply(x.clone()),
                &build(&straight, SIZE, None).apply(x),
                2e-6,
            );
        }
    }
}

#[test]
fn where_a_path_was_drawn_does_not_matter() {
    let a = build("motion-path:points=0 0;6 2.5;7 9;-3 4", SIZE, None);
    let b = build(
        "motion-path:points=100.25 -7;106.25 -4.5;107.25 2;97.25 -3",
        SIZE,
        None,
    );
    let x = draw(4, SIZE);
    close(&a.apply(x.clone()), &b.apply(x), 1e-6);
}

/// A point of light draws the path itself, not its mirror image, and loses nothing.
#[test]
fn a_point_of_light_draws_the_path() {
    // Down from the corner, then to the right from its lower end: an L of lines of equal length.
    let seen = point("motion-path:points=0 0;0 10;10 10");
    let mass: f64 = seen.iter().sum();
    assert!((mass - 1.0).abs() < 1e-5, "{mass}");
    let at = |x: f64, y: f64| {
        // Measured from the mean, (2.5, 7.5), which lies in the middle of the field.
        let (column, row) = (
            SIZE.1 as f64 / 2.0 - 0.5 + x - 2.5,
            SIZE.0 as f64 / 2.0 - 0.5 + y - 7.5,
        );
        let near = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)];
        let pixel = |(dx, dy): (f64, f64)| {
            seen[(row.floor() + dy) as usize * SIZE.1 + (column.floor() + dx) as usize]
        };
        near.into_iter().map(pixel).sum::<f64>()
    };
    for (x, y) in [(0.0, 2.0), (0.0, 7.0), (3.0, 10.0), (8.0, 10.0)] {
        assert!(at(x, y) > 0.05, "nothing at {x}, {y}");
    }
    for (x, y) in [(5.0, 3.0), (10.0, 3.0), (10.0, 0.0)] {
        assert!(at(x, y) < 1e-6, "light at {x}, {y}");
    }
}

/// A kernel is what becomes of a point of light: its image comes out as it is, and turned by half a
/// turn for code that correlates.
#[test]
fn a_point_of_light_draws_the_kernel_image() {
    let image = asymmetric("").expect("one");
    let (height, width) = (image.height, image.width);
    let drawn = |blur: &Blur| {
        let mut field = vec![0.0_f32; 21 * 19];
        field[10 * 19 + 9] = 1.0;
        let field = Tensor::from_data(TensorData::new(field, [1, 1, 21, 19]), &Device::flex());
        let seen = LinearOperator::apply(blur, field);
        let (top, left) = (10 - height / 2, 9 - width / 2);
        let seen = seen.narrow(2, top, height).narrow(3, left, width).to_data();
        seen.iter::<f64>().collect::<Vec<_>>()
    };
    let total: f64 = image.weights.iter().sum();
    let expected: Vec<f64> = image.weights.iter().map(|w| w / total).collect();
    let turned: Vec<f64> = expected.iter().rev().copied().collect();
    for border in [Border::Pixel, Border::Edge] {
        let size = (21, 19);
        let convolved = drawn(&Blur::new(&image, size, border).expect("usable"));
        let correlated = drawn(&Blur::correlating(&image, size, border).expect("usable"));
        for (found, expected) in [(convolved, &expected), (correlated, &turned)] {
            for (a, b) in found.iter().zip(expected) {
                assert!((a - b).abs() < 1e-6, "{a} for {b}");
            }
        }
    }
}
