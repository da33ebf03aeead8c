//! Laws of linear operators.

use burn::tensor::{Device, Tensor};
use operators::Spectrum;

use crate::{EXAMPLES, build, close, dot, draw, draw_measurement, linear};

#[test]
fn the_adjoint_is_the_adjoint() {
    for (text, size) in EXAMPLES {
        let uncropped = build(text, *size, None);
        let (h, w) = uncropped.output_size();
        for seen in [None, Some((h - 1, w.saturating_sub(2).max(1)))] {
            let a = build(text, *size, seen);
            for seed in 0..3 {
                let (x, y) = (draw(seed, *size), draw_measurement(seed + 10, a.as_ref()));
                let a = linear(a.as_ref(), text);
                let forth = dot(a.apply(x.clone()), y.clone());
                let back = dot(x.clone(), a.adjoint(y.clone()));
                let scale = dot(x.clone(), x).sqrt() * dot(y.clone(), y).sqrt();
                let off = (forth - back).abs() / scale;
                assert!(off <= 1e-5, "{text} seen {seen:?}: {forth} against {back}");
            }
        }
    }
}

#[test]
fn operators_are_linear() {
    for (text, size) in EXAMPLES {
        let a = build(text, *size, None);
        let (x, z) = (draw(1, *size), draw(2, *size));
        let joint = a.apply(x.clone() * 0.3 + z.clone() * -1.7);
        close(&joint, &(a.apply(x) * 0.3 + a.apply(z) * -1.7), 1e-5);
    }
}

#[test]
fn averages_keep_flat_pictures_flat() {
    for (text, size) in EXAMPLES.iter().filter(|(text, _)| {
        !text.contains("inpaint") && !text.contains("mask") && !text.contains("mri")
    }) {
        let a = build(text, *size, None);
        let flat = Tensor::<4>::ones([1, 3, size.0, size.1], &Device::flex()) * 0.4;
        let seen = a.apply(flat);
        close(&seen, &(seen.ones_like() * 0.4), 1e-5);
    }
}

/// Where an operator claims that `A diag(v) Aᵀ` is diagonal, the claimed diagonal must act like
/// the product itself.
#[test]
fn claimed_diagonals_are_diagonal() {
    let mut claimed = Vec::new();
    for (text, size) in EXAMPLES {
        let a = build(text, *size, None);
        let variance = draw(5, *size).abs() + 0.1;
        let y = draw_measurement(6, a.as_ref());
        let a = linear(a.as_ref(), text);
        if let Some(diagonal) = a.diagonal(variance.clone()) {
            let product = a.apply(variance * a.adjoint(y.clone()));
            close(&product, &(diagonal * y), 1e-5);
            claimed.push(*text);
        }
    }
    assert_eq!(
        claimed,
        [
            "inpaint",
            "box-mask:size=8,margin=4",
            "random-mask:keep=0.3,seed=5",
            "strokes-mask:count=3",
            "identity",
            "strokes-mask:count=3+identity",
            "box:factor=4",
            "box:factor=2+box:factor=2",
            "grayscale",
            "grayscale:weights=mean+box:factor=2",
        ]
    );
}

/// `A A⁺ A = A` for those that promise a pseudo-inverse.
#[test]
fn estimates_of_well_conditioned_operators_explain_the_measurement() {
    for text in [
        "inpaint",
        "identity",
        "bicubic:factor=4",
        "box:factor=4",
        "grayscale",
        "mri:acceleration=1,centre=0",
    ] {
        let a = build(text, (24, 32), None);
        let y = a.apply(draw(4, (24, 32)));
        close(&a.apply(a.estimate(y.clone())), &y, 1e-4);
    }
}

/// `V` is orthonormal, `AᵀA = V S² Vᵀ`, and `x̄ = S⁺ Uᵀ y` brings back what was measured.
#[test]
fn spectra_are_singular_value_decompositions() {
    let mut decomposed = Vec::new();
    for (text, size) in EXAMPLES {
        for seen in [None, Some((size.0 - 3, size.1 - 2))] {
            // Reductions are not cropped to odd sizes here: sizes refer to the picture.
            if seen.is_some() && text.contains("factor") {
                continue;
            }
            let a = build(text, *size, seen);
            let a = linear(a.as_ref(), text);
            let x = draw(7, *size);
            let y = a.apply(x.clone());
            let Some(spectrum) = Spectrum::of(a, y.clone()) else {
                continue;
            };
            let there = spectrum.analyse(x.clone());
            close(&spectrum.synthesise(there.clone()), &x, 1e-5);
            let squares = there * spectrum.values.clone().square();
            close(&spectrum.synthesise(squares), &a.adjoint(a.apply(x)), 1e-5);
            let explained = spectrum.synthesise(spectrum.explained.clone());
            close(&a.apply(explained), &y, 2e-3);
            decomposed.push((*text, seen.is_some()));
        }
    }
    // Kernels of more than one separable term have none at hand.
    let simple: Vec<_> = EXAMPLES
        .iter()
        .map(|(text, _)| *text)
        .filter(|text| {
            [
                "kernel",
                "inpaint+",
                "motion",
                "shake",
                "grayscale",
                "mri",
                "+random",
            ]
            .iter()
            .all(|several| !text.contains(several))
        })
        .collect();
    for text in simple {
        assert!(
            decomposed.contains(&(text, false)),
            "{text} has no spectrum"
        );
    }
    assert!(decomposed.contains(&("inpaint", true)));
    assert!(decomposed.contains(&("gaussian-blur:size=5,std=0.7", true)));
}

/// A smear to the right and upwards is darkest off the line.
#[test]
fn a_straight_smear_lies_along_its_angle() {
    let a = build("motion-blur:length=9,angle=45", (21, 21), None);
    let mut point = vec![0.0_f32; 21 * 21];
    point[10 * 21 + 10] = 1.0;
    let point = burn::tensor::TensorData::new(point, [1, 1, 21, 21]);
    let blurred = a.apply(Tensor::from_data(point, &Device::flex())).to_data();
    let blurred: Vec<f64> = blurred.iter::<f64>().collect();
    let at = |row: usize, column: usize| blurred[row * 21 + column];
    // Rows grow downwards: up and to the right is fewer rows, more columns.
    assert!(at(8, 12) > 0.05 && at(12, 8) > 0.05);
    assert!(at(8, 8) < 1e-6 && at(12, 12) < 1e-6);
    assert!((blurred.iter().sum::<f64>() - 1.0).abs() < 1e-5);
}

/// Cutting off what was not seen must not turn holes into measurements.
#[test]
fn holes_stay_holes_when_the_measurement_is_cropped() {
    let whole = build("gaussian-blur:size=5,std=1+inpaint", (24, 32), None);
    let seen = build(
        "gaussian-blur:size=5,std=1+inpaint",
        (24, 32),
        Some((21, 30)),
    );
    let mask = whole.measured().expect("masked");
    let expected = mask.slice([0..1, 0..1, 0..21, 0..30]);
    close(&seen.measured().expect("still masked"), &expected, 0.0);
    let through = build("inpaint+gaussian-blur:size=5,std=1", (24, 32), None);
    assert!(through.measured().is_none(), "a blur sees through holes");
}
